import type { Text } from '../../protocol/errors'

/** After quiet hours. */
export const digestText = (unread: number): { title: Text; body: Text } => ({
  title: {
    en: unread === 1 ? 'One thing is new' : `${unread} things are new`,
    id: `${unread} hal baru untuk Anda`,
  },
  body: {
    en: 'They came in your quiet hours. Tap to see them.',
    id: 'Masuk saat jam tenang Anda. Ketuk untuk melihat.',
  },
})
