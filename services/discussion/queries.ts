import { z } from 'zod'
import { heads, position } from '../../kernel/log'
import { query, whisper } from '../../kernel/service'
import { visible as seen, visibleChannel, type VisibleChannel } from './access'
import { messageIdOf, topicOf, type Message } from './model'
import { channelId, channels, history } from './schemas'

/** Unread is what others said after the read cursor, counted up to this; a badge says "999+" beyond it. */
const unreadBound = 1000

export const listChannels = query({
  name: 'discussion.channels',
  summary: 'The channels you can see, with how far you have read each.',
  input: z.object({}),
  output: channels,
  async run(sql, actor) {
    const visible = await sql.query<VisibleChannel>(
      `SELECT c.id, c.name, c.kind FROM ${seen} AND (c.service IS NULL OR m.user_id IS NOT NULL) ORDER BY c.created_at, c.id`,
      [actor.id],
    )
    const names = visible.map(({ id }) => id)
    const { heads: known } = await heads(sql, names.map(topicOf))
    const rows = await sql.query<{ channel: string; read: number; unread: number }>(
      `SELECT k.channel, coalesce(c.read, 0) AS read, n.unread
       FROM unnest($2::text[]) AS k(channel)
       LEFT JOIN discussion.cursor c ON c.user_id = $1 AND c.channel = k.channel
       CROSS JOIN LATERAL (
         SELECT count(*)::int AS unread FROM (
           SELECT 1 FROM discussion.message m
           WHERE m.channel = k.channel AND m."offset" > coalesce(c.read, 0) AND m.author <> $1
             AND m.note IS NULL AND m.removed_at IS NULL LIMIT ${unreadBound}) AS part) AS n`,
      [actor.id, names],
    )
    const states = new Map(rows.map((row) => [row.channel, row]))
    return {
      channels: visible.map(({ id, name, kind }) => {
        const { read, unread } = states.get(id)!
        return { id, name, kind, head: known.get(topicOf(id)) ?? 0, read, unread, mentions: 0 }
      }),
    }
  },
})

interface Row {
  offset: number
  author: string
  author_name: string
  text: string
  at: Date
  reply_to: number | null
  key: string
}

const columns = '"offset", author, author_name, text, at, reply_to, key'

export const readHistory = query({
  name: 'discussion.history',
  summary: 'Messages of a channel, oldest first: the newest page, or the one before or after an offset.',
  input: z.object({
    channel: channelId,
    before: z.coerce.number().int().positive().optional(),
    after: z.coerce.number().int().nonnegative().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  output: history,
  async run(sql, actor, { channel, before, after, limit }) {
    await visibleChannel(sql, actor, channel)
    const rows =
      after === undefined
        ? await sql.query<Row>(
            `SELECT ${columns} FROM discussion.message
             WHERE channel = $1 AND "offset" < $2 ORDER BY "offset" DESC LIMIT $3`,
            [channel, before ?? Number.MAX_SAFE_INTEGER, limit],
          )
        : await sql.query<Row>(
            `SELECT ${columns} FROM discussion.message
             WHERE channel = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3`,
            [channel, after, limit],
          )
    const messages = rows.map((row) => toMessage(channel, row))
    return {
      messages: after === undefined ? messages.reverse() : messages,
      position: await position(sql, topicOf(channel)),
    }
  },
})

function toMessage(channel: string, row: Row): Message {
  return {
    id: messageIdOf(channel, row.offset),
    offset: row.offset,
    author: { id: row.author, name: row.author_name },
    text: row.text,
    at: row.at.toISOString(),
    ...(row.reply_to === null ? {} : { replyTo: messageIdOf(channel, row.reply_to) }),
    key: row.key,
  }
}

export const typing = whisper({
  name: 'discussion.typing',
  summary: 'Tell those in a channel that you are writing. Not kept.',
  input: z.object({ channel: channelId }),
  async run(sql, actor, { channel }, ground) {
    await visibleChannel(sql, actor, channel)
    ground.whisper(topicOf(channel), { kind: 'typing', user: { id: actor.id, name: actor.name } })
  },
})
