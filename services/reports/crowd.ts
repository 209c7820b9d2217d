/** Those whom it concerns too: following, "me too", and reports that turn out to be the same. */
import type { z } from 'zod'
import { withoutEffect, type Tx } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { mustSee } from './access'
import { counted } from './counted'
import { onReports, type Desk } from './desk'
import { isOpen } from './model'
import { addPhotos } from './photos'
import { may } from './policy'
import type { ReportRow } from './rows'
import * as shapes from './schemas'
import type { Changed } from './schemas'
import { itself, noSuchReceipt, notNow } from './texts'

type MeToo = z.infer<typeof shapes.meTooInput>

/** Hears of everything that happens to a report. A second time, nothing. Errors: `not_found`. */
export const follow = command<{ report: string }, Changed>({
  name: 'reports.follow',
  summary: 'Follow a report: its news come to you too.',
  input: shapes.reportOnly,
  output: shapes.changed,
  runMany: onReports({
    refs: ({ report }) => [report],
    async decide(desk, { actor, input: { report } }) {
      const row = desk.get(report)
      await mustSee(desk.tx, actor, row)
      if (!(await add(desk, row, actor, false))) return withoutEffect(desk.face(row))
      desk.tell(row, 'followed', undefined, { followers: row.followers })
      return desk.answer(row)
    },
  }),
})

/** Hears no more of it. Errors: `not_found`. */
export const unfollow = command<{ report: string }, Changed>({
  name: 'reports.unfollow',
  summary: 'Follow a report no more.',
  input: shapes.reportOnly,
  output: shapes.changed,
  runMany: onReports({
    refs: ({ report }) => [report],
    async decide(desk, { actor, input: { report } }) {
      const row = desk.get(report)
      await mustSee(desk.tx, actor, row)
      const gone = await desk.tx.query('DELETE FROM reports.follower WHERE report = $1 AND user_id = $2 RETURNING 1', [
        row.id,
        actor.id,
      ])
      if (gone.length === 0) return withoutEffect(desk.face(row))
      row.followers--
      desk.tell(row, 'followed', undefined, { followers: row.followers })
      return desk.answer(row)
    },
  }),
})

/** "It concerns me too": follows, and may add a note and photos. Errors: `not_found`, `conflict` (closed). */
export const meToo = command<MeToo, Changed>({
  name: 'reports.me_too',
  summary: 'Say that it concerns you too, with a photo if you like.',
  input: shapes.meTooInput,
  output: shapes.changed,
  around: counted('me_too'),
  runMany: onReports({
    refs: ({ report }) => [report],
    async decide(desk, { actor, key, input: { report, note, photos = [] } }) {
      const row = desk.get(report)
      await mustSee(desk.tx, actor, row)
      if (!isOpen(row.state)) return refuse.conflict(notNow(row.state))
      await addPhotos(desk, row, { actor, key, files: photos, part: 'more' })
      const added = await add(desk, row, actor, true)
      if (!added && photos.length === 0 && !note) return withoutEffect(desk.face(row))
      const entry = { ...(note ? { note } : {}), ...(photos.length > 0 ? { photos } : {}) }
      const change = { followers: row.followers, ...(photos.length > 0 ? { photos: row.photos } : {}) }
      // Followers are a number in public; who adds words or photos puts their name to it, as everywhere.
      desk.tell(row, 'followed', note || photos.length > 0 ? actor : undefined, change, entry)
      return desk.answer(row)
    },
  }),
})

/** @returns whether they are new. The reporter follows already. */
async function add(desk: Desk, row: ReportRow, actor: Actor, too: boolean): Promise<boolean> {
  if (row.reporter === actor.id) return false
  const rows = await desk.tx.query(
    'INSERT INTO reports.follower (report, user_id, too) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1',
    [row.id, actor.id, too],
  )
  row.followers += rows.length
  return rows.length > 0
}

/** Whoever holds a receipt may follow the report, also a private one. A second time, nothing. Errors: `not_found`. */
export const useReceipt = command<{ receipt: string }, Changed>({
  name: 'reports.receipt',
  summary: 'Follow the report of a receipt.',
  input: shapes.receiptInput,
  output: shapes.changed,
  runMany: onReports({
    look: (tx, inputs) => withReceipts(tx, inputs),
    async decide(desk, { actor, input: { receipt } }) {
      const held = [...desk.reports.values()].find((one) => one.receipt === receipt)
      if (!held) return refuse.notFound(noSuchReceipt)
      const row = desk.get(held.id)
      if (!(await add(desk, row, actor, false))) return withoutEffect(desk.face(row))
      desk.tell(row, 'followed', undefined, { followers: row.followers })
      return desk.answer(row)
    },
  }),
})

async function withReceipts(tx: Tx, inputs: readonly { receipt: string }[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>('SELECT id FROM reports.report WHERE receipt = ANY ($1::text[])', [
    inputs.map(({ receipt }) => receipt),
  ])
  return rows.map(({ id }) => id)
}

/**
 * Two reports of the same thing: this one becomes a duplicate, keeps its history, and its people hear of the other one's
 * news. Errors: `invalid` (of itself, of a duplicate), `conflict`.
 */
export const merge = command<z.infer<typeof shapes.mergeInput>, Changed>({
  name: 'reports.merge',
  summary: 'Make a report a duplicate of another one.',
  roles: may.handle,
  input: shapes.mergeInput,
  output: shapes.changed,
  around: counted('merge'),
  runMany: onReports({
    refs: ({ report, into }) => [report, into],
    async decide(desk, { actor, input }) {
      const [row, into] = [desk.get(input.report), desk.get(input.into)]
      if (row === into || into.state === 'duplicate') return refuse.invalid(itself)
      const before = row.state
      desk.move(row, 'merge')
      if (await hasDuplicates(desk.tx, row)) {
        row.state = before
        return refuse.invalid(itself)
      }
      Object.assign(row, { before, merged_into: into.id, absorbed: row.followers + 1 })
      into.followers += row.absorbed
      const [other, duplicate] = [reference(into), reference(row)]
      desk.tell(row, 'merged', actor, { mergedInto: into.id }, { other })
      desk.notify(row, 'merged', actor.id)
      desk.tell(into, 'absorbed', actor, { followers: into.followers }, { other: duplicate })
      return desk.answer(row)
    },
  }),
})

const reference = ({ id, number }: ReportRow): { id: string; number: number } => ({ id, number })

async function hasDuplicates(tx: Tx, { id }: ReportRow): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM reports.report WHERE merged_into = $1 LIMIT 1', [id])).length > 0
}

/** They were different after all: the report is again what it was, with its history. Errors: `conflict`. */
export const unmerge = command<{ report: string }, Changed>({
  name: 'reports.unmerge',
  summary: 'Say that a report is no duplicate after all.',
  roles: may.handle,
  input: shapes.reportOnly,
  output: shapes.changed,
  runMany: onReports({
    refs: ({ report }) => [report],
    look: (tx, inputs) => mergedInto(tx, inputs),
    async decide(desk, { actor, input: { report } }) {
      const row = desk.get(report)
      const into = row.merged_into === null ? undefined : desk.find(row.merged_into)
      // Not at the desk: it was merged a moment ago, or is no duplicate.
      if (!into) return refuse.conflict(notNow(row.state))
      desk.move(row, 'unmerge')
      into.followers -= row.absorbed
      Object.assign(row, { merged_into: null, before: null, absorbed: 0 })
      desk.tell(row, 'unmerged', actor, { mergedInto: null }, { other: reference(into) })
      desk.tell(into, 'parted', actor, { followers: into.followers }, { other: reference(row) })
      return desk.answer(row)
    },
  }),
})

async function mergedInto(tx: Tx, inputs: readonly { report: string }[]): Promise<string[]> {
  const rows = await tx.query<{ merged_into: string }>(
    'SELECT merged_into FROM reports.report WHERE (id = ANY ($1::text[]) OR number::text = ANY ($1::text[])) AND merged_into IS NOT NULL',
    [inputs.map(({ report }) => report)],
  )
  return rows.map(({ merged_into }) => merged_into)
}
