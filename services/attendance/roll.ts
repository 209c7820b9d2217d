/** What teachers say of single people: roll call, corrections, undoing, reviews, and who a guest was. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { words } from '../../protocol/text'
import { atDesk } from './at-desk'
import type { Desk } from './desk'
import { isLive, type Entry, type Mark, type RecordState } from './model'
import { lastRecords, readRecords, toEntry, toMark, type MarkRow, type RecordRow, type SessionRow } from './rows'
import * as schemas from './schemas'
import * as texts from './texts'

const markInput = z.object({
  session: schemas.sessionId,
  marks: z
    .array(z.object({ user: schemas.userId, status: schemas.status }))
    .min(1)
    .max(500),
})
type MarkInput = z.infer<typeof markInput>
const marked = z.object({ marks: z.array(schemas.mark) })
type Marked = { marks: Mark[] }

/**
 * Calls the roll: what the teacher says of each person stands above what was recorded. Two teachers at once merge person
 * by person; of the same person the later word counts, and both are kept. Errors: `not_found`, `forbidden`, `conflict`.
 */
export const mark = command<MarkInput, Marked>({
  name: 'attendance.mark',
  summary: 'Roll call: say who is present, late, absent or excused.',
  input: markInput,
  output: marked,
  runMany: atDesk<MarkInput, Marked>(async (desk, row, call) => {
    if (row.closed) return refuse.conflict(texts.alreadyClosed)
    return setMarks(desk, row, call, call.input.marks, 'marked')
  }),
})

const correctInput = z.object({
  session: schemas.sessionId,
  user: schemas.userId,
  status: schemas.status,
  reason: words(500),
})
type CorrectInput = z.infer<typeof correctInput>

/** Corrects what holds for somebody, at any time, with a reason that is kept. Errors: `not_found`, `forbidden`. */
export const correct = command<CorrectInput, Marked>({
  name: 'attendance.correct',
  summary: 'Correct what holds for somebody, with a reason.',
  input: correctInput,
  output: marked,
  runMany: atDesk<CorrectInput, Marked>((desk, row, call) =>
    setMarks(desk, row, call, [call.input], 'corrected', call.input.reason),
  ),
})

async function setMarks(
  desk: Desk,
  session: SessionRow,
  { actor }: Call<object>,
  wanted: readonly { user: string; status: MarkRow['status'] }[],
  kind: 'marked' | 'corrected',
  reason?: string,
): Promise<Outcome<Marked>> {
  const names = await namesOf(
    desk,
    session,
    wanted.map(({ user }) => user),
  )
  const unknown = wanted.find(({ user }) => !names.has(user))
  if (unknown) return refuse.notFound(texts.noSuchPerson(unknown.user))
  const marks = wanted.map(({ user, status }) => {
    const name = names.get(user)!
    const row: MarkRow = {
      ...{ session: session.id, user_id: user, name, status, by_id: actor.id, by_name: actor.name, at: session.now },
      reason: reason ?? null,
    }
    desk.mark(row)
    desk.link(session, { kind, actor: actor.id, user, name, verdict: status, ...(reason ? { reason } : {}) })
    desk.tellOwner(session, user, actor.id, { mark: toMark(row) })
    return toMark(row)
  })
  desk.tell(session, 'marked', actor.id, { marks })
  return done({ marks })
}

/** Of people on the list, or who tried: nobody else can be marked by their id alone. */
async function namesOf(desk: Desk, session: SessionRow, users: readonly string[]): Promise<Map<string, string>> {
  const rows = await desk.tx.query<{ user_id: string; name: string }>(
    `SELECT user_id, name FROM attendance.attempt
     WHERE session = $1 AND user_id = ANY ($2::text[]) AND kind IN ('check', 'marked')
     UNION ALL SELECT user_id, name FROM attendance.member WHERE session = $1 AND user_id = ANY ($2::text[])`,
    [session.id, users],
  )
  return new Map(rows.map(({ user_id, name }) => [user_id, name]))
}

const recordInput = z.object({ session: schemas.sessionId, record: schemas.recordId, reason: words(500).optional() })
type RecordInput = z.infer<typeof recordInput>
const changed = z.object({ record: schemas.entry })
type Changed = { record: Entry }

/** Takes an accepted record back; its window is free again. A second time it says the same. Errors: `not_found`, `forbidden`. */
export const undo = command<RecordInput, Changed>({
  name: 'attendance.undo',
  summary: 'Take an accepted record back.',
  input: recordInput,
  output: changed,
  runMany: atDesk<RecordInput, Changed>(async (desk, session, call) => {
    const row = await recordOf(desk, session, call.input.record)
    if (!row) return refuse.notFound(texts.noSuchRecord)
    if (!isLive(row)) return withoutEffect({ record: toEntry(row) })
    return become(desk, session, call, row, 'undone')
  }),
})

const reviewInput = recordInput.extend({ accept: z.boolean() })
type ReviewInput = z.infer<typeof reviewInput>

/** Judges a record that waits for it. Declined, its window is free again. Errors: `not_found`, `forbidden`, `conflict`. */
export const review = command<ReviewInput, Changed>({
  name: 'attendance.review',
  summary: 'Accept or decline a record that waits for a teacher.',
  input: reviewInput,
  output: changed,
  runMany: atDesk<ReviewInput, Changed>(async (desk, session, call) => {
    const row = await recordOf(desk, session, call.input.record)
    if (!row) return refuse.notFound(texts.noSuchRecord)
    const state = call.input.accept ? 'accepted' : 'declined'
    if (row.state === state) return withoutEffect({ record: toEntry(row) })
    if (row.state !== 'pending') return refuse.conflict(texts.nothingToReview)
    return become(desk, session, call, row, state)
  }),
})

/** A row that this transaction has changed already is that one. */
async function recordOf(desk: Desk, session: SessionRow, id: string): Promise<RecordRow | undefined> {
  const row = desk.known(id) ?? (await readRecords(desk.tx, [id]))[0]
  return row?.session === session.id ? row : undefined
}

function become(
  desk: Desk,
  session: SessionRow,
  { actor, input }: Call<RecordInput>,
  row: RecordRow,
  state: RecordState,
): Outcome<Changed> {
  const { reason } = input
  const next: RecordRow = { ...row, state }
  desk.record(next)
  desk.link(session, {
    ...{ kind: state === 'undone' ? 'undone' : 'reviewed', actor: actor.id, user: row.user_id, name: row.name },
    ...{ direction: row.direction, verdict: state, details: { record: row.id } },
    ...(reason ? { reason } : {}),
  })
  const record = toEntry(next)
  desk.tell(session, 'changed', actor.id, { record, ...(reason ? { reason } : {}) })
  desk.tellOwner(session, row.user_id, actor.id, { record })
  return done({ record })
}

const mergeInput = z.object({ session: schemas.sessionId, guest: schemas.userId, user: schemas.userId })
type MergeInput = z.infer<typeof mergeInput>
const merged = z.object({ records: z.array(schemas.entry) })

/** Says who a walk-in was: what was accepted of them is this person's. Errors: `not_found`, `forbidden`. */
export const merge = command<MergeInput, { records: Entry[] }>({
  name: 'attendance.merge',
  summary: 'Give the records of a walk-in to a person on the list.',
  input: mergeInput,
  output: merged,
  runMany: atDesk<MergeInput, { records: Entry[] }>(async (desk, session, { actor, input }) => {
    const names = await namesOf(desk, session, [input.user])
    const name = names.get(input.user)
    if (name === undefined) return refuse.notFound(texts.noSuchPerson(input.user))
    const [theirs, own] = await Promise.all([
      lastRecords(desk.tx, [session.id], [input.guest]),
      lastRecords(desk.tx, [session.id], [input.user]),
    ])
    const free = theirs.filter(({ direction }) => !own.some((one) => one.direction === direction))
    const records = free.map((row) => {
      const next: RecordRow = { ...row, user_id: input.user, name, state: 'accepted' }
      desk.record(next)
      const { direction, id } = row
      const details = { record: id, guest: input.guest }
      desk.link(session, { kind: 'merged', actor: actor.id, user: input.user, name, direction, details })
      desk.tell(session, 'changed', actor.id, { record: toEntry(next) })
      desk.tellOwner(session, input.user, actor.id, { record: toEntry(next) })
      return toEntry(next)
    })
    return records.length > 0 ? done({ records }) : withoutEffect({ records })
  }),
})
