import type { Position } from '../../protocol/event'
import type { Channel, MadeKind, Message } from '../../services/discussion/model'

export interface DiscussionCommands {
  'discussion.post': {
    input: { channel: string; text: string; replyTo?: string }
    output: { id: string; offset: number; at: string }
  }
  'discussion.create': { input: { name: string; kind: MadeKind }; output: { id: string } }
  'discussion.leave': { input: { channel: string }; output: { channel: string } }
  'discussion.read': { input: { channel: string; offset: number }; output: { read: number } }
}

export interface DiscussionQueries {
  'discussion.channels': { input: object; output: { channels: Channel[] } }
  'discussion.history': {
    input: { channel: string; before?: number; after?: number; limit?: number }
    output: { messages: Message[]; position: Position }
  }
  'discussion.typing': { input: { channel: string }; output: object }
}
