/** Attendance over many sessions: one's own, and the table for teachers and admins. */
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import { moment } from '../../protocol/time'
import type { Status } from './model'
import type { MineRow, TableRow } from './model/lists'
import { percentsOf, type Group } from './model/percent'
import { mayTabulate } from './policy'
import * as schemas from './schemas'

interface Row {
  session: string
  title: string
  class: string | null
  starts_at: Date
  zone: string
  closed: boolean
  user_id: string
  name: string
  status: Status
  reason: string | null
  in_at: Date | null
  out_at: Date | null
  flags: string[] | null
}

const live = `AND state IN ('accepted', 'pending')`
/**
 * What holds for each person in each session, newest first: what a teacher said, else what was recorded. It says the same
 * as the model's `statusOf`; a test holds them together.
 * @param counts which records put somebody on the list of a session who wasn't expected there.
 */
const standing = (counts: string): string => `
  SELECT p.session, c.title, c.class, c.starts_at, c.zone, c.over AS closed, p.user_id, p.name, k.reason,
    r.in_at, r.out_at, r.flags,
    coalesce(k.status, CASE WHEN r.in_at IS NOT NULL THEN CASE WHEN r.in_time THEN 'present' ELSE 'late' END
      WHEN r.pending THEN 'pending' WHEN c.over THEN 'absent' ELSE 'waiting' END) AS status
  FROM chosen c
  CROSS JOIN LATERAL (
    SELECT DISTINCT ON (user_id) session, user_id, name FROM (
      SELECT session, user_id, name, 1 AS source FROM attendance.member WHERE session = c.id AND NOT teaches
      UNION ALL SELECT session, user_id, name, 2 FROM attendance.record
        WHERE session = c.id ${counts}
      UNION ALL SELECT session, user_id, name, 3 FROM attendance.mark WHERE session = c.id) every
    WHERE $1::text IS NULL OR user_id = $1
    ORDER BY user_id, source) p
  LEFT JOIN attendance.mark k ON k.session = p.session AND k.user_id = p.user_id
  CROSS JOIN LATERAL (
    SELECT min(at) FILTER (WHERE direction = 'in' AND state = 'accepted') AS in_at,
      max(at) FILTER (WHERE direction = 'out' AND state = 'accepted') AS out_at,
      coalesce(bool_or(NOT late) FILTER (WHERE direction = 'in' AND state = 'accepted'), false) AS in_time,
      coalesce(bool_or(direction = 'in' AND state = 'pending'), false) AS pending,
      json_agg(flags) FILTER (WHERE flags::text <> '[]') AS flags
    FROM attendance.record WHERE session = p.session AND user_id = p.user_id ${live}) r`

const toMine = (row: Row): MineRow => ({
  ...{ session: row.session, title: row.title, startsAt: row.starts_at.toISOString(), zone: row.zone },
  ...(row.class === null ? {} : { class: row.class }),
  ...{ closed: row.closed, status: row.status },
  ...(row.in_at ? { in: row.in_at.toISOString() } : {}),
  ...(row.out_at ? { out: row.out_at.toISOString() } : {}),
  ...(row.reason === null ? {} : { reason: row.reason }),
})

const mineRow = z.object({
  ...{ session: z.string(), title: z.string(), class: z.string().optional(), startsAt: z.string(), zone: z.string() },
  ...{ closed: z.boolean(), in: z.string().optional(), out: z.string().optional(), reason: z.string().optional() },
  status: z.enum(['present', 'late', 'absent', 'excused', 'waiting', 'pending']),
})
const group = z.object({
  ...{ class: z.string().optional(), title: z.string(), held: z.number(), excused: z.number() },
  ...{ attended: z.number(), late: z.number(), percent: z.number().optional() },
})
const span = { from: moment.optional(), to: moment.optional() }
const mostMine = 2000

export const mine = query<{ from?: string | undefined; to?: string | undefined }, { rows: MineRow[]; groups: Group[] }>(
  {
    name: 'attendance.mine',
    summary: 'Your own attendance, and in how many of a hundred sessions you were: attended ÷ (held − excused).',
    input: z.object(span),
    output: z.object({ rows: z.array(mineRow), groups: z.array(group) }),
    async run(sql, actor, { from, to }) {
      const rows = await sql.query<Row>(
        `WITH chosen AS (
         SELECT s.*, s.closed OR s.closes_at <= now() AS over FROM attendance.session s
         WHERE s.id IN (
           SELECT session FROM attendance.member WHERE user_id = $1 AND NOT teaches
           UNION SELECT session FROM attendance.record WHERE user_id = $1 AND state IN ('accepted', 'pending')
           UNION SELECT session FROM attendance.mark WHERE user_id = $1)
           AND s.starts_at >= coalesce($2::timestamptz, '-infinity') AND s.starts_at < coalesce($3::timestamptz, now()))
       SELECT * FROM (${standing(live)}) every ORDER BY starts_at DESC, session LIMIT ${mostMine}`,
        [actor.id, from ?? null, to ?? null],
      )
      return { rows: rows.map(toMine), groups: percentsOf(rows.map(toMine)) }
    },
  },
)

const filter = z.object({
  ...span,
  class: z.string().max(64).optional(),
  session: schemas.sessionId.optional(),
  status: z.enum(['present', 'late', 'absent', 'excused', 'waiting', 'pending']).optional(),
  /** A part of a name or a title. */
  q: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(200),
  skip: z.coerce.number().int().min(0).max(1_000_000).default(0),
})

const tableRow = mineRow.extend({ user: z.string(), name: z.string(), flags: z.array(z.string()) })

export const table = query<z.infer<typeof filter>, { rows: TableRow[]; more: boolean }>({
  name: 'attendance.table',
  summary: 'Who was where: admins see all, teachers the sessions they teach.',
  roles: mayTabulate,
  input: filter,
  output: z.object({ rows: z.array(tableRow), more: z.boolean() }),
  async run(sql, actor, asked) {
    const { from, to, status, q, limit, skip } = asked
    const rows = await sql.query<Row>(
      `WITH chosen AS (
         SELECT s.*, s.closed OR s.closes_at <= now() AS over FROM attendance.session s
         WHERE s.starts_at >= coalesce($2::timestamptz, '-infinity') AND s.starts_at < coalesce($3::timestamptz, 'infinity')
           AND ($4::text IS NULL OR s.class = $4) AND ($5::text IS NULL OR s.id = $5)
           AND ($6 OR s.created_by = $7 OR s.id IN (
             SELECT session FROM attendance.member WHERE user_id = $7 AND teaches)))
       SELECT * FROM (${standing('')}) every
       WHERE ($8::text IS NULL OR status = $8)
         AND ($9::text IS NULL OR position(lower($9) IN lower(name)) > 0 OR position(lower($9) IN lower(title)) > 0)
       ORDER BY starts_at DESC, session, name, user_id LIMIT $10 OFFSET $11`,
      [
        ...[
          null,
          from ?? null,
          to ?? null,
          asked.class ?? null,
          asked.session ?? null,
          actor.role === 'admin',
          actor.id,
        ],
        ...[status ?? null, q ?? null, limit + 1, skip],
      ],
    )
    return { rows: rows.slice(0, limit).map(toTable), more: rows.length > limit }
  },
})

const toTable = (row: Row): TableRow => ({
  ...{ ...toMine(row), user: row.user_id, name: row.name, flags: [...new Set((row.flags ?? []).flat())] },
})

/** What everybody of a class has had so far, session by session. */
export async function standingsOf(sql: Sql, klass: string): Promise<TableRow[]> {
  const rows = await sql.query<Row>(
    `WITH chosen AS (SELECT s.*, s.closed AS over FROM attendance.session s WHERE s.class = $2 AND s.closed)
     SELECT * FROM (${standing(live)}) every`,
    [null, klass],
  )
  return rows.map(toTable)
}
