/**
 * Discussion as data: what is said on its topics, and the fold that turns a snapshot and the stream after it into what
 * a screen shows. The server's tests and the browser run this same code; schemas stand in `schemas.ts`, so that a page
 * carries none of them.
 */
import type { z } from 'zod'
import type * as schemas from './schemas'

/** The topic that tells of channels everybody may see. */
export const channelsTopic = 'channels'
export const topicOf = (channel: string): string => `discussion:${channel}`

export const channelKinds = ['public', 'private', 'announcement', 'direct'] as const
export type ChannelKind = (typeof channelKinds)[number]
/** Whether everybody signed in may read it. */
export const isOpen = (kind: ChannelKind): boolean => kind === 'public' || kind === 'announcement'
/** Kinds that somebody makes by hand. */
export const madeKinds = ['public', 'private', 'announcement'] as const
export type MadeKind = (typeof madeKinds)[number]

export const memberRoles = ['owner', 'moderator', 'member'] as const
export type MemberRole = (typeof memberRoles)[number]

/** What a person is told of in a channel, beside what the page shows. */
export const levels = ['all', 'mentions', 'none'] as const
export type Level = (typeof levels)[number]

/** `<channel>.<offset>` */
export const messageIdOf = (channel: string, offset: number): string => `${channel}.${offset}`
export const channelOf = (message: string): string => message.slice(0, message.lastIndexOf('.'))
export const offsetOf = (message: string): number => Number(message.slice(message.lastIndexOf('.') + 1))

export type Author = z.infer<typeof schemas.author>
export type Message = z.infer<typeof schemas.message>
export type Note = z.infer<typeof schemas.note>
export type Mentions = z.infer<typeof schemas.mentions>
export type Channel = z.infer<typeof schemas.channel>
export type Receipt = z.infer<typeof schemas.receipt>
export type Member = z.infer<typeof schemas.member>
export type Version = z.infer<typeof schemas.version>
export type Found = z.infer<typeof schemas.found>
export type Flag = z.infer<typeof schemas.flag>
export type Rule = z.infer<typeof schemas.rule>
export type Act = z.infer<typeof schemas.act>
export type Said<K extends keyof typeof schemas.channelEvents> = z.infer<(typeof schemas.channelEvents)[K]>
/** The inputs of internal commands, for services whose things have a thread. */
export type ThreadInput = z.input<typeof schemas.threadInput>
export type NoteInput = z.input<typeof schemas.noteInput>

/** What a query gives and a stream continues: a stretch of one channel, oldest message first. */
export interface ChannelState {
  messages: readonly Message[]
  /** What is said next doesn't follow on the last of these: there are messages between. */
  partial?: boolean
}

export interface ChannelEvent {
  kind: string
  at: string
  offset: number
  topic: string
  data: unknown
}

type Fold = (state: ChannelState, event: ChannelEvent, channel: string) => ChannelState

/**
 * Pure. Events the fold doesn't know leave the state as it is: a newer server may say more. Repeating one changes
 * nothing, so a page that was read later than the stream stands may be put in.
 */
export function apply(state: ChannelState, event: ChannelEvent): ChannelState {
  const fold = Object.hasOwn(folds, event.kind) ? folds[event.kind] : undefined
  return fold && isRecord(event.data) ? fold(state, event, event.topic.slice('discussion:'.length)) : state
}

const folds: Record<string, Fold> = {
  posted: (state, event, channel) => {
    const data = event.data as Said<'posted'>
    if (!isAuthor(data.author) || typeof data.text !== 'string') return state
    const { author, text, replyTo, files, mentions, key } = data
    return added(state, { ...placed(channel, event), author, text, ...present({ replyTo, files, mentions, key }) })
  },
  noted: (state, event, channel) => {
    const { author, note, key } = event.data as Said<'noted'>
    if (!isAuthor(author) || !isRecord(note)) return state
    return added(state, { ...placed(channel, event), author, text: '', note, ...present({ key }) })
  },
  edited: (state, event) => {
    const { message } = event.data as Said<'edited'>
    if (!isRecord(message) || typeof message.offset !== 'number') return state
    return changed(state, message.offset, (old) => ({
      ...message,
      ...present({ pinned: old?.pinned, reactions: old?.reactions }),
      editedAt: event.at,
    }))
  },
  removed: (state, event, channel) => {
    const { message: offset, author, saidAt: at } = event.data as Said<'removed'>
    if (typeof offset !== 'number' || !isAuthor(author)) return state
    return changed(state, offset, () => ({
      ...placed(channel, { offset, at }),
      author,
      text: '',
      removed: true as const,
    }))
  },
  reacted: (state, event) => {
    const data = event.data as Said<'reacted'>
    if (typeof data.message !== 'number' || !isAuthor(data.user)) return state
    return changed(state, data.message, (old) => old && withReaction(old, data))
  },
  pinned: (state, event) => {
    const { message: offset, on } = event.data as Said<'pinned'>
    return changed(state, offset, (old) => old && without(old, 'pinned', on ? { pinned: true as const } : {}))
  },
}

function withReaction(message: Message, { emoji, user, on }: Said<'reacted'>): Message {
  const before = message.reactions ?? []
  const known = before.some((one) => one.emoji === emoji)
  const all = known ? before : [...before, { emoji, people: [] }]
  const reactions = all
    .map((one) => {
      if (one.emoji !== emoji) return one
      const others = one.people.filter(({ id }) => id !== user.id)
      return { emoji, people: on ? [...others, user] : others }
    })
    .filter(({ people }) => people.length > 0)
  return without(message, 'reactions', reactions.length > 0 ? { reactions } : {})
}

function without(message: Message, field: 'pinned' | 'reactions', more: Partial<Message>): Message {
  const { [field]: _, ...rest } = message
  return { ...rest, ...more }
}

const placed = (channel: string, { offset, at }: Pick<ChannelEvent, 'offset' | 'at'>) => ({
  id: messageIdOf(channel, offset),
  offset,
  at,
})

function added(state: ChannelState, message: Message): ChannelState {
  const last = state.messages.at(-1)
  if (last && last.offset >= message.offset) return state
  return state.partial ? state : { ...state, messages: [...state.messages, message] }
}

/** Changes a message where it is; puts it in where it ought to be and isn't (its own event was redacted). */
function changed(
  state: ChannelState,
  offset: number,
  next: (old: Message | undefined) => Message | undefined,
): ChannelState {
  const { messages } = state
  const at = messages.findLastIndex((message) => message.offset <= offset)
  const old = messages[at]?.offset === offset ? messages[at] : undefined
  const isBetween = at >= 0 && (at < messages.length - 1 || !state.partial)
  if (!old && !isBetween) return state
  const message = next(old)
  return message ? { ...state, messages: messages.toSpliced(old ? at : at + 1, old ? 1 : 0, message) } : state
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isAuthor = (value: unknown): value is Author =>
  isRecord(value) && typeof value['id'] === 'string' && typeof value['name'] === 'string'

/** Without the fields that have no value. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

/** Words on a channel's topic that are not kept. */
export type Whispered = { kind: 'typing'; user: Author } | ({ kind: 'receipt' } & Receipt)

/** @returns nothing for what is neither; a newer server may whisper more. */
export function heard(data: unknown): Whispered | undefined {
  if (!isRecord(data)) return undefined
  if (data['kind'] === 'typing' && isAuthor(data['user'])) return { kind: 'typing', user: data['user'] }
  const { kind, user, read, delivered } = data
  if (kind !== 'receipt' || typeof user !== 'string') return undefined
  return { kind, user, read: Number(read), delivered: Number(delivered) }
}
