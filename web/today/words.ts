import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  title: 'Today',
  'unread.title': 'Unread conversations',
  'unread.none': 'You have read everything.',
  'unread.count': { one: '{n} unread message', other: '{n} unread messages' },
  'all.channels': 'All',
  loading: 'Looking what waits for you',
} as const

export const id: Translation<typeof en> = {
  title: 'Hari ini',
  'unread.title': 'Percakapan belum dibaca',
  'unread.none': 'Semua sudah Anda baca.',
  'unread.count': { other: '{n} pesan belum dibaca' },
  'all.channels': 'Semua',
  loading: 'Melihat apa yang menunggu Anda',
}

export const { useSay } = speak({ en, id })
