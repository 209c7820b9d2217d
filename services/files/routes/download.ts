/** Serving a variant to whoever shows a signed address. */
import { refuse } from '../../../protocol/errors'
import type { WebAnswer, WebVisit } from '../../../protocol/web'
import { verify } from '../addresses'
import type { FileMeans } from '../means'
import type { Range } from '../storage'

/** Shown in the page; everything else is saved. */
const inPage = /^(image\/webp|audio\/[a-z0-9]+|video\/(mp4|webm))$/

export async function download(means: FileMeans, request: Request, visit: WebVisit, file: string): Promise<WebAnswer> {
  const variant = visit.params['variant']!
  verify(means.secret, { file, variant }, new URL(request.url), Date.now())
  const found = (await visit.asSystem('files.served', { file, variant })) as {
    name: string
    type: string
    bytes: number
  }
  const headers = { ...headersOf(found), etag: `"${file}-${variant}"` }
  if (request.headers.get('if-none-match') === headers.etag) return { status: 304, headers }
  const range = rangeOf(request.headers.get('range'), found.bytes)
  if (range === 'none') return { status: 416, headers: { 'content-range': `bytes */${found.bytes}` } }
  const body = await means.storage.get(`files/${file}/${variant}`, range)
  if (!body) throw refuse.notFound()
  if (!range) return { headers, body }
  const { from, to } = range
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${found.bytes}` }, body }
}

/** The bytes of a variant never change. They are a person's, so only that person's browser keeps them. */
function headersOf({ name, type }: { name: string; type: string }): Record<string, string> {
  return {
    'content-type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    'content-disposition': `${inPage.test(type) ? 'inline' : 'attachment'}; ${fileNameOf(name, type)}`,
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    // Should a browser show it all the same: nothing in it may run, load or be framed.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
  }
}

/** RFC 6266: plain for the old, in UTF-8 for all others. What was re-encoded gets the ending of what it is now. */
function fileNameOf(name: string, type: string): string {
  const honest = type === 'image/webp' ? `${name.replace(/\.[^.]*$/, '')}.webp` : name
  const plain = honest.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const full = encodeURIComponent(honest).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  return `filename="${plain}"; filename*=UTF-8''${full}`
}

/** One range; several at once are answered with the whole, as is allowed (RFC 9110, 14.2). */
function rangeOf(header: string | null, bytes: number): Range | undefined | 'none' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [, first, last] = match
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1)
  return from >= bytes || to <= from ? 'none' : { from, to }
}
