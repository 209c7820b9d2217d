/** What is said of an installation's health, and what to do about it. Names of settings and commands are the same in both languages. */
import type { Lang, Text } from '../../../protocol/errors'

type Value = (lang: Lang) => string

/** What is looked at. */
export const names = {
  nodes: { en: 'nodes', id: 'simpul' },
  version: { en: 'version', id: 'versi' },
  lag: { en: 'how far behind', id: 'seberapa tertinggal' },
  database: { en: 'database', id: 'basis data' },
  clock: { en: 'clocks', id: 'jam' },
  bus: { en: 'bus', id: 'bus' },
  jobs: { en: 'jobs', id: 'pekerjaan' },
  disk: { en: 'disk', id: 'ruang simpan' },
  backups: { en: 'backups', id: 'cadangan' },
  certificate: { en: 'certificate', id: 'sertifikat' },
  mail: { en: 'mail', id: 'surel' },
  push: { en: 'push keys', id: 'kunci push' },
} as const satisfies Record<string, Text>

export const free = (n: Value): Text => ({ en: `${n('en')} GB free`, id: `${n('id')} GB kosong` })
export const diskFull: Text = {
  en: 'PostgreSQL stops when the disk is full. Make room now: move old backups to another machine, or give the data folder a larger disk.',
  id: 'PostgreSQL berhenti bila ruang simpan penuh. Kosongkan sekarang: pindahkan cadangan lama ke mesin lain, atau beri folder data ruang yang lebih besar.',
}
export const diskTight: Text = {
  en: 'The database alone may need 2 GB for its journal: make room.',
  id: 'Basis data saja bisa memerlukan 2 GB untuk jurnalnya: sediakan ruang.',
}

export const certificateElsewhere: Text = {
  en: 'the public address is HTTPS; who stands in front of us shows the certificate',
  id: 'alamat publik sudah HTTPS; sertifikat ditunjukkan oleh perantara di depan kami',
}
export const noCertificate: Text = {
  en: 'none: plain HTTP, so camera, location and notifications are off on phones',
  id: 'tidak ada: HTTP biasa, jadi kamera, lokasi, dan notifikasi mati di ponsel',
}
export const makeCertificate: Text = {
  en: 'Start with --tls auto (our own authority), or with --tls and files of yours; behind a proxy that ends TLS set ALUN_PUBLIC_URL to its https address.',
  id: 'Nyalakan dengan --tls auto (otoritas kami sendiri), atau --tls dengan berkas Anda; di belakang perantara TLS, isi ALUN_PUBLIC_URL dengan alamat https-nya.',
}
export const certificateOver: Text = { en: 'it has ended', id: 'masa berlakunya habis' }
export const renewCertificate: Text = {
  en: 'Browsers refuse to come in. Start with --tls auto again: it makes a new one. With files of your own, replace them and run: npm run alun roll',
  id: 'Peramban menolak masuk. Nyalakan lagi dengan --tls auto: yang baru akan dibuat. Dengan berkas sendiri, ganti lalu jalankan: npm run alun roll',
}
export const rollForCertificate: Text = {
  en: 'Nodes read it when they start: put the new one in place, then npm run alun roll',
  id: 'Simpul membacanya saat menyala: pasang yang baru, lalu npm run alun roll',
}
export const certificateGood = (days: Value): Text => ({
  en: `good for ${days('en')} days`,
  id: `berlaku ${days('id')} hari lagi`,
})

export const backupsElsewhere: Text = {
  en: 'of this database are taken where it runs',
  id: 'basis data ini dicadangkan di tempatnya berjalan',
}
export const noBackupsInDemo: Text = { en: 'none in a demonstration', id: 'tidak ada dalam demonstrasi' }
export const backupsOff: Text = { en: 'switched off (ALUN_BACKUPS=0)', id: 'dimatikan (ALUN_BACKUPS=0)' }
export const turnBackupsOn: Text = {
  en: 'A lost disk takes everything with it. Set ALUN_BACKUPS to the number to keep, or take them yourself: npm run alun backup FILE',
  id: 'Bila ruang simpan rusak, semuanya hilang. Isi ALUN_BACKUPS dengan jumlah yang disimpan, atau ambil sendiri: npm run alun backup FILE',
}
export const noBackup: Text = {
  en: 'none, although the cluster has run for more than an hour',
  id: 'belum ada, padahal klaster sudah berjalan lebih dari satu jam',
}
export const firstBackupSoon: Text = {
  en: 'none yet: the first is taken minutes after the start, then one a day',
  id: 'belum ada: yang pertama diambil beberapa menit setelah menyala, lalu sekali sehari',
}
export const whyNoBackup: Text = {
  en: 'See what the supervisor said: "no backup was taken: …". Most often the disk is full.',
  id: 'Lihat kata supervisor: "no backup was taken: …". Paling sering ruang simpan penuh.',
}
export const lastBackup = (hours: Value): Text => ({
  en: `the last is ${hours('en')} hours old; copy them to another machine`,
  id: `yang terakhir berumur ${hours('id')} jam; salin ke mesin lain`,
})

export const noMail: Text = {
  en: 'none (SMTP_URL): admins hand out the links that set a password anew',
  id: 'tidak ada (SMTP_URL): admin yang membagikan tautan pengaturan ulang kata sandi',
}
export const mailRefused = (server: string, problem: string): Text => ({
  en: `${server} does not take us (${problem})`,
  id: `${server} menolak kami (${problem})`,
})
export const checkMail: Text = {
  en: 'See SMTP_URL: the address, the user and the password. Mails that wait are sent when it works again.',
  id: 'Periksa SMTP_URL: alamat, pengguna, dan kata sandinya. Surel yang menunggu dikirim begitu pulih.',
}
export const mailGood = (server: string): Text => ({ en: `${server} takes us`, id: `${server} menerima kami` })
export const mailNeedsAddress: Text = {
  en: 'No mail goes out: set ALUN_PUBLIC_URL, links in mails are made of it alone.',
  id: 'Tidak ada surel yang keluar: isi ALUN_PUBLIC_URL, tautan dalam surel dibuat hanya darinya.',
}

export const pushKeyLost: Text = {
  en: 'phones that signed up know a key which this installation can’t open any more',
  id: 'ponsel yang terdaftar mengenal kunci yang tidak bisa lagi dibuka pemasangan ini',
}
export const bringSecretBack: Text = {
  en: 'ALUN_SECRET, or the file "secret" in the data folder, is another one than before: bring the old one back. Without it everybody has to turn notifications on again.',
  id: 'ALUN_SECRET, atau berkas "secret" di folder data, berbeda dari sebelumnya: kembalikan yang lama. Tanpanya semua orang harus menyalakan notifikasi lagi.',
}
export const noPushYet: Text = {
  en: 'made as soon as somebody turns notifications on',
  id: 'dibuat begitu ada yang menyalakan notifikasi',
}
export const pushGood = (devices: Value): Text => ({
  en: `in order; ${devices('en')} devices want notifications`,
  id: `beres; ${devices('id')} perangkat ingin notifikasi`,
})
export const nameContact: Text = {
  en: 'Some push services refuse us without somebody to write to: set ALUN_PUSH_CONTACT=mailto:you@your.campus, or ALUN_PUBLIC_URL.',
  id: 'Sebagian layanan push menolak bila tidak ada yang bisa disurati: isi ALUN_PUSH_CONTACT=mailto:anda@kampus.anda, atau ALUN_PUBLIC_URL.',
}

export const databaseDown: Text = { en: 'does not answer', id: 'tidak menjawab' }
export const seeDatabase: Text = {
  en: 'What was confirmed is safe, and calls wait. See DATABASE_URL, or log/postgres.log in the data folder.',
  id: 'Yang sudah dipastikan tetap aman, dan panggilan menunggu. Periksa DATABASE_URL, atau log/postgres.log di folder data.',
}
export const databaseOld: Text = {
  en: 'PostgreSQL 14 or later is needed.',
  id: 'Diperlukan PostgreSQL 14 atau lebih baru.',
}
export function databaseUp(version: string, megabytes: Value, replicas: readonly { behindMs: number }[]): Text {
  const behindMs = Math.max(0, ...replicas.map((one) => one.behindMs))
  const size = (lang: Lang): string => (megabytes(lang) === '' ? '' : `, ${megabytes(lang)} MB`)
  const copies = (word: string): string => (replicas.length === 0 ? '' : `, ${replicas.length} ${word} ${behindMs} ms`)
  return {
    en: `PostgreSQL ${version}${size('en')}${copies('replicas, at most behind by')}`,
    id: `PostgreSQL ${version}${size('id')}${copies('replika, tertinggal paling lama')}`,
  }
}
export const replicaLate = (ids: string): Text => ({
  en: `What fails now may be lost with the primary: see the network and the disk of ${ids}.`,
  id: `Bila basis data utama rusak sekarang, sebagian bisa hilang: periksa jaringan dan ruang simpan ${ids}.`,
})

export const clockOff = (ms: Value): Text => ({
  en: `at most ${ms('en')} ms from the database’s`,
  id: `selisih paling banyak ${ms('id')} md dari jam basis data`,
})
export const setClock = (ids: string): Text => ({
  en: `No verdict is wrong by it, but logs and certificates go by it: set the machine of ${ids} by a time server.`,
  id: `Tidak ada keputusan yang salah karenanya, tetapi log dan sertifikat memakainya: samakan mesin ${ids} dengan server waktu.`,
})

export const busUp: Text = { en: 'every node hears it', id: 'semua simpul mendengarnya' }
export const deaf = (ids: string): Text => ({ en: `${ids} can’t hear it`, id: `${ids} tidak mendengarnya` })
export const mendBus: Text = {
  en: 'Nothing is lost: what others confirm is found by looking once a second. See REDIS_URL, or the database’s connections.',
  id: 'Tidak ada yang hilang: yang dipastikan simpul lain ditemukan dengan melihat sekali per detik. Periksa REDIS_URL, atau sambungan basis data.',
}

export const current: Text = {
  en: 'not at all: nothing came late in the last 10 seconds',
  id: 'tidak sama sekali: tidak ada yang terlambat dalam 10 detik terakhir',
}
export const behind = (ms: Value): Text => ({
  en: `what is confirmed anywhere is shown everywhere within ${ms('en')} ms`,
  id: `yang dipastikan di mana pun tampil di semua tempat dalam ${ms('id')} md`,
})
export const blind = (ids: string): Text => ({
  en: `${ids} can’t look at the log`,
  id: `${ids} tidak bisa melihat catatan`,
})
export const whyBehind: Text = {
  en: 'The bus is gone, or the machine has too much to do: see the bus here, and the CPU of the nodes on the cluster’s page.',
  id: 'Bus mati, atau mesin terlalu sibuk: lihat bus di sini, dan CPU simpul di halaman klaster.',
}

export const nodesAlive = (n: Value, leader: string | undefined): Text => ({
  en: `${n('en')} alive${leader === undefined ? '' : `, ${leader} leads`}`,
  id: `${n('id')} hidup${leader === undefined ? '' : `, ${leader} memimpin`}`,
})
export const nodesSilent = (ids: string): Text => ({ en: `${ids}: silent`, id: `${ids}: diam` })
export const whySilent: Text = {
  en: 'The others serve its people. It is replaced by itself; if not, see its log in the data folder.',
  id: 'Simpul lain melayani orang-orangnya. Ia diganti dengan sendirinya; bila tidak, lihat lognya di folder data.',
}
export const noLeader: Text = {
  en: 'Nobody does what recurs (holds that run out, reminders). It mends within seconds; if not, see the database.',
  id: 'Tidak ada yang mengerjakan tugas berkala (batas waktu, pengingat). Biasanya pulih dalam hitungan detik; bila tidak, periksa basis data.',
}

export const versions = (list: string): Text => ({ en: list, id: list })
export const rollToOne: Text = {
  en: 'A replacement did not come to its end. Do it again: npm run alun roll',
  id: 'Penggantian belum selesai. Ulangi: npm run alun roll',
}

export const noFailedJobs: Text = { en: 'none has failed for good', id: 'tidak ada yang gagal sama sekali' }
export const failedJobs = (n: Value): Text => ({
  en: `${n('en')} have failed for good`,
  id: `${n('id')} gagal sama sekali`,
})
export const lookAtJobs: Text = {
  en: 'The page “Jobs” says why; run them again or forget them there.',
  id: 'Halaman “Pekerjaan” menyebutkan sebabnya; jalankan lagi atau lupakan di sana.',
}
