/**
 * The inbox as data: what one person was told, and the fold that turns a snapshot and the stream after it into what the
 * bell shows. Pure; schemas stand in `schemas.ts`, so that a page carries none of them.
 */
import type { z } from 'zod'
import type * as schemas from './schemas'

export const topicOf = (user: string): string => `inbox:${user}`

/** The input of the internal command `inbox.notify`, for services that tell somebody something. */
export type Notice = z.input<typeof schemas.notice>
export type NoticeAction = z.infer<typeof schemas.action>
export type Notification = z.infer<typeof schemas.notification>
export type Inbox = z.infer<typeof schemas.list>
export type Level = z.infer<typeof schemas.level>
export type Device = z.infer<typeof schemas.device>
export type Wishes = z.infer<typeof schemas.wishes>

/** How a person is told of a kind of which they said nothing. */
export const usualLevel: Level = 'push'

/** `report` of `report.done`: what people choose levels by. */
export const groupOf = (kind: string): string => kind.split('.')[0]!

export interface InboxState {
  /** Newest first. */
  notifications: readonly Notification[]
  unread: number
}

export interface InboxEvent {
  kind: string
  at: string
  data: unknown
}

/** Pure. Events the fold doesn't know, other services' too, leave the state as it is. */
export function apply(state: InboxState, event: InboxEvent): InboxState {
  if (event.kind === 'notification') return added(state, event.data as Added, event.at)
  if (event.kind === 'seen') return seen(state, event.data as Seen)
  return state
}

/** `ids`, or everything up to one of them; `unread` is what is left, counted where the rows are. */
export interface Seen {
  ids?: string[]
  upTo?: string
  unread: number
}

type Added = { notification?: Omit<Notification, 'at' | 'read'> }

function added(state: InboxState, { notification }: Added, at: string): InboxState {
  if (!notification || state.notifications.some(({ id }) => id === notification.id)) return state
  return { notifications: [{ ...notification, at, read: false }, ...state.notifications], unread: state.unread + 1 }
}

function seen(state: InboxState, { ids = [], upTo, unread }: Seen): InboxState {
  const isSeen = ({ id }: Notification): boolean => ids.includes(id) || (upTo !== undefined && id <= upTo)
  const notifications = state.notifications.map((one) => (!one.read && isSeen(one) ? { ...one, read: true } : one))
  return { notifications, unread }
}
