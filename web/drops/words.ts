import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  title: 'Drops',
  'empty.title': 'No drops yet',
  'empty.text': 'Drops that are coming or open will stand here.',
} as const

export const id: Translation<typeof en> = {
  title: 'Drop',
  'empty.title': 'Belum ada drop',
  'empty.text': 'Drop yang akan datang atau sedang dibuka akan tampil di sini.',
}

export const { useSay } = speak({ en, id })
