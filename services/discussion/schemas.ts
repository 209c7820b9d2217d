/** What is said in discussion, as schemas: checked at the doors, documented, and never loaded by a page. */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { role } from '../../protocol/roles'
import { words } from '../../protocol/text'
import { moment } from '../../protocol/time'
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
  /** What the message was stays told: by whom and when it was said. */
  removed: z.object({ message: offset, author, saidAt: z.string() }),
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
export const channels = z.object({
  channels: z.array(channel),
  discreet: z.literal(true).optional().describe('you show nobody what you have read'),
})

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
export const classAsked = z.object({ class: z.string() })
export const empty = z.object({})

/** What `files.attach` takes. */
const fileId = z.uuid()
export const postInput = z
  .object({
    channel: channelId,
    text: z.union([messageText, z.literal('')]),
    replyTo: messageId.optional(),
    files: z.array(fileId).min(1).max(10).optional(),
    mentions: z.array(id).max(50).optional().describe('ids of people meant by an @, where a name is not enough'),
    confirm: z.boolean().optional().describe('yes, tell all those people'),
  })
  .refine(({ text: said, files }) => said !== '' || files !== undefined, { path: ['text'], error: 'something to read' })
export const postOutput = z.object({ id: messageId, offset: z.number().int(), at: z.string() })

export const created = z.object({ id: channelId })
const category = words(40).or(z.literal(''))
const about = words(500).or(z.literal(''))
export const createInput = z.object({
  name: words(80),
  kind: madeKind,
  category: category.optional(),
  about: about.optional(),
  class: z.uuid().optional().describe('of a private channel: its people are those of this class'),
})
export const changeInput = z.object({
  channel: channelId,
  name: words(80).optional(),
  category: category.optional(),
  about: about.optional(),
  archived: z.boolean().optional(),
})
export const memberInput = z.object({ channel: channelId, user: id })
export const inviteInput = z
  .object({ channel: channelId, user: id.optional(), users: z.array(id).max(200).optional() })
  .refine(({ user, users }) => user !== undefined || users !== undefined, { path: ['user'], error: 'somebody' })
export const roleInput = memberInput.extend({ role: memberRole })
export const directInput = z.object({ people: z.array(id).min(1).max(31) })

export const readInput = z.object({ channel: channelId, offset })
export const readOutput = z.object({
  read: offset,
  shared: z.literal(true).optional().describe('the others were told how far'),
})
export const deliveredOutput = z.object({ delivered: offset, shared: z.literal(true).optional() })
export const draftInput = z.object({ channel: channelId, text: z.string().max(8000) })
export const preferInput = z.object({ channel: channelId, level: level.or(z.literal('usual')) })
export const receiptsInput = z.object({ on: z.boolean() })

export const editInput = z.object({
  message: messageId,
  text: messageText,
  mentions: z.array(id).max(50).optional(),
  confirm: z.boolean().optional(),
})
export const placed = z.object({ id: messageId, offset, at: z.string() })
export const messageOnly = z.object({ message: messageId })
export const removeInput = messageOnly.extend({ reason: words(500).optional().describe('needed of moderators') })
export const pinInput = messageOnly.extend({ on: z.boolean().default(true) })
export const reactInput = messageOnly.extend({
  emoji: z
    .string()
    .max(32)
    .refine((text) => /^\p{RGI_Emoji}{1,3}$/v.test(text), 'an emoji'),
  on: z.boolean().default(true),
})

const reason = words(500)
export const flagInput = messageOnly.extend({ reason })
export const settleInput = z.object({ flag: z.uuid(), outcome: z.enum(['kept', 'removed']), reason: reason.optional() })
export const sanctionInput = memberInput.extend({
  kind: z.enum(['timeout', 'ban']),
  minutes: z
    .number()
    .int()
    .min(1)
    .max(525_600)
    .optional()
    .describe('absent: a ban without end; of a time-out, an hour'),
  reason,
})
export const pardonInput = memberInput.extend({ reason: reason.optional() })
export const slowInput = z.object({ channel: channelId, seconds: z.number().int().min(0).max(21_600) })
export const rulesInput = z.object({
  channel: channelId,
  rules: z.array(z.object({ words: words(100), action: z.enum(['refuse', 'flag']) })).max(200),
})

export const searchInput = z.object({
  q: z.string().max(200).optional(),
  channel: channelId.optional(),
  author: id.optional(),
  since: moment.optional(),
  until: moment.optional(),
  before: messageId.optional().describe('the last one that was shown, for the next page'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export const searchOutput = z.object({ messages: z.array(found), more: z.boolean() })

const whole = z.coerce.number().int()
export const historyInput = z.object({
  channel: channelId,
  before: whole.positive().optional(),
  after: whole.nonnegative().optional(),
  around: whole.nonnegative().optional().describe('half of the page before this offset, half from it on'),
  limit: whole.min(1).max(200).default(50),
})
export const channelAsked = z.object({ channel: channelId })
export const members = z.object({ members: z.array(member) })
export const versions = z.object({ versions: z.array(version) })
export const messages = z.object({ messages: z.array(message) })
export const messageAnswer = z.object({ message })
export const flags = z.object({ flags: z.array(flag) })
export const moderation = z.object({
  slowSeconds: z.number().int(),
  rules: z.array(rule),
  sanctions: z.array(
    z.object({
      user: author,
      kind: z.enum(['timeout', 'ban']),
      until: z.string().optional(),
      reason: z.string(),
      at: z.string(),
    }),
  ),
  acts: z.array(act),
})
