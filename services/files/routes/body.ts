/** Bodies of uploads, never held further than they may be long. */
import { refuse } from '../../../protocol/errors'
import { nothingCame, notAForm, tooLarge } from '../texts'

const jsonBytes = 4096

/** What was announced is held to by the server; what was not is counted. @throws Refusal */
export async function readBytes(request: Request, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > most) throw refuse.invalid(tooLarge(most))
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of request.body ?? []) {
    bytes += piece.byteLength
    if (bytes > most) throw refuse.invalid(tooLarge(most))
    pieces.push(piece)
  }
  const all = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.byteLength
  }
  return all
}

/** @throws Refusal */
export async function readJson(request: Request): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, jsonBytes)
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw refuse.invalid(notAForm)
}

/** The first file of a form; `name` is missing where the sender left it empty, as cameras do. @throws Refusal */
export async function readForm(request: Request, most: number): Promise<Blob & { name?: string }> {
  const bytes = await readBytes(request, most + 64 * 1024)
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  const form = await new Request('http://form', { method: 'POST', headers, body: bytes })
    .formData()
    .catch(() => undefined)
  const file = [...(form?.values() ?? [])].find((value): boolean => typeof value !== 'string') as Blob | undefined
  if (!file) throw refuse.invalid(notAForm)
  if (file.size === 0) throw refuse.invalid(nothingCame)
  return file
}
