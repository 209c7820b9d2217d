/** What technicians do with a report, and what those say whom it concerns. */
import { withoutEffect, type Call, type Outcome } from '../../kernel/batch'
import { command, type Command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { follows, mustSee } from './access'
import { byRoles } from './alarm'
import { ringAnew } from './ring'
import { allCategories } from './categories'
import { counted } from './counted'
import { onReports, type Desk } from './desk'
import { isOwned, isUnclaimed, type Change, type Happening } from './model'
import { addPhotos } from './photos'
import { placesFor } from './places'
import { includes, isHandler, may } from './policy'
import { placeOf, technicianOf, type ReportRow } from './rows'
import * as shapes from './schemas'
import type { Changed } from './schemas'
import * as texts from './texts'
import type { z } from 'zod'

type Noted = z.infer<typeof shapes.noted>
type Update = z.infer<typeof shapes.updateInput>
type Finish = z.infer<typeof shapes.finishInput>
type Reject = z.infer<typeof shapes.rejectInput>
type Decide<I> = (desk: Desk, row: ReportRow, call: Call<I>) => Promise<Outcome<Changed>>

/** A command on the one report that its input names. */
function change<I extends { report: string }>(
  verb: string,
  summary: string,
  { input, roles, decide }: Pick<Command<I, Changed>, 'input' | 'roles'> & { decide: Decide<I> },
): Command<I, Changed> {
  return command<I, Changed>({
    ...{ name: `reports.${verb}`, summary, input, output: shapes.changed, ...(roles ? { roles } : {}) },
    around: counted(verb),
    runMany: onReports({
      refs: ({ report }) => [report],
      decide: (desk, call) => decide(desk, desk.get(call.input.report), call),
    }),
  })
}

/**
 * Takes a report. Promised: of all who try at once on all nodes, one has it; the others are told who. Errors:
 * `conflict`.
 */
export const claim = change<{ report: string }>('claim', 'Take a report: first come, first served.', {
  input: shapes.reportOnly,
  roles: may.handle,
  async decide(desk, row, { actor }) {
    if (isOwned(row.state) && row.technician === actor.id) return withoutEffect(desk.face(row))
    if (isOwned(row.state)) return refuse.conflict(texts.takenBy(row.technician_name ?? ''))
    desk.move(row, 'claim')
    give(row, actor)
    desk.tell(row, 'claimed', actor, { technician: technicianOf(row) })
    desk.notify(row, 'claimed', actor.id)
    return desk.answer(row)
  },
})

const give = (row: ReportRow, to: { id: string; name: string } | null): void => {
  Object.assign(row, { technician: to?.id ?? null, technician_name: to?.name ?? null })
}

/** Gives a report back to everybody. Errors: `forbidden` (it is somebody else's), `conflict`. */
export const release = change<Noted>('release', 'Give back a report that you claimed.', {
  input: shapes.noted,
  roles: may.handle,
  async decide(desk, row, { actor, input: { note } }) {
    mustHave(row, actor)
    desk.move(row, 'release')
    give(row, null)
    desk.tell(row, 'released', actor, { technician: null }, note ? { note } : {})
    ringAnew(desk, row)
    return desk.answer(row)
  },
})

/** Gives reports to a technician, whoever had them. All or none. Errors: `not_found`, `conflict`. */
export const assign = command<z.infer<typeof shapes.assignInput>, Changed>({
  name: 'reports.assign',
  summary: 'Give reports to a technician. Answers for the last one.',
  roles: may.assign,
  input: shapes.assignInput,
  output: shapes.changed,
  runMany: onReports({
    refs: ({ reports }) => reports,
    async decide(desk, { actor, input: { reports, technician } }) {
      const rows = [...new Set(reports.map((ref) => desk.get(ref)))]
      const people = await byRoles(desk.tx, may.handle)
      const to = people.find(({ id }) => id === technician)
      if (!to) return refuse.notFound(texts.noSuchTechnician)
      for (const row of rows) desk.move(row, 'assign')
      for (const row of rows) {
        give(row, to)
        desk.tell(row, 'assigned', actor, { technician: to })
        desk.notify(row, 'claimed', technician)
        if (technician !== actor.id) desk.notify(row, 'assigned', actor.id, { to: [technician] })
      }
      return desk.answer(rows.at(-1)!)
    },
  }),
})

/**
 * Puts a report on hold or goes on with it, adds a note or photos, or sets its priority, category or place right.
 * Errors: `forbidden` (its state is the technician's business), `conflict`, `invalid`.
 */
export const update = change<Update>('update', 'Add a note or photos, put on hold, or set right what a report says.', {
  input: shapes.updateInput,
  async decide(desk, row, call) {
    const { actor, key, input } = call
    if (!isHandler(actor.role)) return amend(desk, row, call)
    const what: Happening | undefined = input.state && (input.state === 'waiting' ? 'wait' : 'resume')
    if (what) mustHave(row, actor)
    if (what) desk.move(row, what)
    const corrected = await correct(desk, row, input)
    const files = input.photos ?? []
    await addPhotos(desk, row, { actor, key, files, part: isUnclaimed(row.state) ? 'more' : 'after' })
    if (!what && !input.note && files.length === 0 && Object.keys(corrected).length === 0) {
      return refuse.invalid(texts.nothingToChange)
    }
    const kind = what === 'wait' ? 'waiting' : what === 'resume' ? 'resumed' : input.note ? 'noted' : 'changed'
    say(desk, row, { ...call, kind, change: corrected })
    if (kind === 'noted' || kind === 'waiting') desk.notify(row, kind, actor.id, { note: input.note })
    if ('priority' in corrected) ringAnew(desk, row)
    return desk.answer(row)
  },
})

/** Who reported it, and who follows it, may add to it; no more. */
const amend: Decide<Update> = async (desk, row, call) => {
  const { actor, key, input } = call
  await mustBeConcerned(desk, row, actor)
  const { note, photos = [], report: _report, ...more } = input
  if (Object.keys(more).length > 0) return refuse.forbidden()
  if (!note && photos.length === 0) return refuse.invalid(texts.nothingToChange)
  await addPhotos(desk, row, { actor, key, files: photos, part: 'more' })
  say(desk, row, { ...call, kind: 'noted', change: {} })
  if (row.technician) desk.notify(row, 'noted', actor.id, { to: [row.technician], note })
  return desk.answer(row)
}

function say(
  desk: Desk,
  row: ReportRow,
  {
    actor,
    input,
    kind,
    change: more,
  }: Call<Update> & { kind: 'noted' | 'waiting' | 'resumed' | 'changed'; change: Change },
): void {
  const { note, photos = [] } = input
  const entry = { ...(note ? { note } : {}), ...(photos.length > 0 ? { photos } : {}) }
  desk.tell(row, kind, actor, { ...more, ...(photos.length > 0 ? { photos: row.photos } : {}) }, entry)
}

async function correct(desk: Desk, row: ReportRow, { priority, category, place }: Update): Promise<Change> {
  const corrected: Change = {}
  if (category && category !== row.category) {
    const known = (await allCategories(desk.tx)).some(({ id, archived }) => id === category && !archived)
    if (!known) throw refuse.invalid(texts.noSuchCategory)
    corrected.category = row.category = category
  }
  if (place !== undefined) {
    Object.assign(row, (await placesFor(desk.tx, [place]))[0])
    corrected.place = placeOf(row)
  }
  if (priority && priority !== row.priority) corrected.priority = row.priority = priority
  return corrected
}

/**
 * Says that it is fixed: with a note, and a photo of the repair. The reporter and all followers are asked whether it is.
 * Errors: `invalid` (no photo), `forbidden` (somebody else's), `conflict`.
 */
export const finish = change<Finish>('finish', 'Say that it is fixed: with a note and a photo of it.', {
  input: shapes.finishInput,
  roles: may.handle,
  async decide(desk, row, { actor, key, input: { note, photos, override } }) {
    if (isOwned(row.state)) mustHave(row, actor)
    if (photos.length === 0 && !(override && includes(may.override, actor.role))) {
      return refuse.invalid(texts.photoNeeded)
    }
    desk.move(row, 'finish')
    await addPhotos(desk, row, { actor, key, files: photos, part: 'after' })
    if (!row.technician) give(row, actor)
    row.finished_at = desk.now
    const { photos: all } = row
    const entry = { note, ...(photos.length > 0 ? { photos } : {}), ...(override ? { reason: override } : {}) }
    const told: Change = { technician: technicianOf(row), photos: all, finishedAt: desk.now.toISOString() }
    desk.tell(row, 'finished', actor, told, entry)
    desk.notify(row, 'finished', actor.id, { note })
    return desk.answer(row)
  },
})

/** "Fixed? Yes." By who reported or follows it. A second time, nothing. Errors: `forbidden`, `conflict`. */
export const confirm = change<Noted>('confirm', 'Say that it is fixed indeed.', {
  input: shapes.noted,
  async decide(desk, row, { actor, input: { note } }) {
    await mustBeConcerned(desk, row, actor)
    if (row.state === 'confirmed') return withoutEffect(desk.face(row))
    desk.move(row, 'confirm')
    desk.tell(row, 'confirmed', actor, {}, note ? { note } : {})
    return desk.answer(row)
  },
})

/**
 * "Fixed? No." Opens it again, for everybody to claim; who had it is told. By who reported or follows it, and by
 * handlers. A second time, nothing. Errors: `forbidden`, `conflict`.
 */
export const reopen = change<Noted>('reopen', 'Say that it is not fixed, or was closed wrongly.', {
  input: shapes.noted,
  async decide(desk, row, { actor, input: { note } }) {
    if (!isHandler(actor.role)) await mustBeConcerned(desk, row, actor)
    if (row.state === 'reopened') return withoutEffect(desk.face(row))
    desk.move(row, 'reopen')
    const had = row.technician
    give(row, null)
    row.reopens++
    Object.assign(row, { opened_at: desk.now, finished_at: null })
    const told: Change = { technician: null, reopens: row.reopens, openedAt: desk.now.toISOString(), finishedAt: null }
    desk.tell(row, 'reopened', actor, told, note ? { note } : {})
    if (had) desk.notify(row, 'reopened', actor.id, { to: [had], note })
    ringAnew(desk, row)
    return desk.answer(row)
  },
})

/** Closes it without a repair; the reason is told to all whom it concerns. Errors: `forbidden`, `conflict`. */
export const reject = change<Reject>('reject', 'Close a report without a repair, with the reason.', {
  input: shapes.rejectInput,
  roles: may.handle,
  async decide(desk, row, { actor, input: { reason } }) {
    if (isOwned(row.state)) mustHave(row, actor)
    desk.move(row, 'reject')
    desk.tell(row, 'rejected', actor, {}, { reason })
    desk.notify(row, 'rejected', actor.id, { note: reason })
    return desk.answer(row)
  },
})

/** @throws Refusal `forbidden` unless it is this technician's, or an admin asks. */
function mustHave(row: ReportRow, actor: Actor): void {
  if (row.technician !== actor.id && actor.role !== 'admin') throw refuse.forbidden(texts.notYours)
}

/** @throws Refusal unless they reported or follow it. */
async function mustBeConcerned(desk: Desk, row: ReportRow, actor: Actor): Promise<void> {
  await mustSee(desk.tx, actor, row)
  if (row.reporter === actor.id || (await follows(desk.tx, actor, row))) return
  throw refuse.forbidden(texts.notAffected)
}
