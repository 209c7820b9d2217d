/** Errors as RFC 9457 problem details, with the contract's stable `code`. */
import { codes, type Lang, type Refusal } from '../../protocol/errors'

export function problem(refusal: Refusal, lang: Lang, init: { status?: number; headers?: HeadersInit } = {}): Response {
  const headers = new Headers(init.headers)
  const { http } = codes[refusal.code]
  if (refusal.retryAfterMs !== undefined) headers.set('retry-after', String(retryAfterSeconds(refusal.retryAfterMs)))
  return respond(init.status ?? http, refusal.code, refusal.say(lang), headers)
}

/** A fault of ours: logged under this id, told to the outside without its insides. */
export function fault(lang: Lang, request: string): Response {
  const detail =
    lang === 'id'
      ? 'Terjadi kesalahan di pihak kami dan sudah dicatat. Coba lagi; dengan kunci yang sama tidak akan tercatat dua kali.'
      : 'Something went wrong on our side and was noted. Try again; with the same key nothing is done twice.'
  return respond(500, 'internal', detail, new Headers({ 'x-request-id': request }))
}

function respond(status: number, code: string, detail: string, headers: Headers): Response {
  headers.set('content-type', 'application/problem+json')
  return new Response(JSON.stringify({ type: `/api/docs#${code}`, title: code, status, code, detail }), {
    status,
    headers,
  })
}

/** Spread out, so that those who were sent away together don't come back together. */
function retryAfterSeconds(ms: number): number {
  return Math.max(1, Math.round((ms / 1000) * (1 + Math.random())))
}

/** The language that the person likes best of those that we speak (RFC 9110, 12.5.4); English when they named none. */
export function langOf(request: Request): Lang {
  let best: Lang = 'en'
  let liking = 0
  for (const part of (request.headers.get('accept-language') ?? '').split(',')) {
    const [tag = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    const lang = tag.split('-')[0]
    const quality = parameters.find((one) => one.startsWith('q='))
    const weight = quality === undefined ? 1 : Number(quality.slice(2)) || 0
    if ((lang !== 'id' && lang !== 'en') || weight <= liking) continue
    best = lang
    liking = weight
  }
  return best
}
