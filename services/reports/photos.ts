/** Photos of a report: which files they are, how far they are, and taking one away. */
import { callOne, withoutEffect, type Tx } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { onReports, type Desk } from './desk'
import { topicOf, type Photo } from './model'
import { may } from './policy'
import type { ReportRow } from './rows'
import { changed, hideInput, type Changed } from './schemas'
import { tooManyPhotos } from './texts'
import { newPhotos, setPhoto } from './photo-row'
import { watch } from './watch'

/** Of all parts together, those of everybody who has it too as well. */
const mostPhotos = 20

/**
 * Attaches files to reports, so that who may see the report may see them. One refusal for each, where there is one: a
 * file is somebody else's, or used elsewhere.
 */
export async function attach(
  tx: Tx,
  wanted: readonly { actor: Actor; key: string; report: string; files: readonly string[] }[],
): Promise<(Refusal | undefined)[]> {
  if (wanted.length === 0) return []
  const outcomes = await tx.call<object, unknown>(
    'files.attach',
    wanted.map(({ actor, key, report, files }) => ({
      ...{ actor, key: `${key}:attach` },
      input: { files: [...files], topic: topicOf(report), only: 'image' },
    })),
  )
  return outcomes.map((outcome) => (outcome instanceof Refusal ? outcome : undefined))
}

/** Adds photos to a report at the desk. @throws Refusal */
export async function addPhotos(
  desk: Desk,
  row: ReportRow,
  { actor, key, files, part }: { actor: Actor; key: string; files: readonly string[]; part: Photo['part'] },
): Promise<void> {
  if (files.length === 0) return
  if (row.photos.length + files.length > mostPhotos) throw refuse.invalid(tooManyPhotos)
  const [refusal] = await attach(desk.tx, [{ actor, key, report: row.id, files }])
  if (refusal) throw refusal
  row.photos = [...row.photos, ...newPhotos(files, part)]
  for (const photo of new Set(files)) watch(desk.tx, { report: row.id, photo, round: 0 })
}

/** Takes a photo away for good: its file goes, its place stays and says so. For handlers. Errors: `not_found`. */
export const hidePhoto = command<{ report: string; photo: string; reason?: string | undefined }, Changed>({
  name: 'reports.hide_photo',
  summary: 'Take a photo away from a report: for moderators.',
  roles: may.moderate,
  input: hideInput,
  output: changed,
  runMany: onReports({
    refs: ({ report }) => [report],
    async decide(desk, { actor, key, input: { report, photo, reason } }) {
      const row = desk.get(report)
      if (!setPhoto(row, photo, { hidden: true })) return withoutEffect(desk.face(row))
      const input = { files: [photo], topic: topicOf(row.id) }
      await callOne(desk.tx, 'files.remove', { actor, key: `${key}:remove`, input })
      desk.tell(row, 'photo_hidden', actor, { photos: row.photos }, { photos: [photo], ...(reason ? { reason } : {}) })
      return desk.answer(row)
    },
  }),
})
