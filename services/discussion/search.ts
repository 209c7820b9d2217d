/**
 * Finding messages: by their words, author, channel and date, among what the caller may see. The index is filled by a
 * duty, behind the writers' backs, so that it costs a post nothing: a topic's offsets become visible in order, so how
 * far a channel is indexed is one number.
 */
import type { z } from 'zod'
import { withoutEffect, type View } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { query, type Duty } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { visible } from './access'
import { peopleNamed } from './members'
import type { Found } from './model'
import { columns, toMessage, type MessageRow } from './rows'
import * as schemas from './schemas'
import { nothingAsked } from './texts'

const channelsAtOnce = 200
/** In one run, and so in a second: taking a burst in at once would take a good part of what posting it takes. */
const messagesAtOnce = 2000

/**
 * Takes new messages into the index: within a second or two, also after a crash, since the rows say what is missing. A
 * burst is taken in while it lasts and after.
 */
export const index: Duty = {
  name: 'discussion.index',
  everyMs: 1000,
  async runMany(tx, calls) {
    const behind = await tx.query<{ channel: string; upto: number; head: number }>(
      `SELECT c.id AS channel, coalesce(i.upto, 0) AS upto, t.head
       FROM discussion.channel c JOIN kernel.topics t ON t.topic = 'discussion:' || c.id
       LEFT JOIN discussion.indexed i ON i.channel = c.id WHERE t.head > coalesce(i.upto, 0) ORDER BY c.id LIMIT $1`,
      [channelsAtOnce],
    )
    let left = messagesAtOnce
    for (const one of behind) {
      if (left <= 0) break
      left -= await indexSome(tx, one, left)
    }
    return calls.map(() => withoutEffect({ more: left > 0 && behind.length === channelsAtOnce }))
  },
}

interface Behind {
  channel: string
  upto: number
  head: number
}

/** @returns how many messages were taken in. */
async function indexSome(tx: Sql, { channel, upto, head }: Behind, most: number): Promise<number> {
  const rows = await tx.query<{ offset: number }>(
    `WITH next AS (
       SELECT "offset", text FROM discussion.message WHERE channel = $1 AND "offset" > $2 AND "offset" <= $3
       ORDER BY "offset" LIMIT $4
     ), stored AS (
       INSERT INTO discussion.search (channel, "offset", words)
       SELECT $1, "offset", discussion.words_of(text) FROM next WHERE text <> '' ON CONFLICT DO NOTHING)
     SELECT "offset" FROM next ORDER BY "offset" DESC`,
    [channel, upto, head, most],
  )
  const done = rows.length === most ? rows[0]!.offset : head
  await tx.query(
    `INSERT INTO discussion.indexed AS i (channel, upto) VALUES ($1, $2)
     ON CONFLICT (channel) DO UPDATE SET upto = greatest(i.upto, excluded.upto)`,
    [channel, done],
  )
  return rows.length
}

/**
 * Newest first. Words match as they are written and by their stems in both languages; in quotes they must follow each
 * other, after a minus they must not be there.
 */
export const search = query<z.infer<typeof schemas.searchInput>, z.infer<typeof schemas.searchOutput>>({
  name: 'discussion.search',
  summary: 'Find messages by words, author, channel and date, among what you can see.',
  input: schemas.searchInput,
  output: schemas.searchOutput,
  async run(sql, actor, { q = '', channel, author, since, until, before, limit }) {
    if (q.trim() === '' && !channel) throw refuse.invalid(nothingAsked)
    const narrow = [channel, author, since, until].map((one) => one ?? null)
    const [inChannel, offset] = before?.split('.') ?? [null, null]
    const rows = await sql.query<MessageRow & { channel_name: string }>(q.trim() === '' ? plainSql : wordsSql, [
      ...[actor.id, ...narrow, inChannel, offset, limit + 1],
      ...(q.trim() === '' ? [] : [q]),
    ])
    const page = rows.slice(0, limit)
    return { messages: await named(sql, page), more: rows.length > limit }
  },
})

const seen = `SELECT c.id, c.name FROM ${visible} AND ($2::text IS NULL OR c.id = $2)`
const narrowed = `($3::text IS NULL OR m.author = $3) AND ($4::timestamptz IS NULL OR m.at >= $4)
  AND ($5::timestamptz IS NULL OR m.at < $5) AND ($6::text IS NULL OR (m.at, m.channel, m."offset") < (
    SELECT b.at, b.channel, b."offset" FROM discussion.message b WHERE b.channel = $6 AND b."offset" = $7::bigint))
  AND m.removed_at IS NULL AND m.note IS NULL`
const wordsSql = `
  WITH seen AS MATERIALIZED (${seen}), asked AS (
    SELECT websearch_to_tsquery('simple', $9) || websearch_to_tsquery('indonesian', $9)
      || websearch_to_tsquery('english', $9) AS words)
  SELECT ${columns}, seen.name AS channel_name
  FROM asked JOIN discussion.search s ON s.words @@ asked.words JOIN seen ON seen.id = s.channel
  JOIN discussion.message m ON m.channel = s.channel AND m."offset" = s."offset"
  WHERE ${narrowed} ORDER BY m.at DESC, m.channel DESC, m."offset" DESC LIMIT $8`
const plainSql = `
  WITH seen AS MATERIALIZED (${seen})
  SELECT ${columns}, seen.name AS channel_name
  FROM seen JOIN discussion.message m ON m.channel = seen.id
  WHERE ${narrowed} ORDER BY m."offset" DESC LIMIT $8`

/** Direct messages have no name: they are called by who is in them. */
export async function named(sql: View, rows: readonly (MessageRow & { channel_name: string })[]): Promise<Found[]> {
  const nameless = [...new Set(rows.filter((row) => row.channel_name === '').map(({ channel }) => channel))]
  const names = await directNames(sql, nameless)
  return rows.map((row) => ({
    ...toMessage(row),
    channel: row.channel,
    channelName: row.channel_name || (names.get(row.channel) ?? ''),
  }))
}

async function directNames(sql: View, channels: readonly string[]): Promise<Map<string, string>> {
  if (channels.length === 0) return new Map()
  const rows = await sql.query<{ channel: string; user_id: string }>(
    'SELECT channel, user_id FROM discussion.member WHERE channel = ANY ($1::text[])',
    [channels],
  )
  const people = await peopleNamed(sql, [...new Set(rows.map(({ user_id }) => user_id))])
  const called = (channel: string): string =>
    people
      .filter(({ id }) => rows.some((row) => row.channel === channel && row.user_id === id))
      .map(({ name }) => name)
      .join(', ')
  return new Map(channels.map((channel) => [channel, called(channel)]))
}
