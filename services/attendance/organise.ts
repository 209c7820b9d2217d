/** What teachers do with a session as a whole: open, edit, close it, and let single people off a rule. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { atDesk } from './at-desk'
import { Desk } from './desk'
import { insertSessions, rowOf, rulesOf, settingOf, usable, type Made } from './make'
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

type Edit = z.infer<typeof schemas.editInput>

/** Changes a session's terms. What was decided stays as it was. Errors: `not_found`, `forbidden`, `invalid`, `conflict`. */
export const edit = command({
  name: 'attendance.edit',
  summary: 'Change the terms of a session.',
  input: schemas.editInput,
  output: z.object({ session: schemas.session }),
  runMany: atDesk<Edit, { session: z.infer<typeof schemas.session> }>((desk, row, { actor, input }) => {
    if (row.closed) return refuse.conflict(texts.alreadyClosed)
    const next = edited(row, input)
    const wrong = usable({ rules: next.rules, place: next.place ?? undefined })
    if (wrong) return refuse.invalid(wrong)
    if (next.opens_at > next.starts_at || next.starts_at >= next.closes_at) return refuse.invalid(texts.timesWrong)
    Object.assign(row, next)
    desk.touch(row)
    const { id: _, ...terms } = toSession(row)
    desk.link(row, { kind: 'edited', actor: actor.id, details: terms })
    desk.tell(row, 'edited', actor.id, { session: toSession(row) })
    changed(desk.tx, actor.id, row)
    return done({ session: toSession(row) })
  }),
})

function edited(row: SessionRow, input: Edit): SessionRow {
  const date = (text: string | undefined, before: Date): Date => (text === undefined ? before : new Date(text))
  const place = input.place === undefined ? row.place : input.place
  const starts = date(input.startsAt, row.starts_at)
  const late = input.lateAfterMinutes
  const before = row.late_at && row.late_at.getTime() - row.starts_at.getTime()
  const lateMs = late === undefined ? before : late === null ? null : late * 60_000
  return {
    ...row,
    title: input.title ?? row.title,
    ...{
      opens_at: date(input.opensAt, row.opens_at),
      starts_at: starts,
      closes_at: date(input.closesAt, row.closes_at),
    },
    late_at: lateMs === null ? null : new Date(starts.getTime() + lateMs),
    ...{ once: input.once ?? row.once, walk_ins: input.walkIns ?? row.walk_ins, place },
    rules: input.rules ? rulesOf(input.rules, place ?? undefined) : row.rules,
    warn_below: input.warnBelow === undefined ? row.warn_below : input.warnBelow,
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

const exemptInput = z.object({
  session: schemas.sessionId,
  user: schemas.userId,
  /** The rules that are not asked of this person; none: all are. */
  rules: z.array(z.enum(['code', 'location', 'network'])).max(3),
})
type Exempt = z.infer<typeof exemptInput>

/** Lets somebody off a rule: a phone without a camera, a person without a phone. Errors: `not_found`, `forbidden`. */
export const exempt = command<Exempt, { user: string; rules: string[] }>({
  name: 'attendance.exempt',
  summary: 'Let one person off a rule of a session.',
  input: exemptInput,
  output: z.object({ user: z.string(), rules: z.array(z.string()) }),
  runMany: atDesk<Exempt, { user: string; rules: string[] }>(exemptOne),
})

async function exemptOne(
  desk: Desk,
  row: SessionRow,
  { actor, input }: Call<Exempt>,
): Promise<Outcome<{ user: string; rules: string[] }>> {
  const { session, user, rules } = input
  const found = await desk.tx.query(
    'UPDATE attendance.member SET exempt = $3::json WHERE session = $1 AND user_id = $2 RETURNING 1',
    [session, user, JSON.stringify(rules)],
  )
  if (found.length === 0) return refuse.notFound(texts.noSuchPerson(user))
  desk.link(row, { kind: 'exempted', actor: actor.id, user, details: { rules } })
  return done({ user, rules })
}
