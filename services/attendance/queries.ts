/** What teachers and students look at while a session goes on. */
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { position } from '../../kernel/log'
import { query } from '../../kernel/service'
import { moment } from '../../protocol/time'
import { concerns, managedSession, sessionOf, teaches } from './access'
import { directoryTopic, isLive, topicOf, type Board, type BoardAnswer } from './model'
import { countsOf } from './model/seats'
import * as rows from './rows'
import { toEntry, toMark, toSession, type MarkRow, type RecordRow, type SessionRow } from './rows'
import * as schemas from './schemas'

const sessionOnly = z.object({ session: schemas.sessionId })
const mostRecords = 20_000

export const board = query<{ session: string }, BoardAnswer>({
  name: 'attendance.board',
  summary: 'One session as its teachers see it: who is expected, who came, what waits for a look.',
  input: sessionOnly,
  output: schemas.board as z.ZodType<BoardAnswer>,
  async run(sql, actor, { session: id }) {
    const row = await managedSession(sql, actor, id)
    const state = await boardOf(sql, row)
    const { seq, hash } = row
    return { ...state, counts: countsOf(state), position: await position(sql, topicOf(id)), seq, hash }
  },
})

export async function boardOf(sql: Sql, row: SessionRow): Promise<Board> {
  const records = await sql.query<RecordRow>(
    `SELECT ${rows.recordColumns} FROM attendance.record r
     WHERE r.session = $1 ORDER BY r.at, r.id LIMIT ${mostRecords}`,
    [row.id],
  )
  const marks = await sql.query<MarkRow>('SELECT * FROM attendance.mark WHERE session = $1 ORDER BY at, user_id', [
    row.id,
  ])
  const [live, undone] = [records.filter(isLive), records.filter((one) => !isLive(one))]
  return {
    session: toSession(row),
    people: await rows.peopleOf(sql, row.id),
    records: live.map(toEntry),
    undone: undone.map(toEntry),
    marks: marks.map(toMark),
    refusals: await refusalsOf(sql, row.id),
  }
}

/** The last try of each person and direction, where it was refused and nothing is accepted. */
async function refusalsOf(sql: Sql, session: string): Promise<Board['refusals']> {
  const found = await sql.query<{ user_id: string; name: string; direction: 'in' | 'out'; reason: string; at: Date }>(
    `SELECT a.user_id, a.name, a.direction, a.reason, a.at FROM (
       SELECT DISTINCT ON (user_id, direction) user_id, name, direction, reason, at, seq FROM attendance.attempt
       WHERE session = $1 AND kind = 'check' AND verdict = 'refused' ORDER BY user_id, direction, seq DESC) a
     WHERE NOT EXISTS (SELECT 1 FROM attendance.attempt b WHERE b.session = $1 AND b.user_id = a.user_id
       AND b.direction = a.direction AND b.kind = 'check' AND b.verdict = 'accepted' AND b.seq > a.seq)
     ORDER BY a.seq`,
    [session],
  )
  return found.map(({ user_id, at, ...one }) => ({ user: user_id, at: at.toISOString(), ...one }))
}

export const get = query({
  name: 'attendance.get',
  summary: 'One session, as somebody who may check in sees it, with their own records.',
  input: sessionOnly,
  output: z.object({
    session: schemas.session,
    teaches: z.boolean(),
    listed: z.boolean(),
    records: z.array(schemas.entry),
    mark: schemas.mark.optional(),
    now: z.string(),
  }),
  async run(sql, actor, { session: id }) {
    const row = await sessionOf(sql, id)
    const [member] = await rows.membersAmong(sql, [id], [actor.id])
    const records = await rows.lastRecords(sql, [id], [actor.id])
    const [mark] = await sql.query<MarkRow>('SELECT * FROM attendance.mark WHERE session = $1 AND user_id = $2', [
      ...[id, actor.id],
    ])
    const manages = await teaches(sql, actor, row)
    const { place, rules, ...session } = toSession(row)
    const { network, ...others } = rules
    // Where the place is and which networks count is for those who set it up.
    const hidden = manages ? { place, rules } : { rules: { ...others, network: network?.length ? ['hidden'] : [] } }
    return {
      session: { ...session, ...hidden, ...(place && !manages ? { place: { ...place, lat: 0, lng: 0 } } : {}) },
      ...{ teaches: manages, listed: !row.has_list || member !== undefined, now: row.now.toISOString() },
      records: records.map(toEntry),
      ...(mark ? { mark: toMark(mark) } : {}),
    }
  },
})

const listedSession = schemas.session.pick({
  ...{ id: true, title: true, class: true, zone: true, opensAt: true, startsAt: true, lateAt: true, closesAt: true },
  ...{ status: true },
})

export const sessions = query({
  name: 'attendance.sessions',
  summary: 'Sessions that concern you, by day: those you teach, those you are expected at, those open to all.',
  input: z.object({ from: moment.optional(), to: moment.optional() }),
  output: z.object({
    sessions: z.array(listedSession.extend({ teaches: z.boolean(), status: schemas.session.shape.status })),
    position: schemas.board.shape.position,
  }),
  async run(sql, actor, { from, to }) {
    const found = await sql.query<rows.SessionRow & { teaches: boolean }>(
      `SELECT ${rows.sessionColumns}, s.created_by = $1 OR coalesce(me.teaches, false) OR $2 AS teaches
       ${rows.fromSession} LEFT JOIN attendance.member me ON me.session = s.id AND me.user_id = $1
       WHERE s.closes_at > coalesce($3::timestamptz, now() - interval '1 day')
         AND s.opens_at < coalesce($4::timestamptz, now() + interval '14 days') AND ${concerns}
       ORDER BY s.starts_at, s.id LIMIT 500`,
      [actor.id, actor.role === 'admin', from ?? null, to ?? null],
    )
    return {
      sessions: found.map((row) => ({ ...toSession(row), teaches: row.teaches })),
      position: await position(sql, directoryTopic),
    }
  },
})
