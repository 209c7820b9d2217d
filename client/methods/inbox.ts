import type { Position } from '../../protocol/event'
import type { Notification } from '../../services/inbox/model'

export interface InboxCommands {
  'inbox.read': { input: { ids: string[] } | { upTo: string } | { url: string }; output: { unread: number } }
}

export interface InboxQueries {
  'inbox.list': {
    input: { before?: string; limit?: number }
    output: { notifications: Notification[]; unread: number; position: Position }
  }
}
