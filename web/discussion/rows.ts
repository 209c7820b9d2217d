/**
 * Messages as the rows of a list, one each: what stands above a message (a new day, where the unread begins) belongs to
 * its row, so that the list can tell exactly what came or went at either end. Pure.
 */
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

export interface Row {
  key: string
  shown: Shown
  /** The author is named: somebody else speaks, or after a while. */
  first: boolean
  /** `2026-01-31`, of the device's time zone: a day begins. */
  day?: string
  /** The unread begins. */
  isNew?: true
  /** The oldest that is held. */
  isTop?: true
}

const together = 5 * 60_000

interface Around {
  /** The author of what is on its way. */
  me: Author
  /** Where "new" begins. */
  newAfter?: number | undefined
}

export function rowsOf(messages: readonly Message[], pending: readonly PendingPost[], { me, newAfter }: Around): Row[] {
  const shown = [...messages.map(shownOf), ...pendingOf(messages, pending, me)]
  const isUnread = ({ message }: Shown): boolean =>
    newAfter !== undefined &&
    message !== undefined &&
    message.offset > newAfter &&
    message.author.id !== me.id &&
    !message.note
  const firstNew = shown.findIndex(isUnread)
  let day = ''
  return shown.map((one, index) => {
    const before = shown[index - 1]
    const next = dayOf(one.at)
    const begins = next !== day
    day = next
    const first = before === undefined || begins || index === firstNew || !isClose(before, one)
    return {
      ...{ key: one.key, shown: one, first },
      ...(begins ? { day } : {}),
      ...(index === firstNew ? { isNew: true as const } : {}),
      ...(index === 0 ? { isTop: true as const } : {}),
    }
  })
}

const shownOf = (message: Message): Shown => ({
  ...{ key: message.key ?? message.id, at: message.at, text: message.text, author: message.author, message },
})

/** What is on its way comes last, whatever the device's clock says. */
function pendingOf(messages: readonly Message[], pending: readonly PendingPost[], me: Author): Shown[] {
  const last = messages.at(-1)?.at ?? ''
  return pending.map((item) => {
    const at = new Date(item.atMs).toISOString()
    return { key: item.key, at: at > last ? at : last, text: item.input.text, author: me, pending: item }
  })
}

const isClose = (one: Shown, next: Shown): boolean =>
  one.author.id === next.author.id &&
  !one.message?.note &&
  Date.parse(next.at) - Date.parse(one.at) < together &&
  next.message?.replyTo === undefined

export function dayOf(at: string): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
