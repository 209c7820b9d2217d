import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  title: 'Today',
  loading: 'Looking what waits for you',
  more: 'All',
  'unread.title': 'Unread conversations',
  'unread.more': 'All conversations',
  'unread.none': 'You have read everything.',
  'unread.count': { one: '{n} unread message', other: '{n} unread messages' },
  'reports.title': 'My open reports',
  'reports.more': 'All reports',
  'reports.none': 'Nothing of yours waits to be fixed. Found something broken? Report it.',
  'status.pending': 'Waiting',
  'status.in_progress': 'In progress',
  'sessions.title': 'Sessions today',
  'sessions.more': 'All sessions',
  'sessions.none': 'No session is open or coming today.',
  'sessions.time': '{from} to {to}',
  'drops.title': 'Drops',
  'drops.more': 'All drops',
  'drops.none': 'No drop is open or coming.',
  'drops.open': 'open now',
} as const

export const id: Translation<typeof en> = {
  title: 'Hari ini',
  loading: 'Melihat apa yang menunggu Anda',
  more: 'Semua',
  'unread.title': 'Percakapan belum dibaca',
  'unread.more': 'Semua percakapan',
  'unread.none': 'Semua sudah Anda baca.',
  'unread.count': { other: '{n} pesan belum dibaca' },
  'reports.title': 'Laporan saya yang terbuka',
  'reports.more': 'Semua laporan',
  'reports.none': 'Tidak ada laporan Anda yang menunggu. Menemukan yang rusak? Laporkan.',
  'status.pending': 'Menunggu',
  'status.in_progress': 'Diproses',
  'sessions.title': 'Sesi hari ini',
  'sessions.more': 'Semua sesi',
  'sessions.none': 'Tidak ada sesi yang terbuka atau akan datang hari ini.',
  'sessions.time': '{from} sampai {to}',
  'drops.title': 'Drop',
  'drops.more': 'Semua drop',
  'drops.none': 'Tidak ada drop yang terbuka atau akan datang.',
  'drops.open': 'sedang dibuka',
}

export const { useSay, useWords } = speak({ en, id })
