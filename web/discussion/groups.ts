/** Messages as they are shown: by day, and within it by author while they follow each other closely. Pure. */
import type { Message } from '../../services/discussion/model'
import type { PendingPost } from './conversation'

/** A message, or one that is on its way. */
export type Shown = { key: string; at: string; text: string } & (
  | { message: Message; pending?: undefined }
  | { pending: PendingPost; message?: undefined }
)

export interface Group {
  /** Of the first message: stays the same while more are added. */
  key: string
  author: { id: string; name: string }
  at: string
  messages: Shown[]
}

export interface Day {
  /** `2026-01-31`, of the device's time zone. */
  day: string
  groups: Group[]
}

const together = 5 * 60_000

export interface Author {
  id: string
  name: string
}

/** @param me the author of what is on its way. @param breakAfter a group ends at this offset (where "new" begins). */
export function daysOf(
  messages: readonly Message[],
  pending: readonly PendingPost[],
  me: Author,
  breakAfter?: number,
): Day[] {
  const days: Day[] = []
  const put = (shown: Shown, author: Author, breaks: boolean): void => {
    const day = dayOf(shown.at)
    if (days.at(-1)?.day !== day) days.push({ day, groups: [] })
    const { groups } = days.at(-1)!
    const last = groups.at(-1)
    const near = last && Date.parse(shown.at) - Date.parse(last.messages.at(-1)!.at) < together
    if (last && near && last.author.id === author.id && !breaks) last.messages.push(shown)
    else groups.push({ key: `${author.id}/${shown.key}`, author, at: shown.at, messages: [shown] })
  }
  let before: Message | undefined
  for (const message of messages) {
    const breaks = breakAfter !== undefined && (before?.offset ?? 0) <= breakAfter && message.offset > breakAfter
    put({ key: message.key ?? message.id, at: message.at, text: message.text, message }, message.author, breaks)
    before = message
  }
  // What is on its way comes last, whatever the device's clock says.
  const last = messages.at(-1)?.at ?? ''
  for (const item of pending) {
    const at = new Date(item.atMs).toISOString()
    put({ key: item.key, at: at > last ? at : last, text: item.input.text, pending: item }, me, false)
  }
  return days
}

export function dayOf(at: string): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
