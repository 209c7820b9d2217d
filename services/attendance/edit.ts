/** Changing a session's terms, and letting single people off a rule. */
import { z } from 'zod'
import { done, type Call, type Outcome } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { atDesk } from './at-desk'
import type { Desk } from './desk'
import { rulesOf, usable } from './make'
import { changed } from './organise'
import { toSession, type SessionRow } from './rows'
import * as schemas from './schemas'
import * as texts from './texts'

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
