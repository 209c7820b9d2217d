/** What has to be done although nobody comes: open and close on time, and forget where people were. */
import { withoutEffect, type Tx } from '../../kernel/batch'
import type { Duty } from '../../kernel/service'
import { Refusal } from '../../protocol/errors'
import { Desk } from './desk'
import { rosterOf, setMembers } from './make'
import { changed, closeNow, later } from './organise'
import { peopleOf, toSession, type SessionRow } from './rows'

const sessionsAtOnce = 20
const attemptsAtOnce = 5000

const nobody = { id: '', name: '', role: 'admin' as const }

/**
 * Opens and closes sessions on time. Whether somebody may check in is decided by the clock at every try, so this only
 * tells; and takes the roster of a class as it is when the session opens.
 */
export const tick: Duty = {
  name: 'attendance.tick',
  everyMs: 500,
  async runMany(tx, calls) {
    const due = await dueSessions(tx)
    if (due.length > 0) {
      const desk = await Desk.open(tx, due)
      for (const row of desk.sessions.values()) {
        if (!row.opened && row.opens_at <= row.now) await openNow(desk, row, calls[0]!.key)
        if (!row.closed && row.closes_at <= row.now) closeNow(desk, row, '')
      }
      desk.close()
    }
    return calls.map(() => withoutEffect({ more: due.length === sessionsAtOnce }))
  },
}

/** Sessions in which something is due that nobody else is at. */
async function dueSessions(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ session: string }>(
    `SELECT session FROM attendance.chain
     WHERE session IN (
       SELECT id FROM attendance.session WHERE NOT opened AND opens_at <= (SELECT clock_timestamp())
       UNION SELECT id FROM attendance.session WHERE NOT closed AND closes_at <= (SELECT clock_timestamp()))
     ORDER BY session LIMIT ${sessionsAtOnce} FOR UPDATE SKIP LOCKED`,
  )
  return rows.map(({ session }) => session)
}

async function openNow(desk: Desk, row: SessionRow, key: string): Promise<void> {
  const { tx } = desk
  if (row.class !== null) {
    // Since the timetable was imported people came and went. A class that is gone leaves the list as it was.
    const roster = await rosterOf(tx, nobody, `${key}:${row.id}`, row.class).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error
    })
    if (roster) await setMembers(tx, row.id, { people: roster.students, teachers: roster.teachers })
  }
  row.opened = true
  desk.touch(row)
  desk.link(row, { kind: 'opened', actor: '' })
  desk.tell(row, 'opened', '', { session: toSession(row), people: await peopleOf(tx, row.id) })
  changed(tx, '', row)
  later(tx, row, 'opened')
}

/** Drops coordinates after the days that the campus keeps them. Verdict, band and the chain stay. */
export const forget: Duty = {
  name: 'attendance.forget',
  everyMs: 60_000,
  async runMany(tx, calls) {
    const gone = await tx.query(
      `UPDATE attendance.attempt SET coordinates = NULL, salt = NULL
       WHERE (session, seq) IN (
         SELECT a.session, a.seq FROM attendance.attempt a, attendance.setting t
         WHERE a.coordinates IS NOT NULL AND a.at < clock_timestamp() - make_interval(days => t.location_days)
         ORDER BY a.at LIMIT ${attemptsAtOnce})
       RETURNING 1`,
    )
    return calls.map(() => withoutEffect({ more: gone.length === attemptsAtOnce }))
  },
}
