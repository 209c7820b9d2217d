/** Open311 in its two formats: XML, which is required, and JSON, which follows from it by the Spark convention. */
import { codes, type Lang, type Refusal } from '../../../protocol/errors'
import type { WebAnswer } from '../../../protocol/web'

export type Format = 'xml' | 'json'
type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

/** What stands for each in a list. */
const singular: Record<string, string> = {
  ...{ services: 'service', service_requests: 'request', attributes: 'attribute', values: 'value' },
  ...{ errors: 'error', endpoints: 'endpoint', formats: 'format' },
}

const types: Record<Format, string> = { xml: 'text/xml; charset=utf-8', json: 'application/json; charset=utf-8' }

/** @param root the name of the outermost element; in JSON it falls away. */
export function written(format: Format, root: string, value: Value, status = 200): WebAnswer {
  const body =
    format === 'json' ? JSON.stringify(value) : `<?xml version="1.0" encoding="utf-8"?>\n${element(root, value)}`
  // Any site may ask: nothing here goes by cookies.
  return { status, headers: { 'content-type': types[format], 'access-control-allow-origin': '*' }, body }
}

function element(name: string, value: Value): string {
  if (value === null || value === '') return `<${name}/>`
  return `<${name}>${content(name, value)}</${name}>`
}

function content(name: string, value: Exclude<Value, null>): string {
  if (isList(value)) return value.map((one) => element(singular[name]!, one)).join('')
  if (typeof value !== 'object') return escaped(String(value))
  return Object.entries(value)
    .map(([field, one]) => element(field, one))
    .join('')
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

// What XML 1.0 can't hold at all is left out.
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)

/** A refusal in the standard's own shape. A missing or wrong key is a 403 there. */
export function refused(format: Format, refusal: Refusal, lang: Lang): WebAnswer {
  const code = refusal.code === 'unauthenticated' ? 403 : codes[refusal.code].http
  return written(format, 'errors', [{ code, description: refusal.say(lang) }], code)
}
