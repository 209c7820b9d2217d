/** What is shown of channels and messages. Opening a channel is one query, and one subscription from where it stands. */
import type { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { position } from '../../kernel/log'
import { query, whisper } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { visibleChannel } from './access'
import { peopleNamed } from './members'
import { channelOf, offsetOf, topicOf, type Member, type Message, type Receipt } from './model'
import { columns, toMessage, type MessageRow } from './rows'
import * as schemas from './schemas'
import { noSuchMessage } from './texts'

type HistoryInput = z.infer<typeof schemas.historyInput>

export const readHistory = query<HistoryInput, z.infer<typeof schemas.history>>({
  name: 'discussion.history',
  summary: 'Messages of a channel, oldest first: the newest page, or one before, after or around an offset.',
  input: schemas.historyInput,
  output: schemas.history,
  async run(sql, actor, input) {
    const channel = await visibleChannel(sql, actor, input.channel)
    const messages = (await pageOf(sql, input)).map(toMessage)
    const related = await relatedTo(sql, messages)
    const receipts = channel.kind === 'direct' ? await receiptsOf(sql, actor, channel.id) : undefined
    return {
      messages,
      ...(related.length > 0 ? { related } : {}),
      ...(receipts ? { receipts } : {}),
      position: await position(sql, topicOf(input.channel)),
    }
  },
})

async function pageOf(sql: Sql, { channel, before, after, around, limit }: HistoryInput): Promise<MessageRow[]> {
  if (around !== undefined) {
    const earlier = await backFrom(sql, channel, around, limit >> 1)
    return [...earlier, ...(await onFrom(sql, channel, around - 1, limit - earlier.length))]
  }
  if (after !== undefined) return onFrom(sql, channel, after, limit)
  return backFrom(sql, channel, before ?? Number.MAX_SAFE_INTEGER, limit)
}

async function backFrom(sql: Sql, channel: string, before: number, limit: number): Promise<MessageRow[]> {
  const rows = await sql.query<MessageRow>(
    `SELECT ${columns} FROM discussion.message m
     WHERE m.channel = $1 AND m."offset" < $2 ORDER BY m."offset" DESC LIMIT $3`,
    [channel, before, limit],
  )
  return rows.reverse()
}

function onFrom(sql: Sql, channel: string, after: number, limit: number): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `SELECT ${columns} FROM discussion.message m
     WHERE m.channel = $1 AND m."offset" > $2 ORDER BY m."offset" LIMIT $3`,
    [channel, after, limit],
  )
}

/** Messages that these answer and that are not among them. They are of the same channel. */
async function relatedTo(sql: Sql, messages: readonly Message[]): Promise<Message[]> {
  const here = new Set(messages.map(({ id }) => id))
  const wanted = new Set(messages.flatMap(({ replyTo }) => (replyTo && !here.has(replyTo) ? [replyTo] : [])))
  if (wanted.size === 0) return []
  return at(sql, [...wanted])
}

async function at(sql: Sql, ids: readonly string[]): Promise<Message[]> {
  const rows = await sql.query<MessageRow>(
    `SELECT ${columns} FROM discussion.message m
     JOIN unnest($1::text[], $2::bigint[]) AS k(channel, "offset") USING (channel, "offset")`,
    [ids.map(channelOf), ids.map(offsetOf)],
  )
  return rows.map(toMessage)
}

/** How far the others are. Nothing of those who don't tell, and nothing for who doesn't. */
function receiptsOf(sql: Sql, actor: Actor, channel: string): Promise<Receipt[]> {
  return sql.query<Receipt>(
    `SELECT m.user_id AS "user", coalesce(k.read, 0) AS read, coalesce(k.delivered, 0) AS delivered
     FROM discussion.member m LEFT JOIN discussion.cursor k ON k.user_id = m.user_id AND k.channel = m.channel
     WHERE m.channel = $1 AND m.user_id <> $2
       AND NOT EXISTS (SELECT 1 FROM discussion.discreet d WHERE d.user_id IN (m.user_id, $2)) ORDER BY m.user_id`,
    [channel, actor.id],
  )
}

/** One message, for who follows a reply to it. Errors: `not_found`. */
export const readMessage = query<z.infer<typeof schemas.messageOnly>, { message: Message }>({
  name: 'discussion.message',
  summary: 'One message.',
  input: schemas.messageOnly,
  output: schemas.messageAnswer,
  async run(sql, actor, { message }) {
    await visibleChannel(sql, actor, channelOf(message))
    const [found] = await at(sql, [message])
    if (!found) throw refuse.notFound(noSuchMessage)
    return { message: found }
  },
})

/** Of an open channel those who have a say in it; of any other everybody. */
export const listMembers = query<z.infer<typeof schemas.channelAsked>, { members: Member[] }>({
  name: 'discussion.members',
  summary: 'Who is in a channel; of an open one, who has a say in it.',
  input: schemas.channelAsked,
  output: schemas.members,
  async run(sql, actor, { channel }) {
    await visibleChannel(sql, actor, channel)
    const rows = await sql.query<{ user_id: string; role: Member['role']; joined_at: Date }>(
      'SELECT user_id, role, joined_at FROM discussion.member WHERE channel = $1 ORDER BY joined_at, user_id LIMIT 5000',
      [channel],
    )
    const names = new Map(
      (
        await peopleNamed(
          sql,
          rows.map(({ user_id }) => user_id),
        )
      ).map(({ id, name }) => [id, name]),
    )
    return {
      members: rows.map(({ user_id: id, role, joined_at }) => ({
        ...{ id, name: names.get(id) ?? '', role },
        joinedAt: joined_at.toISOString(),
      })),
    }
  },
})

export const listPins = query<z.infer<typeof schemas.channelAsked>, { messages: Message[] }>({
  name: 'discussion.pins',
  summary: 'The pinned messages of a channel, last pinned first.',
  input: schemas.channelAsked,
  output: schemas.messages,
  async run(sql, actor, { channel }) {
    await visibleChannel(sql, actor, channel)
    const rows = await sql.query<MessageRow>(
      `SELECT ${columns} FROM discussion.message m WHERE m.channel = $1 AND m.pinned_at IS NOT NULL
       ORDER BY m.pinned_at DESC`,
      [channel],
    )
    return { messages: rows.map(toMessage) }
  },
})

export const listVersions = query({
  name: 'discussion.versions',
  summary: 'What a message said before it was edited, oldest first.',
  input: schemas.messageOnly,
  output: schemas.versions,
  async run(sql, actor, { message }) {
    await visibleChannel(sql, actor, channelOf(message))
    const rows = await sql.query<{ text: string; at: Date }>(
      'SELECT text, at FROM discussion.version WHERE channel = $1 AND "offset" = $2 ORDER BY said',
      [channelOf(message), offsetOf(message)],
    )
    return { versions: rows.map(({ text, at: said }) => ({ text, at: said.toISOString() })) }
  },
})

export const typing = whisper({
  name: 'discussion.typing',
  summary: 'Tell those in a channel that you are writing. Not kept; of many who write at once a few are shown.',
  input: schemas.channelAsked,
  async run(sql, actor, { channel }, ground) {
    await visibleChannel(sql, actor, channel)
    ground.whisper(topicOf(channel), { kind: 'typing', user: { id: actor.id, name: actor.name } }, actor.id)
  },
})
