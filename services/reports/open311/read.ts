/** What an Open311 client sends, as our commands and queries take it. An empty argument is none. */
import { refuse } from '../../../protocol/errors'
import { isInReach } from '../../../protocol/reach'
import * as texts from './texts'

const dayMs = 24 * 3600 * 1000
const mostDays = 90
const mostBytes = 64 * 1024

/** The fields of a form, of whatever kind. @throws Refusal */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of request.body ?? []) {
    bytes += piece.byteLength
    if (bytes > mostBytes) throw refuse.invalid(texts.tooLong)
    pieces.push(piece)
  }
  const type = request.headers.get('content-type') ?? ''
  const body = Buffer.concat(pieces)
  if (!type.startsWith('multipart/form-data')) return new URLSearchParams(body.toString())
  const again = new Request('http://form', { method: 'POST', headers: { 'content-type': type }, body })
  const form = await again.formData().catch(() => undefined)
  if (!form) throw refuse.invalid(texts.noForm)
  return new URLSearchParams([...form].filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

export interface Filter {
  ids?: number[]
  codes?: string[]
  from?: string
  to?: string
  open?: boolean
}

/** @throws Refusal `invalid` */
export function filterOf(query: URLSearchParams, now: number): Filter {
  const ids = listOf(query, 'service_request_id')
  // This overrides all other arguments.
  if (ids) return { ids: ids.map(numberOf).filter((number) => number !== undefined) }
  const codes = listOf(query, 'service_code')
  const statuses = listOf(query, 'status')
  if (statuses?.some((status) => status !== 'open' && status !== 'closed')) throw refuse.invalid(texts.noStatus)
  const one = new Set(statuses).size === 1 ? { open: statuses![0] === 'open' } : {}
  return { ...(codes ? { codes } : {}), ...one, ...rangeOf(query, now) }
}

export const numberOf = (text: string): number | undefined =>
  /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined

function listOf(query: URLSearchParams, name: string): string[] | undefined {
  const items = query.getAll(name).flatMap((text) => text.split(',').map((item) => item.trim()))
  const given = items.filter(Boolean)
  return given.length > 0 ? given : undefined
}

function rangeOf(query: URLSearchParams, now: number): { from: string; to: string } {
  const start = dateOf(query, 'start_date')
  const end = dateOf(query, 'end_date')
  const span = mostDays * dayMs
  const to = end ?? Math.min(now + dayMs, (start ?? now) + span)
  const from = start ?? (end ?? now) - span
  if (to - from > span + dayMs) throw refuse.invalid(texts.tooWide)
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

function dateOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (!text) return undefined
  // A plus sign that was not written as %2B arrives as a space.
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text.replace(/ (?=\d\d:\d\d$)/, '+')) : Number.NaN
  if (!isInReach(date)) throw refuse.invalid(texts.noDate(name))
  return date
}

/** What `reports.submit` takes. @throws Refusal `invalid` */
export function submissionOf(form: URLSearchParams): Record<string, unknown> {
  const code = form.get('service_code')
  if (!code) throw refuse.invalid(texts.noServiceCode)
  const description = (form.get('description') ?? '').trim()
  if (description === '') throw refuse.invalid(texts.noDescription)
  const title = cut(description.split(/\r?\n/)[0]!, 200)
  const media = form.get('media_url')
  const more = [description === title ? '' : description, media && /^https?:\/\/\S+$/.test(media) ? media : '']
  const details = cut(more.filter(Boolean).join('\n\n'), 4000)
  const answers = answersOf(form)
  return {
    ...{ title, category: code, place: placeOf(form) },
    ...(details ? { details } : {}),
    ...(Object.keys(answers).length > 0 ? { answers } : {}),
  }
}

/** Half of a character at its end would make the whole of it no text. */
const cut = (text: string, most: number): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '')

function placeOf(form: URLSearchParams): Record<string, unknown> {
  const [lat, lng] = [form.get('lat'), form.get('long')]
  const text = cut(form.get('address_string') ?? '', 200)
  const id = form.get('address_id')
  const onMap = lat && lng ? { lat: Number(lat), lng: Number(lng) } : {}
  if (!id && !text && !('lat' in onMap)) throw refuse.invalid(texts.noLocation)
  return { ...(id ? { id } : {}), ...(text ? { text } : {}), ...onMap }
}

/** `attribute[code]=value`, and `attribute[code][]=value` several times. */
function answersOf(form: URLSearchParams): Record<string, string> {
  const answers = new Map<string, string>()
  for (const [name, value] of form) {
    const code = /^attribute\[([^\]]{1,40})\](\[\])?$/.exec(name)?.[1]
    if (code && value) answers.set(code, answers.has(code) ? `${answers.get(code)}, ${value}` : value)
  }
  return Object.fromEntries(answers)
}
