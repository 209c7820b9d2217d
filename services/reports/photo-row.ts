/** Photos as a report's row holds them. */
import { refuse } from '../../protocol/errors'
import type { Photo } from './model'
import type { ReportRow } from './rows'
import { noSuchPhoto } from './texts'

export const newPhotos = (files: readonly string[], part: Photo['part']): Photo[] =>
  [...new Set(files)].map((id) => ({ id, part, status: 'pending' }))

/** @returns whether that changes anything. @throws Refusal `not_found` */
export function setPhoto(row: ReportRow, id: string, change: Partial<Photo>): boolean {
  const photo = row.photos.find((one) => one.id === id)
  if (!photo) throw refuse.notFound(noSuchPhoto)
  // One that was taken away stays so, however far the works were with it.
  if (photo.hidden) return false
  const after = { ...photo, ...change }
  if (after.status === photo.status && after.hidden === photo.hidden) return false
  row.photos = row.photos.map((one) => (one === photo ? after : one))
  return true
}
