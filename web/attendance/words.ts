import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  title: 'Attendance',
  'empty.title': 'No sessions yet',
  'empty.text': 'Sessions that you can check in to will stand here.',
} as const

export const id: Translation<typeof en> = {
  title: 'Presensi',
  'empty.title': 'Belum ada sesi',
  'empty.text': 'Sesi yang dapat Anda hadiri akan tampil di sini.',
}

export const { useSay } = speak({ en, id })
