/** A personal calendar under a secret address, for phones to subscribe to. */
import { z } from 'zod'
import { withoutEffect } from '../../kernel/batch'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { secret, sha256 } from './codes'
import { calendarEvents } from './schemas'
import { noSuchFeed } from './texts'

/** Makes a new address; the one before stops working. It is told once, and only its hash is kept. */
export const feedUrl = command<object, { path: string }>({
  name: 'attendance.feed_url',
  summary: 'A secret address of your sessions as a calendar. The one before stops working.',
  input: z.object({}),
  output: z.object({ path: z.string() }),
  runMany: oneByOne(async (tx, { actor }) => {
    const key = secret()
    await tx.query(
      `INSERT INTO attendance.feed (user_id, hash) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash`,
      [actor.id, sha256(key)],
    )
    // Not kept as an answer: whoever reads the database must not learn it.
    return withoutEffect({ path: `/attendance/calendar/${key}.ics` })
  }),
})

/** Ends the address. */
export const revokeFeed = command<object, object>({
  name: 'attendance.revoke_feed',
  summary: 'End the secret address of your calendar.',
  input: z.object({}),
  output: z.object({}),
  runMany: oneByOne(async (tx, { actor }) => {
    await tx.query('DELETE FROM attendance.feed WHERE user_id = $1', [actor.id])
    return withoutEffect({})
  }),
})

interface Row {
  id: string
  title: string
  class: string | null
  starts_at: Date
  closes_at: Date
}

/** Who has the address may read it; nothing else is asked. */
export const calendar = query({
  name: 'attendance.calendar',
  summary: 'The sessions behind a secret address.',
  internal: true,
  input: z.object({ key: z.string().max(200) }),
  output: calendarEvents,
  async run(sql, _actor, { key }, ground) {
    const [feed] = await sql.query<{ user_id: string }>('SELECT user_id FROM attendance.feed WHERE hash = $1', [
      sha256(key),
    ])
    if (!feed) throw refuse.notFound(noSuchFeed)
    const rows = await sql.query<Row>(
      `SELECT s.id, s.title, s.class, s.starts_at, s.closes_at FROM attendance.session s
       WHERE s.starts_at > now() - interval '60 days' AND s.starts_at < now() + interval '200 days'
         AND (s.created_by = $1 OR s.id IN (SELECT session FROM attendance.member WHERE user_id = $1))
       ORDER BY s.starts_at LIMIT 1000`,
      [feed.user_id],
    )
    return {
      nowMs: ground.now(),
      events: rows.map((row) => ({
        ...{ id: row.id, title: row.title, description: row.class ?? '' },
        ...{ startsMs: row.starts_at.getTime(), closesMs: row.closes_at.getTime() },
      })),
    }
  },
})
