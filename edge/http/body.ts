/** Bodies of requests, never read further than they may be long. */
import { Refusal, refuse } from '../../protocol/errors'

export class BodyTooLarge extends Refusal {
  /** Beside the code's own status, HTTP has a truer one. */
  readonly status = 413

  constructor(maxBytes: number) {
    super('invalid', {
      en: `The body may be at most ${maxBytes} bytes.`,
      id: `Isi permintaan paling besar ${maxBytes} bita.`,
    })
  }
}

/** @throws BodyTooLarge as soon as that is known; Refusal `invalid` when the client goes away in the middle. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  try {
    return await textOf(request, maxBytes)
  } catch (error) {
    throw brokenOff(error)
  }
}

/**
 * As `readText`, but what it throws and rejects with is still to be given to `brokenOff`: for where one more function that
 * waits would show. @throws BodyTooLarge
 */
export function textOf(request: Request, maxBytes: number): Promise<string> {
  const announced = request.headers.get('content-length')
  // What is announced is held to by the runtime; a body in pieces has to be counted. To look at it makes a stream.
  if (announced === null) return request.body ? readPieces(request.body, maxBytes) : Promise.resolve('')
  if (Number(announced) > maxBytes) throw new BodyTooLarge(maxBytes)
  return request.text()
}

export const brokenOff = (error: unknown): Refusal => (error instanceof Refusal ? error : refuse.invalid(incomplete))

/** A JSON object; an empty body is an empty one. @throws as `readText`, and Refusal `invalid` */
export async function readObject(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  return objectOf(await readText(request, maxBytes))
}

/** @throws Refusal `invalid` */
export function objectOf(text: string): Record<string, unknown> {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw refuse.invalid(notJson)
}

async function readPieces(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => undefined)
      throw new BodyTooLarge(maxBytes)
    }
    text += decoder.decode(value, { stream: true })
  }
}

const notJson = { en: 'The body must be a JSON object.', id: 'Isi permintaan harus berupa objek JSON.' }
const incomplete = {
  en: 'The request broke off before it was whole. Send it again.',
  id: 'Permintaan terputus sebelum lengkap. Kirim sekali lagi.',
}
