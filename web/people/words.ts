import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  'app.tagline': 'The square where your campus meets.',

  'sign.guest.title': 'Join the conversation',
  'sign.guest.name': 'Your name',
  'sign.guest.hint': 'Others will see this name. No account is needed.',
  'sign.guest.submit': 'Join as a guest',
  'demo.title': 'Look around as…',
  'demo.text': 'This is a demonstration with a made-up campus. Nobody in it exists.',
  'sign.or': 'Have an account?',
  'sign.in': 'Sign in',
  'sign.up': 'Create an account',
  'sign.name': 'Name',
  'sign.email': 'E-mail',
  'sign.email.number': 'E-mail or campus number',
  'sign.forgot': 'Forgot the password?',
  'sign.forgot.admin': 'Ask an admin of your campus for a sign-in link.',
  'sign.forgot.email': 'Type your e-mail above first.',
  'sign.forgot.sent': 'If there is an account with this address, a link is on its way. It is good for an hour.',
  'sign.password': 'Password',
  'sign.password.hint': 'At least 8 characters.',
  'sign.expired': 'Your session has ended. Please sign in again; unsent messages are kept on this device.',

  'setup.title': 'Set up Alun',
  'setup.text': 'You are making the first admin of this installation. The link works once.',
  'setup.submit': 'Create the admin',
  'start.title': 'One more question',
  'start.text': 'How do you want to begin? You can change your mind later.',
  'start.empty': 'Empty: with my own people',
  'start.demo': 'With a made-up campus to look around',
  'start.demo.hint': 'People, classes, talks, reports, a sale. One tap takes it away again, and everything real stays.',
  'start.next': 'Next: invite people or import a roster, from “People” in your account menu.',
  'setup.noToken':
    'This address lacks its one-time token. Open the whole link that the server printed when it started.',
} as const

export const id: Translation<typeof en> = {
  'app.tagline': 'Alun-alun tempat kampus Anda bertemu.',

  'sign.guest.title': 'Ikut percakapan',
  'sign.guest.name': 'Nama Anda',
  'sign.guest.hint': 'Nama ini terlihat oleh orang lain. Tidak perlu akun.',
  'sign.guest.submit': 'Masuk sebagai tamu',
  'demo.title': 'Lihat-lihat sebagai…',
  'demo.text': 'Ini peragaan dengan kampus rekaan. Semua orang di dalamnya tidak nyata.',
  'sign.or': 'Punya akun?',
  'sign.in': 'Masuk',
  'sign.up': 'Buat akun',
  'sign.name': 'Nama',
  'sign.email': 'Surel',
  'sign.email.number': 'Surel atau nomor kampus',
  'sign.forgot': 'Lupa kata sandi?',
  'sign.forgot.admin': 'Minta tautan masuk kepada admin kampus Anda.',
  'sign.forgot.email': 'Tulis dahulu surel Anda di atas.',
  'sign.forgot.sent': 'Bila ada akun dengan alamat ini, tautan sedang dikirim. Berlaku satu jam.',
  'sign.password': 'Kata sandi',
  'sign.password.hint': 'Sedikitnya 8 karakter.',
  'sign.expired': 'Sesi Anda sudah berakhir. Silakan masuk lagi; pesan yang belum terkirim disimpan di perangkat ini.',

  'setup.title': 'Siapkan Alun',
  'setup.text': 'Anda membuat admin pertama untuk pemasangan ini. Tautan ini hanya berlaku sekali.',
  'setup.submit': 'Buat admin',
  'start.title': 'Satu pertanyaan lagi',
  'start.text': 'Bagaimana Anda ingin memulai? Pilihan ini dapat diubah nanti.',
  'start.empty': 'Kosong: dengan warga saya sendiri',
  'start.demo': 'Dengan kampus rekaan untuk melihat-lihat',
  'start.demo.hint':
    'Warga, kelas, percakapan, laporan, penjualan. Satu ketukan menghapusnya lagi, dan semua yang nyata tetap ada.',
  'start.next': 'Berikutnya: undang orang atau impor daftar, dari “Warga” di menu akun Anda.',
  'setup.noToken':
    'Alamat ini tidak memuat token sekali pakainya. Buka tautan lengkap yang dicetak server saat dinyalakan.',
}

export const { useSay } = speak({ en, id })
