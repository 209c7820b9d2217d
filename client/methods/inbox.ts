import type { Position } from '../../protocol/event'
import type { Lang } from '../../protocol/errors'
import type { Device, Notification, Wishes } from '../../services/inbox/model'

export interface InboxCommands {
  'inbox.read': { input: { ids: string[] } | { upTo: string } | { url: string }; output: { unread: number } }
  'inbox.push_key': { input: object; output: { key: string } }
  'inbox.subscribe_push': {
    input: { endpoint: string; keys: { p256dh: string; auth: string }; label?: string; lang?: Lang }
    output: { device: string }
  }
  'inbox.unsubscribe_push': { input: { endpoint: string } | { device: string }; output: object }
  'inbox.wish': { input: Partial<Wishes>; output: Wishes }
}

export interface InboxQueries {
  'inbox.list': {
    input: { before?: string; limit?: number; unread?: boolean }
    output: { notifications: Notification[]; unread: number; position: Position }
  }
  'inbox.settings': { input: object; output: { wishes: Wishes; devices: Device[] } }
}
