import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  'app.tagline': 'The square where your campus meets.',

  'sign.guest.title': 'Join the conversation',
  'sign.guest.name': 'Your name',
  'sign.guest.hint': 'Others will see this name. No account is needed.',
  'sign.guest.submit': 'Join as a guest',
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
  'setup.noToken':
    'This address lacks its one-time token. Open the whole link that the server printed when it started.',
} as const

export const id: Translation<typeof en> = {
  'app.tagline': 'Alun-alun tempat kampus Anda bertemu.',

  'sign.guest.title': 'Ikut percakapan',
  'sign.guest.name': 'Nama Anda',
  'sign.guest.hint': 'Nama ini terlihat oleh orang lain. Tidak perlu akun.',
  'sign.guest.submit': 'Masuk sebagai tamu',
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
  'setup.noToken':
    'Alamat ini tidak memuat token sekali pakainya. Buka tautan lengkap yang dicetak server saat dinyalakan.',
}

export const { useSay } = speak({ en, id })
