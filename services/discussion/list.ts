/** The channels a person can see, with where they stand in each. */
import type { View } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { heads } from '../../kernel/log'
import { query } from '../../kernel/service'
import type { Actor } from '../../protocol/roles'
import { visible } from './access'
import { peopleNamed } from './members'
import { topicOf, type Author, type Channel, type ChannelKind, type Level, type MemberRole } from './model'
import { channels, empty } from './schemas'

/** Unread is what others said after the read cursor, counted up to this; a badge says "999+" beyond it. */
const unreadBound = 1000

interface Row {
  id: string
  name: string
  kind: ChannelKind
  membership: MemberRole | null
  category: string | null
  about: string | null
  service: string | null
  subject: string | null
  slow_seconds: number
  archived: boolean
  read: number
  level: Level | null
  hidden: number | null
  draft: string | null
  unread: number
  mentions: number
  last_at: Date | null
}

/** Threads stand in the list of those who are in them; open ones can be read by others too, from where they belong. */
export const listChannels = query({
  name: 'discussion.channels',
  summary: 'The channels you can see, with how far you have read each.',
  input: empty,
  output: channels,
  async run(sql, actor) {
    const rows = await rowsOf(sql, actor)
    const known = (
      await heads(
        sql,
        rows.map(({ id }) => topicOf(id)),
      )
    ).heads
    const people = await directPeople(sql, actor, rows)
    const discreet = await sql.query('SELECT 1 FROM discussion.discreet WHERE user_id = $1', [actor.id])
    const hides = discreet.length > 0 ? { discreet: true as const } : {}
    return {
      ...hides,
      channels: rows.map((row) => toChannel(row, known.get(topicOf(row.id)) ?? 0, people.get(row.id))),
    }
  },
})

function rowsOf(sql: Sql, actor: Actor): Promise<Row[]> {
  return sql.query<Row>(
    `SELECT c.*, coalesce(k.read, 0) AS read, k.level, k.hidden, k.draft, n.unread, n.mentions, l.at AS last_at
     FROM (SELECT c.id, c.name, c.kind, m.role AS membership, c.category, c.about, c.service, c.subject, c.slow_seconds,
             c.archived_at IS NOT NULL AS archived, c.created_at
           FROM ${visible} AND (c.service IS NULL OR m.user_id IS NOT NULL)) AS c
     LEFT JOIN discussion.cursor k ON k.user_id = $1 AND k.channel = c.id
     CROSS JOIN LATERAL (
       SELECT (SELECT count(*)::int FROM (
           SELECT 1 FROM discussion.message m WHERE m.channel = c.id AND m."offset" > coalesce(k.read, 0)
             AND m.author <> $1 AND m.note IS NULL AND m.removed_at IS NULL LIMIT ${unreadBound}) AS part) AS unread,
         (SELECT count(*)::int FROM discussion.mention x
          WHERE x.user_id = $1 AND x.channel = c.id AND x."offset" > coalesce(k.read, 0)) AS mentions) AS n
     LEFT JOIN LATERAL (SELECT m.at FROM discussion.message m WHERE m.channel = c.id AND c.kind = 'direct'
       ORDER BY m."offset" DESC LIMIT 1) AS l ON true
     ORDER BY c.created_at, c.id`,
    [actor.id],
  )
}

async function directPeople(sql: View, actor: Actor, rows: readonly Row[]): Promise<Map<string, Author[]>> {
  const directs = rows.filter(({ kind }) => kind === 'direct').map(({ id }) => id)
  if (directs.length === 0) return new Map()
  const members = await sql.query<{ channel: string; user_id: string }>(
    'SELECT channel, user_id FROM discussion.member WHERE channel = ANY ($1::text[]) AND user_id <> $2',
    [directs, actor.id],
  )
  const named = await peopleNamed(sql, [...new Set(members.map(({ user_id }) => user_id))])
  const those = (channel: string): Author[] => {
    const ids = new Set(members.filter((one) => one.channel === channel).map(({ user_id }) => user_id))
    return named.filter(({ id }) => ids.has(id)).map(({ id, name }) => ({ id, name }))
  }
  return new Map(directs.map((channel) => [channel, those(channel)]))
}

function toChannel(row: Row, head: number, people: Author[] | undefined): Channel {
  const { id, name, kind, read, unread, mentions, service, subject } = row
  return {
    ...{ id, name, kind, head, read, unread, mentions },
    ...(row.category === null ? {} : { category: row.category }),
    ...(row.about === null ? {} : { about: row.about }),
    ...(row.membership === null ? {} : { role: row.membership }),
    ...(row.level === null ? {} : { level: row.level }),
    ...(isHidden(row, head) ? { hidden: true as const } : {}),
    ...(row.archived ? { archived: true as const } : {}),
    ...(row.draft === null ? {} : { draft: row.draft }),
    ...(people ? { people } : {}),
    ...(service === null || subject === null ? {} : { thread: { service, id: subject } }),
    ...(row.slow_seconds > 0 ? { slowSeconds: row.slow_seconds } : {}),
    ...(row.last_at ? { lastAt: row.last_at.toISOString() } : {}),
  }
}

/** Direct messages come back into sight when somebody writes. */
const isHidden = ({ hidden, kind }: Row, head: number): boolean =>
  hidden !== null && (kind !== 'direct' || head <= hidden)
