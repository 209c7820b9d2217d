/**
 * The words of the WordAround chat (`join`, `send_message`, `message`, `user_list`, `message_history`, `server_info`), for
 * clients that speak Socket.IO. A room is a channel; topics, order, rosters and rights are those of every other client.
 */
import { z } from 'zod'
import { parse } from '../../kernel/service'
import type { EventData } from '../../protocol/event'
import { key } from '../../protocol/ids'
import type { Conversation, Said, Vocabulary } from '../../protocol/vocabulary'
import { messageIdOf, topicOf, type Message } from './model'
import { channelId, messageText } from './schemas'

const place = { room: channelId }
const joinInput = z.object({
  ...place,
  /** Where the client stands: what it missed is then sent as `message`, if that can still be done. */
  offset: z.number().int().nonnegative().optional(),
  epoch: z.string().max(64).default(''),
  /** Messages of the history. */
  limit: z.number().int().min(0).max(100).default(50),
})
const sendInput = z.object({
  ...place,
  text: messageText,
  /** The same id is the same message, however often it is sent. */
  client_id: key.optional(),
})
const roomInput = z.object(place)

interface Spoken {
  author: { id: string; name: string }
  text: string
  at: string
  replyTo?: string
}

interface History {
  messages: Message[]
  position: { offset: number; epoch: string }
}

export const wordAround: Vocabulary = {
  greet: ({ node, actor }, { version, serverTime, session }) => [
    ['server_info', { node, version, serverTime, user: actor, ...(session ? { session } : {}) }],
  ],

  events: {
    join: async (conversation, [input]) => {
      const wanted = parse(joinInput, input)
      const resumed = wanted.offset === undefined ? undefined : await resume(conversation, wanted, wanted.offset)
      return [{ ok: true, room: wanted.room, ...(resumed ?? (await begin(conversation, wanted))) }]
    },
    leave: async (conversation, [input]) => {
      const { room } = parse(roomInput, input)
      conversation.leave(topicOf(room))
      return [{ ok: true, room }]
    },
    send_message: async (conversation, [input]) => {
      const { room, text, client_id: clientId = crypto.randomUUID() } = parse(sendInput, input)
      const sent = await conversation.execute('discussion.post', { channel: room, text, key: clientId })
      return [{ ok: true, room, client_id: clientId, ...sent, node: conversation.node }]
    },
    typing: async (conversation, [input]) => {
      await conversation.execute('discussion.typing', { channel: parse(roomInput, input).room })
      return [{ ok: true }]
    },
  },

  told: (topic, offset, data) => spokenOf(topic, offset, data),

  here: (topic, people, count) => ['user_list', { room: roomOf(topic), users: people, count }],
}

type Wanted = z.infer<typeof joinInput>

/** All that was missed, and then what is live; nothing if that can't be told any more. */
async function resume(
  conversation: Conversation,
  { room, epoch }: Wanted,
  offset: number,
): Promise<{ offset: number; epoch: string; recovered: true } | undefined> {
  let resumed: { offset: number; epoch: string; recovered: true } | undefined
  await conversation.join(topicOf(room), { offset, epoch }, (stream) => {
    if (!stream.recovered) return undefined
    resumed = { offset: stream.offset, epoch: stream.epoch, recovered: true }
    return missedOf(room, stream.missed)
  })
  return resumed
}

/** The last page, and the stream from exactly there. */
async function begin(
  conversation: Conversation,
  { room, limit }: Wanted,
): Promise<{ offset: number; epoch: string; recovered: boolean }> {
  const input = { channel: room, limit: Math.max(1, limit) }
  const { messages, position } = (await conversation.execute('discussion.history', input)) as unknown as History
  let { offset, epoch } = position
  const page = messages.slice(messages.length - Math.min(limit, messages.length))
  await conversation.join(topicOf(room), position, (stream) => {
    offset = stream.offset
    epoch = stream.epoch
    const history = { room, messages: page.map((message) => shown(room, message.offset, message)), ...position }
    return [['message_history', history], ...missedOf(room, stream.missed)]
  })
  return { offset, epoch, recovered: false }
}

const roomOf = (topic: string): string => topic.slice(topicOf('').length)

function missedOf(room: string, missed: readonly { offset: number; data: EventData }[]): Said[] {
  return missed.flatMap(({ offset, data }) => {
    const said = spokenOf(topicOf(room), offset, data)
    return said ? [said] : []
  })
}

function spokenOf(topic: string, offset: number, data: EventData): Said | undefined {
  if (data.kind !== 'posted') return undefined
  const spoken = data as unknown as Spoken & { key: string }
  return ['message', { ...shown(roomOf(topic), offset, spoken), client_id: spoken.key, node: data.node }]
}

function shown(room: string, offset: number, { author, text, at, replyTo }: Spoken): Record<string, unknown> {
  return { id: messageIdOf(room, offset), room, user: author, text, offset, at, ...(replyTo ? { replyTo } : {}) }
}
