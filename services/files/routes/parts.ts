/** One piece of an upload: judged, put into the storage, then noted. What is not noted is swept with the upload. */
import { refuse } from '../../../protocol/errors'
import type { WebVisit } from '../../../protocol/web'
import { partBytes, type FileMeans } from '../means'
import { headBytes, isHeic, sniff, type Kind } from '../sniff'
import { StorageFull } from '../storage'
import * as texts from '../texts'
import { readBytes } from './body'

interface Part {
  file: string
  offset: number
  /** Of the whole file, as it was announced. */
  total: number
  bytes: Uint8Array
}

export async function receivePart(means: FileMeans, request: Request, visit: WebVisit, file: string): Promise<object> {
  const upload = (await visit.execute('files.upload', { file })) as { offset: number; bytes: number }
  const claimed = Number(request.headers.get('upload-offset') ?? Number.NaN)
  // Told before the bytes are read: a sender that is wrong need not send them all.
  if (claimed !== upload.offset) throw refuse.conflict(texts.otherOffset(upload.offset))
  const bytes = await readBytes(request, partBytes)
  if (bytes.length === 0) throw refuse.invalid(texts.nothingCame)
  return storePart(means, visit, { file, offset: upload.offset, total: upload.bytes, bytes })
}

/** @throws Refusal; when there is no room nothing was stored. */
export async function storePart(means: FileMeans, visit: WebVisit, part: Part): Promise<object> {
  const { file, offset, total, bytes } = part
  const kind = offset === 0 ? judged(means, part) : undefined
  // A name of its own: what a sender sends twice must not overwrite what was noted.
  const name = `parts/${file}/${offset}-${crypto.randomUUID()}`
  try {
    await means.storage.put(name, bytes)
  } catch (error) {
    throw error instanceof StorageFull ? texts.storageFull() : error
  }
  const input = { file, owner: visit.actor!.id, offset, bytes: bytes.length, part: name, type: kind?.type }
  const { complete } = (await visit.asSystem('files.receive', input)) as { complete: boolean }
  return { id: file, offset: offset + bytes.length, bytes: total, complete }
}

/** @throws Refusal `invalid` for what is not accepted. */
function judged({ limits }: FileMeans, { bytes, total }: Part): Kind {
  if (bytes.length < Math.min(total, headBytes)) throw refuse.invalid(texts.firstPieceTooSmall)
  const kind = sniff(bytes)
  if (!kind) throw refuse.invalid(isHeic(bytes) ? texts.heic : texts.wrongKind)
  if (kind.family !== 'image') return kind
  if (total > limits.imageBytes) throw refuse.invalid(texts.tooLarge(limits.imageBytes))
  if (kind.pixels !== undefined && kind.pixels > limits.pixels) throw refuse.invalid(texts.tooManyPixels)
  return kind
}
