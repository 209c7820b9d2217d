/** What teachers do with a session as a whole: open and close it. */
import { z } from 'zod'
import { done, withoutEffect, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { atDesk } from './at-desk'
import { Desk } from './desk'
import { insertSessions, rowOf, settingOf, usable, type Made } from './make'
import { directoryTopic } from './model'
import { addDays, momentOf, zoneName } from './model/time'
import { mayOpen } from './policy'
import { toSession, type SessionRow } from './rows'
import * as schemas from './schemas'
import * as texts from './texts'

type Open = z.infer<typeof schemas.openInput>

/** Without a closing time a session stays open so long, unless it is closed. */
const openForMs = 24 * 60 * 60_000

/**
 * Opens a session, now or later. A title is enough: then everybody signed in may check in for a day, by a press. With a
 * class its roster is taken. Location is never the only way: roll call is added. Errors: `invalid`.
 */
export const open = command<Open, { id: string }>({
  name: 'attendance.open',
  summary: 'Open an attendance session, at once or at a time.',
  roles: mayOpen,
  input: schemas.openInput,
  output: z.object({ id: schemas.sessionId }),
  runMany: oneByOne(async (tx, { actor, input, key }) => {
    const setting = await settingOf(tx)
    const times = timesOf(input, setting.now, setting.zone)
    if (!times) return refuse.invalid(texts.timesWrong)
    const wrong = usable(input)
    if (wrong) return refuse.invalid(wrong)
    const made = await rowOf(tx, actor, key, input, { ...times, setting })
    await announce(tx, actor, [made])
    return done({ id: made.row.id })
  }),
})

export interface Times {
  opensMs: number
  startsMs: number
  closesMs: number
}

/** Nothing where they don't fit together. */
function timesOf(input: Open, now: Date, campusZone: string): Times | undefined {
  if (input.wholeDay) {
    const zone = zoneName(input.zone ?? campusZone)
    const [opensMs, closesMs] = [input.wholeDay, addDays(input.wholeDay, 1)].map((day) => momentOf(day, zone))
    return { opensMs: opensMs!, startsMs: opensMs!, closesMs: closesMs! }
  }
  const given = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))
  const startsMs = given(input.startsAt) ?? given(input.opensAt) ?? now.getTime()
  const opensMs = given(input.opensAt) ?? startsMs - input.earlyMinutes * 60_000
  const closesMs = given(input.closesAt) ?? Math.max(startsMs, now.getTime()) + openForMs
  return opensMs <= startsMs && startsMs < closesMs ? { opensMs, startsMs, closesMs } : undefined
}

/** Writes sessions that are new, with the first link of their chains, and says that they are there. */
export async function announce(tx: Tx, actor: Actor, made: readonly Made[]): Promise<void> {
  await insertSessions(tx, made)
  const desk = await Desk.open(tx, [])
  for (const { row, people } of made) {
    desk.begin(row)
    const { id: _, ...terms } = toSession(row)
    desk.link(row, { kind: 'made', actor: actor.id, details: { ...terms, people: people.length } })
    if (row.opened) desk.tell(row, 'opened', actor.id, { session: toSession(row), people })
    changed(tx, actor.id, row)
    later(tx, row, row.opened ? 'opened' : 'made')
  }
  desk.close()
}

export const changed = (tx: Tx, actor: string, { id }: SessionRow): void =>
  void tx.append({ topic: directoryTopic, kind: 'session', actor, data: { session: id } })

/** Threads and warnings are other services' business: done after the commit. */
export function later(tx: Tx, row: SessionRow, moment: 'made' | 'opened' | 'closed'): void {
  if (row.thread && moment !== 'made') tx.enqueue({ queue: 'attendance-thread', data: { session: row.id, moment } })
  if (row.class !== null && row.warn_below !== null && moment === 'closed') {
    tx.enqueue({ queue: 'attendance-warn', data: { session: row.id } })
  }
}

const sessionOnly = z.object({ session: schemas.sessionId })

/** Ends a session now. Who has nothing accepted is absent. A second time it says the same. Errors: `not_found`, `forbidden`. */
export const close = command({
  name: 'attendance.close',
  summary: 'Close a session now.',
  input: sessionOnly,
  output: z.object({ session: schemas.session }),
  runMany: atDesk<z.infer<typeof sessionOnly>, { session: z.infer<typeof schemas.session> }>((desk, row, { actor }) => {
    if (row.closed) return withoutEffect({ session: toSession(row) })
    closeNow(desk, row, actor.id)
    return done({ session: toSession(row) })
  }),
})

/** Its end: by hand, or when its time came. */
export function closeNow(desk: Desk, row: SessionRow, actor: string): void {
  row.closed = true
  row.opened = true
  if (row.now < row.closes_at) row.closes_at = row.now
  if (row.closes_at < row.starts_at) row.starts_at = row.closes_at
  if (row.starts_at < row.opens_at) row.opens_at = row.starts_at
  desk.touch(row)
  desk.link(row, { kind: 'closed', actor })
  desk.tell(row, 'closed', actor, { session: toSession(row) })
  changed(desk.tx, actor, row)
  later(desk.tx, row, 'closed')
}
