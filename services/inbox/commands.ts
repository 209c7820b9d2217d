import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { groupOf, topicOf, type Level } from './model'
import { pushTo } from './push/queue'
import { notice, readInput, readOutput } from './schemas'

type Notice = z.infer<typeof notice>

interface Row {
  id: string
  user_id: string
  tag: string
  /** The index of the call that told it. */
  nth: number
}

/**
 * Tells people something: a row and an event for each, and a push to their devices. Promised: part of the caller's
 * transaction, so it is told if and only if what it tells of happened; once for each person and tag, whoever repeats it.
 * Those who switched this kind off are left out.
 */
export const notify = command<Notice, object>({
  name: 'inbox.notify',
  summary: 'Tell people something.',
  internal: true,
  keyOptional: true,
  input: notice,
  output: z.object({}),
  async runMany(tx, calls) {
    const wanted = await wantedBy(tx, calls)
    const rows = await insert(tx, calls, wanted)
    for (const row of rows) {
      const { actor, input } = calls[row.nth]!
      tx.append({ topic: topicOf(row.user_id), kind: 'notification', actor: actor.id, data: told(row, input) })
    }
    const toPush = rows.filter(
      ({ user_id, nth }) => wanted.levels.get(user_id)?.[groupOf(calls[nth]!.input.kind)] !== 'bell',
    )
    await pushTo(
      tx,
      toPush.map(({ id, user_id, nth }) => ({
        notification: id,
        user: user_id,
        urgent: calls[nth]!.input.urgent === true,
        mail: calls[nth]!.input.mail === true,
      })),
    )
    return calls.map(() => done({}))
  },
})

/** In a field of its own: the event has a kind too. */
const told = (
  { id, tag }: Row,
  { kind, title, body, url, urgent = false, actions = [] }: Notice,
): Record<string, unknown> => ({
  notification: { id, kind, tag, title, body, url, urgent, actions },
})

interface Wanted {
  levels: Map<string, Record<string, Level>>
  rows: { id: string; user: string; nth: number }[]
}

/** Ids are drawn in the order of the calls, so that what is told first is listed first. */
async function wantedBy(tx: Tx, calls: readonly Call<Notice>[]): Promise<Wanted> {
  const people = [...new Set(calls.flatMap(({ input }) => input.to))].sort()
  const wishes = await tx.query<{ user_id: string; levels: Record<string, Level> }>(
    'SELECT user_id, levels FROM inbox.wishes WHERE user_id = ANY ($1::text[])',
    [people],
  )
  const levels = new Map(wishes.map((row) => [row.user_id, row.levels]))
  const rows = calls.flatMap(({ input }, nth) =>
    [...new Set(input.to)]
      .filter((user) => levels.get(user)?.[groupOf(input.kind)] !== 'off')
      .map((user) => ({ id: Bun.randomUUIDv7(), user, nth })),
  )
  return { levels, rows }
}

/** Sorted, since two transactions that tell the same people the same wait for each other (law 1). */
async function insert(tx: Tx, calls: readonly Call<Notice>[], { rows }: Wanted): Promise<Row[]> {
  if (rows.length === 0) return []
  const notices = calls.map(({ input }, nth) => ({ ...input, nth }))
  const inserted = await tx.query<Row>(
    `WITH notice AS (
       SELECT * FROM json_to_recordset($1::json)
         AS n(nth int, tag text, kind text, title json, body json, url text, urgent boolean, actions json)
     ), fresh AS (
       INSERT INTO inbox.notification (id, user_id, tag, kind, title, body, url, urgent, actions)
       SELECT w.id, w.user_id, n.tag, n.kind, n.title, n.body, n.url, coalesce(n.urgent, false), coalesce(n.actions, '[]')
       FROM unnest($2::uuid[], $3::text[], $4::int[]) AS w(id, user_id, nth) JOIN notice n USING (nth)
       ORDER BY w.user_id, n.tag
       ON CONFLICT (user_id, tag) DO NOTHING RETURNING id, user_id, tag
     )
     SELECT f.id, f.user_id, f.tag, w.nth FROM fresh f
     JOIN unnest($2::uuid[], $4::int[]) AS w(id, nth) USING (id) ORDER BY w.nth, f.id`,
    [JSON.stringify(notices), rows.map(({ id }) => id), rows.map(({ user }) => user), rows.map(({ nth }) => nth)],
  )
  return inserted
}

type ReadInput = z.infer<typeof readInput>

/** Says what the caller has read: some, everything up to one, or what leads to a page. On all their devices. */
export const read = command<ReadInput, { unread: number }>({
  name: 'inbox.read',
  summary: 'Say which notifications you have read.',
  keyOptional: true,
  input: readInput,
  output: readOutput,
  runMany: oneByOne(async (tx, { actor, input }): Promise<Outcome<{ unread: number }>> => {
    const { ids = null, upTo = null, url = null } = input
    const marked = await tx.query<{ id: string }>(
      `UPDATE inbox.notification SET read_at = clock_timestamp()
       WHERE user_id = $1 AND read_at IS NULL AND (id = ANY ($2::uuid[]) OR id <= $3::uuid OR url = $4) RETURNING id`,
      [actor.id, ids, upTo, url],
    )
    const unread = await countUnread(tx, actor.id)
    if (marked.length === 0) return withoutEffect({ unread })
    const which = upTo ? { upTo } : { ids: marked.map(({ id }) => id) }
    tx.append({ topic: topicOf(actor.id), kind: 'seen', actor: actor.id, data: { ...which, unread } })
    return done({ unread })
  }),
})

/** Counted up to this; a badge says "999+" beyond it. */
const unreadBound = 1000

export async function countUnread(sql: Pick<Tx, 'query'>, user: string): Promise<number> {
  const [row] = await sql.query<{ unread: number }>(
    `SELECT count(*)::int AS unread FROM (
       SELECT 1 FROM inbox.notification WHERE user_id = $1 AND read_at IS NULL LIMIT ${unreadBound}) AS part`,
    [user],
  )
  return row!.unread
}
