import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  title: 'Reports',
  'empty.title': 'No reports yet',
  'empty.text': 'Reports of things that need fixing will stand here.',
} as const

export const id: Translation<typeof en> = {
  title: 'Laporan',
  'empty.title': 'Belum ada laporan',
  'empty.text': 'Laporan tentang hal yang perlu diperbaiki akan tampil di sini.',
}

export const { useSay } = speak({ en, id })
