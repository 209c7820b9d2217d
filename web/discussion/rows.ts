/** Messages as the rows of a list: days, what is new, and each message, with its author where somebody else speaks. Pure. */
import type { Author, Message } from '../../services/discussion/model'
import type { PendingPost } from './conversation'

export interface Shown {
  key: string
  at: string
  text: string
  author: Author
  /** Missing while it is on its way. */
  message?: Message
  pending?: PendingPost
}

export type Row =
  | { type: 'top'; key: 'top' }
  /** `2026-01-31`, of the device's time zone. */
  | { type: 'day'; key: string; day: string }
  | { type: 'new'; key: 'new' }
  | { type: 'note'; key: string; message: Message }
  | { type: 'message'; key: string; shown: Shown; first: boolean }

const together = 5 * 60_000

interface Around {
  /** The author of what is on its way. */
  me: Author
  /** Where "new" begins. */
  newAfter?: number | undefined
}

export function rowsOf(messages: readonly Message[], pending: readonly PendingPost[], { me, newAfter }: Around): Row[] {
  const rows: Row[] = [{ type: 'top', key: 'top' }]
  let before: Shown | undefined
  let day = ''
  const put = (shown: Shown): void => {
    const next = dayOf(shown.at)
    if (next !== day) rows.push({ type: 'day', key: `day ${(day = next)}`, day })
    const last = rows.at(-1)!
    const follows = last.type === 'message' && before !== undefined && isClose(before, shown)
    rows.push({ type: 'message', key: shown.key, shown, first: !follows })
    before = shown
  }
  let isNew = false
  for (const message of messages) {
    if (!isNew && newAfter !== undefined && message.offset > newAfter && message.author.id !== me.id && !message.note) {
      rows.push({ type: 'new', key: 'new' })
      isNew = true
    }
    if (message.note) rows.push({ type: 'note', key: message.id, message })
    else put({ key: message.key ?? message.id, at: message.at, text: message.text, author: message.author, message })
  }
  // What is on its way comes last, whatever the device's clock says.
  const last = messages.at(-1)?.at ?? ''
  for (const item of pending) {
    const at = new Date(item.atMs).toISOString()
    put({ key: item.key, at: at > last ? at : last, text: item.input.text, author: me, pending: item })
  }
  return rows
}

const isClose = (one: Shown, next: Shown): boolean =>
  one.author.id === next.author.id &&
  Date.parse(next.at) - Date.parse(one.at) < together &&
  next.message?.replyTo === undefined

export function dayOf(at: string): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
