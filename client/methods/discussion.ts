import type { Position } from '../../protocol/event'
import type {
  Act,
  Channel,
  Flag,
  Found,
  Level,
  MadeKind,
  Member,
  MemberRole,
  Message,
  Receipt,
  Rule,
  Version,
} from '../../services/discussion/model'
import type { FileLink } from '../../services/files/model'

interface Only {
  channel: string
}
interface OfMember extends Only {
  user: string
}
interface OfMessage {
  message: string
}

export interface DiscussionCommands {
  'discussion.post': {
    input: Only & { text: string; replyTo?: string; files?: string[]; mentions?: string[]; confirm?: boolean }
    output: { id: string; offset: number; at: string }
  }
  'discussion.edit': {
    input: OfMessage & { text: string; mentions?: string[]; confirm?: boolean }
    output: { id: string; offset: number; at: string }
  }
  'discussion.remove': { input: OfMessage & { reason?: string }; output: OfMessage }
  'discussion.clean': { input: OfMessage; output: OfMessage }
  'discussion.react': { input: OfMessage & { emoji: string; on: boolean }; output: OfMessage }
  'discussion.pin': { input: OfMessage & { on: boolean }; output: OfMessage }
  'discussion.create': {
    input: { name: string; kind: MadeKind; category?: string; about?: string; class?: string }
    output: { id: string }
  }
  'discussion.change': {
    input: Only & { name?: string; category?: string; about?: string; archived?: boolean }
    output: Only
  }
  'discussion.direct': { input: { people: string[] }; output: { id: string } }
  'discussion.join': { input: Only; output: Only }
  'discussion.leave': { input: Only; output: Only }
  'discussion.invite': { input: Only & { users: string[] }; output: Only }
  'discussion.expel': { input: OfMember; output: Only }
  'discussion.role': { input: OfMember & { role: MemberRole }; output: Only }
  'discussion.read': { input: Only & { offset: number }; output: { read: number } }
  'discussion.delivered': { input: Only & { offset: number }; output: { delivered: number } }
  'discussion.draft': { input: Only & { text: string }; output: object }
  'discussion.prefer': { input: Only & { level: Level | 'usual' }; output: object }
  'discussion.receipts': { input: { on: boolean }; output: object }
  'discussion.flag': { input: OfMessage & { reason: string }; output: object }
  'discussion.settle': { input: { flag: string; outcome: 'kept' | 'removed'; reason?: string }; output: object }
  'discussion.sanction': {
    input: OfMember & { kind: 'timeout' | 'ban'; minutes?: number; reason: string }
    output: Only
  }
  'discussion.pardon': { input: OfMember & { reason?: string }; output: Only }
  'discussion.slow': { input: Only & { seconds: number }; output: Only }
  'discussion.rules': { input: Only & { rules: Omit<Rule, 'id'>[] }; output: Only }
}

export interface Moderation {
  slowSeconds: number
  rules: Rule[]
  sanctions: {
    user: { id: string; name: string }
    kind: 'timeout' | 'ban'
    until?: string
    reason: string
    at: string
  }[]
  acts: Act[]
}

export interface SearchInput {
  q?: string
  channel?: string
  author?: string
  since?: string
  until?: string
  before?: string
  limit?: number
}

export interface DiscussionQueries {
  'discussion.channels': { input: object; output: { channels: Channel[]; discreet?: true } }
  'discussion.history': {
    input: Only & { before?: number; after?: number; around?: number; limit?: number }
    output: { messages: Message[]; related?: Message[]; receipts?: Receipt[]; position: Position }
  }
  'discussion.message': { input: OfMessage; output: { message: Message } }
  'discussion.members': { input: Only; output: { members: Member[] } }
  'discussion.pins': { input: Only; output: { messages: Message[] } }
  'discussion.versions': { input: OfMessage; output: { versions: Version[] } }
  'discussion.search': { input: SearchInput; output: { messages: Found[]; more: boolean } }
  'discussion.flags': { input: object; output: { flags: Flag[] } }
  'discussion.moderation': { input: Only; output: Moderation }
  'discussion.typing': { input: Only; output: object }
  /** What messages carry. */
  'files.links': { input: { files: string[] }; output: { links: FileLink[] } }
}
