/** The made-up campus: Universitas Nusa Raya. Nobody in it exists. */
import type { Role } from '../../protocol/roles'

export interface MadeUp {
  name: string
  role: Role
}

/** The first of each role is whom a visitor may come in as. */
export const people: readonly MadeUp[] = [
  { name: 'Ibu Ratna Dewi', role: 'admin' },
  { name: 'Pak Hendra Wijaya', role: 'teacher' },
  { name: 'Bu Laras Puspita', role: 'teacher' },
  { name: 'Mas Joko Susilo', role: 'technician' },
  { name: 'Mbak Tika Andini', role: 'organiser' },
  ...[
    ...['Ayu Lestari', 'Bagus Pratama', 'Citra Maharani', 'Dimas Saputra', 'Eka Wulandari', 'Fajar Nugroho'],
    ...['Gita Permata', 'Hana Safira', 'Ilham Ramadhan', 'Jihan Aulia', 'Kevin Hutapea', 'Lintang Kirana'],
    ...['Made Ariani', 'Nadia Putri', 'Oki Setiawan', 'Putu Wirawan', 'Rizky Maulana', 'Sinta Amelia'],
    ...['Taufik Hidayat', 'Uli Simanjuntak', 'Vina Rosalia', 'Wahyu Firmansyah', 'Yoga Aditya', 'Zahra Nabila'],
  ].map((name) => ({ name, role: 'student' as const })),
]

const students = people.flatMap(({ role }, index) => (role === 'student' ? [index] : []))

/** People by their place in the list above. */
export const classes = [
  { name: 'Fisika Dasar A', teachers: [1], students: students.slice(0, 16) },
  { name: 'Basis Data B', teachers: [2], students: students.slice(8, 24) },
]

export const channels = [
  { name: 'Info Kampus', kind: 'announcement', by: 0 },
  { name: 'Kantin & Jajanan', kind: 'public', by: 5 },
  { name: 'Barang Hilang', kind: 'public', by: 8 },
] as const

/** Channel by its place above (-1: General), person by theirs. */
export const said: readonly (readonly [channel: number, person: number, text: string])[] = [
  [0, 0, 'Selamat datang di Alun! Perpustakaan buka sampai pukul 22.00 selama pekan ujian.'],
  [0, 0, 'Kaos Dies Natalis dibagikan gratis lewat menu Drop. Stok terbatas, satu per orang.'],
  [-1, 1, 'Selamat pagi. Kuliah Fisika Dasar hari ini di ruang B2.04, presensi dibuka lima menit lagi.'],
  [-1, 5, 'Baik, Pak. Modul 3 dibawa juga?'],
  [-1, 1, 'Betul, modul 3 dan kalkulator.'],
  [-1, 6, 'Ada yang sekelompok dengan saya untuk praktikum? Masih kurang satu orang 🙋'],
  [-1, 7, 'Saya mau! Kelompok berapa?'],
  [-1, 6, 'Kelompok 4. Kumpul di alun-alun jam 12.30 ya'],
  [1, 9, 'Soto Bu Yati hari ini buka, antre belum panjang'],
  [1, 10, 'Es teh lagi promo 3 ribu 🧊'],
  [1, 12, 'Ayam geprek level 5 siapa berani?'],
  [2, 14, 'Ketemu kartu mahasiswa atas nama Putu di dekat lift gedung B. Saya titip di satpam.'],
  [2, 20, 'Waduh, itu punya saya. Terima kasih banyak! 🙏'],
]

/** What is said while somebody watches, over and over in another order. */
export const chatter: readonly string[] = [
  'Wi-Fi lantai 3 sudah lancar lagi 👍',
  'Ada yang punya catatan minggu lalu?',
  'Ruang B2.04 dingin sekali hari ini',
  'Jangan lupa presensi, sudah dibuka',
  'Siapa ikut futsal nanti sore?',
  'Tugas Basis Data dikumpulkan kapan ya?',
  'Jumat jam 23.59, lewat laman kelas',
  'Makasih infonya!',
  'Kaosnya bagus, semoga kebagian 🤞',
  'Parkiran gedung C penuh, mending naik bus kampus',
  'Proyektor di ruang seminar mati, sudah saya laporkan',
  'Teknisinya cepat, laporan kemarin sudah selesai',
  'Besok kuliah tamu jam 10 di aula',
  'Kopi di koperasi habis 😭',
  'Semangat ujiannya semua!',
  'Mantap 🔥',
  'Ada yang lihat payung biru di kantin?',
  'Perpustakaan sepi, enak buat belajar',
  'Setuju',
  'Oke, sampai ketemu di sana',
]

export const reports = [
  { by: 11, title: 'AC ruang B2.04 bocor', place: 'Gedung B, lantai 2, ruang B2.04', priority: 'medium' },
  { by: 15, title: 'Lampu tangga gedung C mati', place: 'Gedung C, tangga timur', priority: 'normal' },
  { by: 18, title: 'Bau gas di laboratorium kimia', place: 'Gedung A, lab kimia', priority: 'emergency' },
  { by: 22, title: 'Keran toilet lantai 1 tidak bisa ditutup', place: 'Gedung B, lantai 1', priority: 'normal' },
] as const

export const dropTitle = 'Kaos Dies Natalis ke-60'
export const dropStock = 15
export const sessionTitle = 'Fisika Dasar A: Hukum Newton'
