/** Words that every page may say. A folder’s own are in its `words.ts`. */
import type { Translation } from './catalogue'

export const en = {
  'app.name': 'Alun',
  'app.loading': 'Loading…',
  'app.reload': 'Load the page again',
  'app.close': 'Close',
  'app.cancel': 'Cancel',
  'app.back': 'Back',

  'error.internal': 'Something went wrong on our side. Nothing was done twice; try again.',
  'error.unreachable': 'The server can’t be reached right now. Check the network and try again.',

  'role.student': 'Student',
  'role.teacher': 'Teacher',
  'role.technician': 'Technician',
  'role.organiser': 'Organiser',
  'role.admin': 'Admin',
  'role.guest': 'Guest',
} as const

export const id: Translation<typeof en> = {
  'app.name': 'Alun',
  'app.loading': 'Memuat…',
  'app.reload': 'Muat ulang halaman',
  'app.close': 'Tutup',
  'app.cancel': 'Batal',
  'app.back': 'Kembali',

  'error.internal': 'Terjadi kesalahan di pihak kami. Tidak ada yang tercatat dua kali; coba lagi.',
  'error.unreachable': 'Server belum dapat dihubungi. Periksa jaringan lalu coba lagi.',

  'role.student': 'Mahasiswa',
  'role.teacher': 'Dosen',
  'role.technician': 'Teknisi',
  'role.organiser': 'Penyelenggara',
  'role.admin': 'Admin',
  'role.guest': 'Tamu',
}
