/** Messages as they lie in the database, and as they are shown. */
import type { Sql } from '../../kernel/db'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { visibleChannel, type VisibleChannel } from './access'
import { channelOf, messageIdOf, offsetOf, type Message } from './model'
import { noSuchMessage } from './texts'

export interface MessageRow {
  channel: string
  offset: number
  author: string
  author_name: string
  text: string
  at: Date
  reply_to: number | null
  key: string
  note: Message['note'] | null
  files: string[] | null
  mentions: Message['mentions'] | null
  edited_at: Date | null
  removed_at: Date | null
  pinned_at: Date | null
  reactions: Message['reactions'] | null
}

/** Of `discussion.message m`. */
export const columns = `m.channel, m."offset", m.author, m.author_name, m.text, m.at, m.reply_to, m.key, m.note, m.files,
  m.mentions, m.edited_at, m.removed_at, m.pinned_at,
  (SELECT json_agg(json_build_object('emoji', g.emoji, 'people', g.people) ORDER BY g.first, g.emoji) FROM (
     SELECT x.emoji, min(x.at) AS first,
       json_agg(json_build_object('id', x.user_id, 'name', x.user_name) ORDER BY x.at, x.user_id) AS people
     FROM discussion.reaction x WHERE x.channel = m.channel AND x."offset" = m."offset" GROUP BY x.emoji) AS g) AS reactions`

export function toMessage(row: MessageRow): Message {
  const { channel, offset, text, key } = row
  const place = { id: messageIdOf(channel, offset), offset, at: row.at.toISOString() }
  const author = { id: row.author, name: row.author_name }
  if (row.removed_at) return { ...place, author, text: '', removed: true }
  return {
    ...place,
    author,
    text,
    ...(row.reply_to === null ? {} : { replyTo: messageIdOf(channel, row.reply_to) }),
    ...(row.note ? { note: row.note } : {}),
    ...(row.files ? { files: row.files } : {}),
    ...(row.mentions ? { mentions: row.mentions } : {}),
    ...(row.edited_at ? { editedAt: row.edited_at.toISOString() } : {}),
    ...(row.pinned_at ? { pinned: true as const } : {}),
    ...(row.reactions ? { reactions: row.reactions } : {}),
    key,
  }
}

/** A message that may be changed, locked, with the channel as the caller sees it. */
export interface Held {
  channel: VisibleChannel
  offset: number
  /** The event that says it as it reads now. */
  said: number
  row: MessageRow
}

/** @throws Refusal `not_found`: no such message, not for the caller, or it was removed. */
export async function hold(tx: Sql, actor: Actor, id: string): Promise<Held> {
  return holdIn(tx, await visibleChannel(tx, actor, channelOf(id)), offsetOf(id))
}

/** The same, where the right was found in another way. @throws Refusal `not_found` */
export async function holdIn(tx: Sql, channel: VisibleChannel, offset: number): Promise<Held> {
  const place = [channel.id, offset]
  await tx.query('SELECT 1 FROM discussion.message WHERE channel = $1 AND "offset" = $2 FOR UPDATE', place)
  const [row] = await tx.query<MessageRow & { said: number | null }>(
    `SELECT ${columns}, m.said FROM discussion.message m WHERE m.channel = $1 AND m."offset" = $2`,
    place,
  )
  if (!row || row.removed_at) throw refuse.notFound(noSuchMessage)
  return { channel, offset, said: row.said ?? offset, row }
}
