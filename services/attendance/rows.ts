/** The rows of this service, and how they are read and written: many at a time. */
import type { Sql, Statement } from '../../kernel/db'
import type { Direction, Entry, Mark, MarkStatus, Person, Place, RecordState, Rules, Session, WalkIns } from './model'
import type { Linked } from './model/chain'
import type { Terms } from './model/decide'

export interface SessionRow {
  id: string
  title: string
  class: string | null
  series: string | null
  zone: string
  opens_at: Date
  starts_at: Date
  late_at: Date | null
  closes_at: Date
  opened: boolean
  closed: boolean
  once: boolean
  walk_ins: WalkIns
  place: Place | null
  rules: Rules
  warn_below: number | null
  thread: boolean
  secret: string
  created_by: string
  /** The chain's head. */
  seq: number
  hash: string
  /** The database's clock when it was read, never before the chain's last moment. */
  now: Date
  location_days: number
  has_list: boolean
}

export interface RecordRow {
  id: string
  session: string
  user_id: string
  name: string
  direction: Direction
  at: Date
  node: string
  state: RecordState
  late: boolean
  how: string
  band: string | null
  flags: string[]
  scan: string | null
  seq: number
}

export interface MarkRow {
  session: string
  user_id: string
  name: string
  status: MarkStatus
  by_id: string
  by_name: string
  at: Date
  reason: string | null
}

export interface MemberRow {
  session: string
  user_id: string
  name: string
  teaches: boolean
  exempt: string[]
}

export interface AttemptRow extends Linked {
  session: string
  name: string
}

export const sessionColumns = `s.id, s.title, s.class, s.series, s.zone, s.opens_at, s.starts_at, s.late_at, s.closes_at,
  s.opened, s.closed, s.once, s.walk_ins, s.place, s.rules, s.warn_below, s.thread, s.secret, s.created_by, c.seq, c.hash,
  greatest(c.at, date_trunc('milliseconds', clock_timestamp())) AS now, t.location_days,
  EXISTS (SELECT 1 FROM attendance.member m WHERE m.session = s.id AND NOT m.teaches) AS has_list`
export const fromSession = `FROM attendance.session s JOIN attendance.chain c ON c.session = s.id CROSS JOIN attendance.setting t`
export const recordColumns = `r.id, r.session, r.user_id, r.name, r.direction, r.at, r.node, r.state, r.late, r.how, r.band,
  r.flags, r.scan, r.seq`

/** Law 1: in one order for everybody. */
export const lockChains = (sql: Sql, ids: readonly string[]): Promise<unknown> =>
  sql.query('SELECT 1 FROM attendance.chain WHERE session = ANY ($1::text[]) ORDER BY session FOR UPDATE', [ids])

export const readSessions = (sql: Sql, ids: readonly string[]): Promise<SessionRow[]> =>
  sql.query<SessionRow>(`SELECT ${sessionColumns} ${fromSession} WHERE s.id = ANY ($1::text[])`, [ids])

/** The members among these people, pair by pair. */
export const membersAmong = (sql: Sql, sessions: readonly string[], users: readonly string[]): Promise<MemberRow[]> =>
  sql.query<MemberRow>(
    // LATERAL with LIMIT: one index look-up each, whatever the table looked like when the plan was made.
    `SELECT m.* FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS u(session, user_id)) k
     CROSS JOIN LATERAL (
       SELECT session, user_id, name, teaches, exempt FROM attendance.member m
       WHERE m.session = k.session AND m.user_id = k.user_id LIMIT 1) m`,
    [sessions, users],
  )

/** Of each person and direction the last record that holds its window. */
export const lastRecords = (sql: Sql, sessions: readonly string[], users: readonly string[]): Promise<RecordRow[]> =>
  sql.query<RecordRow>(
    `SELECT r.* FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS u(session, user_id)) k
     CROSS JOIN (VALUES ('in'), ('out')) AS d(direction)
     CROSS JOIN LATERAL (
       SELECT ${recordColumns} FROM attendance.record r
       WHERE r.session = k.session AND r.user_id = k.user_id AND r.direction = d.direction
         AND r.state IN ('accepted', 'pending')
       ORDER BY r.at DESC, r.seq DESC LIMIT 1) r`,
    [sessions, users],
  )

/** How often each of these typed a wrong code in the last ten minutes. */
export const wrongCodes = (
  sql: Sql,
  sessions: readonly string[],
  users: readonly string[],
): Promise<{ session: string; user_id: string; count: number }[]> =>
  sql.query(
    `SELECT k.session, k.user_id, n.count FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS u(session, user_id)) k
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS count FROM attendance.attempt a
       WHERE a.session = k.session AND a.user_id = k.user_id AND a.reason = 'wrong_code'
         AND a.at > clock_timestamp() - interval '10 minutes') n`,
    [sessions, users],
  )

/** Whose scans these were. */
export const usedScans = (
  sql: Sql,
  sessions: readonly string[],
  scans: readonly string[],
): Promise<{ session: string; scan: string; user_id: string }[]> =>
  sql.query(
    `SELECT r.session, r.scan, r.user_id FROM unnest($1::text[], $2::text[]) AS k(session, scan)
     JOIN attendance.record r ON r.session = k.session AND r.scan = k.scan AND r.state <> 'undone'`,
    [sessions, scans],
  )

export const readRecords = (sql: Sql, ids: readonly string[]): Promise<RecordRow[]> =>
  sql.query<RecordRow>(`SELECT ${recordColumns} FROM attendance.record r WHERE r.id = ANY ($1::uuid[])`, [ids])

export const peopleOf = (sql: Sql, session: string): Promise<Person[]> =>
  sql.query<Person>(
    'SELECT user_id AS id, name FROM attendance.member WHERE session = $1 AND NOT teaches ORDER BY name, user_id',
    [session],
  )

const column = <T, K extends keyof T>(rows: readonly T[], name: K): T[K][] => rows.map((row) => row[name])

export const writeRecords = (rows: readonly RecordRow[]): Statement => ({
  text: `INSERT INTO attendance.record AS r (id, session, user_id, name, direction, at, node, state, late, how, band, flags,
       scan, seq)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
       $8::text[], $9::boolean[], $10::text[], $11::text[], $12::json[], $13::text[], $14::int[])
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, user_id = excluded.user_id, name = excluded.name`,
  params: [
    ...[column(rows, 'id'), column(rows, 'session'), column(rows, 'user_id'), column(rows, 'name')],
    ...[column(rows, 'direction'), column(rows, 'at'), column(rows, 'node'), column(rows, 'state')],
    ...[column(rows, 'late'), column(rows, 'how'), column(rows, 'band')],
    rows.map(({ flags }) => JSON.stringify(flags)),
    ...[column(rows, 'scan'), column(rows, 'seq')],
  ],
})

export const writeMarks = (rows: readonly MarkRow[]): Statement => ({
  text: `INSERT INTO attendance.mark (session, user_id, name, status, by_id, by_name, at, reason)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
       $8::text[])
     ON CONFLICT (session, user_id) DO UPDATE SET status = excluded.status, by_id = excluded.by_id,
       by_name = excluded.by_name, at = excluded.at, reason = excluded.reason`,
  params: [
    ...[column(rows, 'session'), column(rows, 'user_id'), column(rows, 'name'), column(rows, 'status')],
    ...[column(rows, 'by_id'), column(rows, 'by_name'), column(rows, 'at'), column(rows, 'reason')],
  ],
})

export const writeAttempts = (rows: readonly AttemptRow[]): Statement => ({
  text: `INSERT INTO attendance.attempt (session, seq, at, kind, actor, user_id, name, direction, verdict, reason, details,
       commitment, hash, coordinates, salt)
     SELECT * FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])`,
  params: [
    ...[column(rows, 'session'), column(rows, 'seq'), column(rows, 'at'), column(rows, 'kind'), column(rows, 'actor')],
    ...[column(rows, 'user'), column(rows, 'name'), column(rows, 'direction'), column(rows, 'verdict')],
    ...[column(rows, 'reason'), column(rows, 'details'), column(rows, 'commitment'), column(rows, 'hash')],
    rows.map(({ coordinates }) => coordinates ?? null),
    rows.map(({ salt }) => salt ?? null),
  ],
})

export const writeHeads = (rows: readonly SessionRow[]): Statement => ({
  text: `UPDATE attendance.chain c SET seq = n.seq, hash = n.hash, at = n.at
     FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[]) AS n(session, seq, hash, at)
     WHERE c.session = n.session`,
  params: [column(rows, 'id'), column(rows, 'seq'), column(rows, 'hash'), column(rows, 'now')],
})

export const writeSessions = (rows: readonly SessionRow[]): Statement => ({
  text: `UPDATE attendance.session s SET title = n.title, opens_at = n.opens_at, starts_at = n.starts_at,
       late_at = n.late_at, closes_at = n.closes_at, opened = n.opened, closed = n.closed, once = n.once,
       walk_ins = n.walk_ins, place = n.place, rules = n.rules, warn_below = n.warn_below
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
       $7::boolean[], $8::boolean[], $9::boolean[], $10::text[], $11::json[], $12::json[], $13::int[])
       AS n(id, title, opens_at, starts_at, late_at, closes_at, opened, closed, once, walk_ins, place, rules, warn_below)
     WHERE s.id = n.id`,
  params: [
    ...[column(rows, 'id'), column(rows, 'title'), column(rows, 'opens_at'), column(rows, 'starts_at')],
    ...[column(rows, 'late_at'), column(rows, 'closes_at'), column(rows, 'opened'), column(rows, 'closed')],
    ...[column(rows, 'once'), column(rows, 'walk_ins')],
    rows.map(({ place }) => (place ? JSON.stringify(place) : null)),
    rows.map(({ rules }) => JSON.stringify(rules)),
    column(rows, 'warn_below'),
  ],
})

export function toSession(row: SessionRow): Session {
  return {
    ...{ id: row.id, title: row.title, zone: row.zone, once: row.once, walkIns: row.walk_ins, thread: row.thread },
    ...(row.class === null ? {} : { class: row.class }),
    ...{ opensAt: row.opens_at.toISOString(), startsAt: row.starts_at.toISOString() },
    ...(row.late_at ? { lateAt: row.late_at.toISOString() } : {}),
    closesAt: row.closes_at.toISOString(),
    status: row.closed || row.now >= row.closes_at ? 'closed' : row.now < row.opens_at ? 'scheduled' : 'open',
    ...(row.place ? { place: row.place } : {}),
    rules: row.rules,
    ...(row.warn_below === null ? {} : { warnBelow: row.warn_below }),
  }
}

export const termsOf = (row: SessionRow): Terms => ({
  opensMs: row.opens_at.getTime(),
  lateMs: row.late_at?.getTime(),
  closesMs: row.closes_at.getTime(),
  ...{ closed: row.closed, once: row.once, walkIns: row.walk_ins, rules: row.rules, hasList: row.has_list },
  place: row.place ?? undefined,
})

export const toEntry = (row: RecordRow): Entry => ({
  ...{ id: row.id, user: row.user_id, name: row.name, direction: row.direction, at: row.at.toISOString() },
  ...{ node: row.node, state: row.state, late: row.late, how: row.how },
  ...(row.band === null ? {} : { band: row.band }),
  flags: row.flags,
})

export const toMark = (row: MarkRow): Mark => ({
  ...{ user: row.user_id, name: row.name, status: row.status, by: { id: row.by_id, name: row.by_name } },
  at: row.at.toISOString(),
  ...(row.reason === null ? {} : { reason: row.reason }),
})
