/** Reporting: many at a time, each once for its key, numbered without a hole. */
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import { ring } from './ring'
import { namedCategories } from './categories'
import { counted } from './counted'
import { boardTopic, statusOf, topicOf, type Category } from './model'
import { newPhotos } from './photo-row'
import { attach } from './photos'
import { placesFor, type Resolved } from './places'
import { guestReportsPerHour } from './policy'
import * as rows from './rows'
import type { EntryRow, ReportRow } from './rows'
import { submitInput, submitted, type SubmitInput, type Submitted } from './schemas'
import { answerMissing, noSuchCategory } from './texts'
import { watch } from './watch'

const noCategory = 'other'

/**
 * Reports something that is broken. Promised: once answered it is committed, and one key is one report; photos may
 * still be on their way through the works, which shows in the timeline. Errors: `invalid` (category, answers),
 * `not_found` and `conflict` (photos that aren't yours to use), `limited` (guests).
 */
export const submit = command<SubmitInput, Submitted>({
  name: 'reports.submit',
  summary: 'Report something that is broken.',
  input: submitInput,
  output: submitted,
  around: counted('submitted'),
  async runMany(tx, calls) {
    const wanted = calls.map(({ input }) => input.place)
    const named = [...new Set(calls.map(({ input }) => input.category ?? noCategory))]
    const [found, places] = await Promise.all([namedCategories(tx, named), placesFor(tx, wanted)])
    const categories = new Map(found.map((category) => [category.id, category]))
    const drafts = calls.map((call, nth) => draftOf(call, categories, places[nth]!))
    await refuseFloods(tx, drafts)
    await attachPhotos(tx, drafts)
    return write(tx, drafts)
  },
})

type Known = Pick<Category, 'id' | 'priority' | 'questions' | 'archived'>

interface Draft {
  call: Call<SubmitInput>
  row: ReportRow
  refusal?: Refusal
}

function draftOf(call: Call<SubmitInput>, categories: Map<string, Known>, place: Resolved): Draft {
  const { actor, input } = call
  const category = categories.get(input.category ?? noCategory)
  const row: ReportRow = {
    ...{ id: Bun.randomUUIDv7(), number: 0, title: input.title.trim(), details: input.details ?? '' },
    ...{ answers: input.answers ?? {}, category: category?.id ?? noCategory },
    ...{ priority: input.priority ?? category?.priority ?? 'normal', state: 'pending', ...place },
    ...{ photos: newPhotos(input.photos ?? [], 'before'), private: input.private, hide_name: input.hideName },
    ...{ reporter: actor.id, reporter_name: actor.name, receipt: secret(), technician: null, technician_name: null },
    ...{ followers: 0, reopens: 0, merged_into: null, before: null, absorbed: 0, thread: null, alarm: 1, version: 1 },
    ...{ created_at: new Date(0), opened_at: new Date(0), finished_at: null, updated_at: new Date(0) },
  }
  const refusal = category && !category.archived ? missingAnswer(category, input) : refuse.invalid(noSuchCategory)
  return { call, row, ...(refusal ? { refusal } : {}) }
}

/** Only where somebody chose the category: whoever names none was not asked its questions. */
function missingAnswer({ questions }: Known, { category, answers = {} }: SubmitInput): Refusal | undefined {
  const missing = category ? questions.find(({ id, required }) => required && !answers[id]) : undefined
  return missing && refuse.invalid(answerMissing(missing.text))
}

async function refuseFloods(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const guests = drafts.filter(({ call }) => call.actor.role === 'guest')
  if (guests.length === 0) return
  const found = await tx.query<{ reporter: string; n: number }>(
    `SELECT reporter, count(*)::int AS n FROM reports.report
     WHERE reporter = ANY ($1::text[]) AND created_at > now() - interval '1 hour' GROUP BY reporter`,
    [guests.map(({ call }) => call.actor.id)],
  )
  const sofar = new Map(found.map(({ reporter, n }) => [reporter, n]))
  for (const draft of guests) {
    const before = sofar.get(draft.row.reporter) ?? 0
    sofar.set(draft.row.reporter, before + 1)
    if (before >= guestReportsPerHour) draft.refusal ??= refuse.limited(600_000)
  }
}

async function attachPhotos(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const illustrated = drafts.filter(({ row, refusal }) => row.photos.length > 0 && !refusal)
  const refusals = await attach(
    tx,
    illustrated.map(({ call: { actor, key }, row }) => ({
      ...{ actor, key, report: row.id },
      files: row.photos.map(({ id }) => id),
    })),
  )
  refusals.forEach((refusal, nth) => refusal && (illustrated[nth]!.refusal = refusal))
}

/** Takes the numbers as late as can be: their lock stands between this and every other node's reports. */
async function write(tx: Tx, drafts: readonly Draft[]): Promise<Outcome<Submitted>[]> {
  const made = drafts.filter(({ refusal }) => !refusal).map(({ row }) => row)
  if (made.length > 0) {
    const [counter] = await tx.query<{ last: number; now: Date }>(
      'UPDATE reports.counter SET last = last + $1::int RETURNING last, clock_timestamp() AS now',
      [made.length],
    )
    const { last, now } = counter!
    made.forEach((row, nth) => {
      Object.assign(row, { number: last - made.length + nth + 1, created_at: now, opened_at: now, updated_at: now })
    })
    const entries = made.map((row) => announce(tx, row))
    tx.ordered(() => rows.insertReports(made))
    tx.ordered(() => rows.insertEntries(entries))
  }
  return drafts.map(({ row, refusal }) => {
    const { id, number, state, receipt } = row
    return refusal ?? done({ id, number, status: statusOf(state), receipt })
  })
}

function announce(tx: Tx, row: ReportRow): EntryRow {
  const by = row.hide_name ? {} : { by: { id: row.reporter, name: row.reporter_name } }
  const { id: _id, timeline: _timeline, ...change } = rows.toReport(row, [])
  const actor = row.hide_name ? '' : row.reporter
  const ticket = tx.append({ topic: topicOf(row.id), kind: 'submitted', actor, data: { change, entry: by } })
  tx.append({ topic: boardTopic, kind: 'card', actor: '', data: { card: rows.toCard(row) } })
  if (row.priority === 'emergency') ring(tx, row, 1)
  for (const { id: photo } of row.photos) watch(tx, { report: row.id, photo, round: 0 })
  return { report: row.id, kind: 'submitted', entry: by, ticket }
}

const secret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64url')
