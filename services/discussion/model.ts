/**
 * Discussion as data: what is said on its topics, and the fold that turns a snapshot and the stream after it into what
 * a screen shows. The server's tests and the browser run this same code.
 */
import { z } from 'zod'
import { id } from '../../protocol/ids'
import { position } from '../../protocol/event'
import { words } from '../../protocol/text'

/** The topic that tells of channels everybody may see. */
export const channelsTopic = 'channels'
export const topicOf = (channel: string): string => `discussion:${channel}`

export const channelId = id.max(40)
export const channelKind = z.enum(['public', 'private', 'announcement'])
export type ChannelKind = z.infer<typeof channelKind>

export const messageText = words(8000)
/** `<channel>.<offset>` */
export const messageId = z.string().regex(/^[A-Za-z0-9_-]+\.[1-9][0-9]{0,15}$/)
export const messageIdOf = (channel: string, offset: number): string => `${channel}.${offset}`

export const author = z.object({ id: z.string(), name: z.string() })

export const message = z.object({
  id: messageId,
  offset: z.number().int(),
  author,
  text: z.string(),
  at: z.string(),
  replyTo: messageId.optional(),
  /** The author's client finds its own pending message by it. */
  key: z.string().optional(),
})
export type Message = z.infer<typeof message>

export const channel = z.object({
  id: channelId,
  name: z.string(),
  kind: channelKind,
  head: z.number().int(),
  read: z.number().int(),
  unread: z.number().int(),
})
export type Channel = z.infer<typeof channel>

/** Events of `discussion:<channel>`, by kind. */
export const channelEvents = {
  posted: z.object({ author, text: z.string(), replyTo: messageId.optional(), key: z.string() }),
  joined: z.object({ user: author }),
  left: z.object({ user: z.string() }),
}

/** Events of `channels`. */
export const directoryEvents = {
  created: z.object({ channel: z.object({ id: channelId, name: z.string(), kind: channelKind }) }),
}

/** Words on `discussion:<channel>` that are not kept and have no offset. */
export const typing = z.object({ kind: z.literal('typing'), user: author })

/** What a query gives and a stream continues: one channel, oldest message first. */
export const history = z.object({ messages: z.array(message), position })
export interface ChannelState {
  messages: readonly Message[]
}

export const channels = z.object({ channels: z.array(channel) })

export interface ChannelEvent {
  kind: string
  at: string
  offset: number
  topic: string
  data: unknown
}

/** Pure. Events the fold doesn't know leave the state as it is: a newer server may say more. */
export function apply(state: ChannelState, event: ChannelEvent): ChannelState {
  if (event.kind !== 'posted') return state
  const posted = channelEvents.posted.safeParse(event.data)
  if (!posted.success) return state
  const name = event.topic.slice('discussion:'.length)
  const next: Message = {
    id: messageIdOf(name, event.offset),
    offset: event.offset,
    at: event.at,
    ...posted.data,
  }
  return { ...state, messages: [...state.messages, next] }
}
