/** What is said in discussion, as schemas: checked at the doors, documented, and never loaded by a page. */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { role } from '../../protocol/roles'
import { words } from '../../protocol/text'
import { channelKinds, levels, madeKinds, memberRoles } from './model'

export const channelId = id.max(40)
export const channelKind = z.enum(channelKinds)
export const madeKind = z.enum(madeKinds)
export const memberRole = z.enum(memberRoles)
export const level = z.enum(levels)
const offset = z.number().int().nonnegative()

export const messageText = words(8000)
/** `<channel>.<offset>` */
export const messageId = z.string().regex(/^[A-Za-z0-9_-]+\.[1-9][0-9]{0,15}$/)

export const author = z.object({ id: z.string(), name: z.string() })
export const text = z.object({ en: words(500), id: words(500) })

/** Something that happened to what a thread belongs to, told by its service. */
export const note = z.object({ kind: z.string(), text, fields: z.record(z.string(), z.unknown()).optional() })

export const mentions = z.object({
  people: z.array(author).optional(),
  roles: z.array(role).optional(),
  /** Everybody in the channel. */
  channel: z.literal(true).optional(),
})

export const reaction = z.object({ emoji: z.string(), people: z.array(author) })

export const message = z.object({
  id: messageId,
  offset: z.number().int(),
  author,
  /** Empty for notes, for what was removed, and where there are only files. */
  text: z.string(),
  at: z.string(),
  replyTo: messageId.optional(),
  files: z.array(z.string()).optional(),
  mentions: mentions.optional(),
  note: note.optional(),
  editedAt: z.string().optional(),
  removed: z.literal(true).optional(),
  pinned: z.literal(true).optional(),
  reactions: z.array(reaction).optional(),
  /** The author's client finds its own pending message by it. */
  key: z.string().optional(),
})

export const channel = z.object({
  id: channelId,
  name: z.string().describe('empty for direct messages: they are named by their people'),
  kind: channelKind,
  head: z.number().int(),
  read: z.number().int(),
  unread: z.number().int().describe('messages of others after `read`; status events do not count'),
  mentions: z.number().int().describe('those of them that mention you'),
  category: z.string().optional(),
  about: z.string().optional(),
  role: memberRole.optional().describe('what you are in it'),
  level: level.optional().describe('what you are told of; absent: the usual'),
  hidden: z.literal(true).optional(),
  archived: z.literal(true).optional(),
  draft: z.string().optional(),
  people: z.array(author).optional().describe('of direct messages: the others'),
  thread: z.object({ service: z.string(), id: z.string() }).optional(),
  slowSeconds: z.number().int().optional(),
  lastAt: z.string().optional(),
})

export const receipt = z.object({ user: z.string(), read: offset, delivered: offset })

/** Events of `discussion:<channel>`, by kind. */
export const channelEvents = {
  posted: z.object({
    author,
    text: z.string(),
    replyTo: messageId.optional(),
    files: z.array(z.string()).optional(),
    mentions: mentions.optional(),
    key: z.string(),
  }),
  noted: z.object({ author, note, key: z.string() }),
  /** The whole message as it reads now. */
  edited: z.object({ message: message.omit({ reactions: true, pinned: true, editedAt: true }) }),
  removed: z.object({ message: offset, author, at: z.string() }),
  reacted: z.object({ message: offset, emoji: z.string(), user: author, on: z.boolean() }),
  pinned: z.object({ message: offset, on: z.boolean() }),
  /** What the message said before it was edited is gone. */
  cleaned: z.object({ message: offset }),
  joined: z.object({ user: author }),
  left: z.object({ user: z.string() }),
  changed: z.object({ name: z.string() }),
}

/** Events of `channels`. */
const directoryRow = z.object({ id: channelId, name: z.string(), kind: channelKind })
export const directoryEvents = {
  created: z.object({ channel: directoryRow }),
  changed: z.object({ channel: directoryRow }),
}

/** Words on `discussion:<channel>` that are not kept and have no offset. */
export const typing = z.object({ kind: z.literal('typing'), user: author })

export const history = z.object({
  messages: z.array(message),
  related: z.array(message).optional().describe('messages that these reply to, where they are not among them'),
  receipts: z.array(receipt).optional().describe('of direct messages: how far the others are'),
  position,
})
export const channels = z.object({ channels: z.array(channel) })

export const member = author.extend({ role: memberRole, joinedAt: z.string() })
export const version = z.object({ text: z.string(), at: z.string() })
export const found = message.extend({ channel: channelId, channelName: z.string() })

export const flag = z.object({
  id: z.string(),
  channel: channelId,
  channelName: z.string(),
  message,
  by: author,
  reason: z.string(),
  at: z.string(),
})
export const rule = z.object({ id: z.string(), words: z.string(), action: z.enum(['refuse', 'flag']) })
export const act = z.object({
  at: z.string(),
  actor: author,
  action: z.string(),
  target: z.string().optional(),
  reason: z.string().optional(),
})

/** Which thread: that of `id` of `service`. */
const subject = { service: z.string().regex(/^[a-z][a-z0-9]{0,31}$/), id }
export const threadInput = z.object({
  ...subject,
  title: words(200),
  open: z.boolean().describe('everyone signed in may read it'),
  members: z.array(id).max(5000),
})
export const noteInput = z.object({
  ...subject,
  kind: z.string(),
  text,
  fields: z.record(z.string(), z.unknown()).optional(),
})
export const threadMembersInput = z.object({
  ...subject,
  add: z.array(id).max(5000).optional(),
  remove: z.array(id).max(5000).optional(),
})
export const channelOnly = z.object({ channel: channelId })
export const empty = z.object({})
