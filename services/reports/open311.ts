/**
 * Open311 GeoReport v2, so that any client of the standard can read public reports and send new ones. Reading is open, as
 * the standard has it, and tells what the open data tells; with a key it tells all that everybody signed in may see.
 * Sending needs a key: a token (`alun token`), as `api_key` or in the header Authorization. Cookies count for nothing.
 * Source: https://wiki.open311.org/GeoReport_v2
 */
import { Refusal, refuse, type Lang } from '../../protocol/errors'
import type { WebAnswer, WebRoute, WebVisit } from '../../protocol/web'
import type { FileLink } from '../files/model'
import type { Category } from './model'
import { filterOf, numberOf, readForm, submissionOf } from './open311/read'
import type { Open311Request } from './open311/requests'
import { refused, written, type Format } from './open311/write'
import * as texts from './open311/texts'

const root = '/open311/v2'
/** When what is told here last changed its shape. */
const changeset = '2026-11-21T00:00:00Z'

interface Ask {
  request: Request
  visit: WebVisit
  format: Format
  /** What stands before the format. */
  name: string
  lang: Lang
}

export const open311: readonly WebRoute[] = [
  route('GET', `/open311/:file`, { discovery }),
  route('GET', `${root}/:file`, { discovery, services, requests: listed }),
  route('POST', `${root}/:file`, { requests: submit }),
  route('GET', `${root}/services/:file`, definition),
  route('GET', `${root}/requests/:file`, one),
]

type Answer = (ask: Ask) => Promise<WebAnswer>

/** Answers in the format that the address ends with, refusals too. */
function route(method: WebRoute['method'], path: string, answers: Answer | Record<string, Answer>): WebRoute {
  return {
    ...{ method, path, anyOrigin: true },
    async run(request, visit) {
      const [, name = '', ending = ''] = /^(.*)\.([a-z]+)$/.exec(visit.params['file']!) ?? []
      const format: Format = ending === 'json' ? 'json' : 'xml'
      const answer = typeof answers === 'function' ? answers : Object.hasOwn(answers, name) ? answers[name] : undefined
      if (!answer || (ending !== 'json' && ending !== 'xml')) throw refuse.notFound()
      try {
        return await answer({ request, visit, format, name, lang: visit.lang })
      } catch (error) {
        if (error instanceof Refusal) return refused(format, error, visit.lang)
        throw error
      }
    },
  }
}

async function discovery({ visit, format }: Ask): Promise<WebAnswer> {
  const url = new URL(root, visit.origin).href
  const formats = ['text/xml', 'application/json']
  const specification = 'http://wiki.open311.org/GeoReport_v2'
  const endpoints = [{ specification, url, changeset, type: 'production', formats }]
  return written(format, 'discovery', {
    changeset,
    contact: new URL('/', visit.origin).href,
    key_service: null,
    endpoints,
  })
}

async function shown(visit: WebVisit): Promise<Category[]> {
  const { categories } = (await visit.asSystem('reports.categories', {})) as { categories: Category[] }
  return categories.filter(({ archived }) => !archived)
}

async function services({ visit, format, lang }: Ask): Promise<WebAnswer> {
  const list = (await shown(visit)).map(({ id, name, team, questions }) => ({
    ...{ service_code: id, service_name: name[lang], description: name[lang], metadata: questions.length > 0 },
    ...{ type: 'realtime', keywords: `${name.en}, ${name.id}`, group: team },
  }))
  return written(format, 'services', list)
}

async function definition({ visit, format, name, lang }: Ask): Promise<WebAnswer> {
  const category = (await shown(visit)).find(({ id }) => id === name)
  if (!category) throw refuse.notFound(texts.unknownService)
  const attributes = category.questions.map(({ id, text, choices, required = false }, nth) => ({
    ...{ variable: true, code: id, datatype: choices ? 'singlevaluelist' : 'string', required },
    ...{ datatype_description: null, order: nth + 1, description: text[lang] },
    ...(choices ? { values: choices.map((choice) => ({ key: choice.en, name: choice[lang] })) } : {}),
  }))
  return written(format, 'service_definition', { service_code: name, attributes })
}

async function listed(ask: Ask): Promise<WebAnswer> {
  const query = new URL(ask.request.url).searchParams
  return found(ask, filterOf(query, Date.now()))
}

async function one(ask: Ask): Promise<WebAnswer> {
  const number = numberOf(ask.name)
  if (number === undefined) throw refuse.notFound(texts.unknownRequest)
  return found(ask, { ids: [number] }, true)
}

async function found({ request, visit, format, lang }: Ask, filter: object, must = false): Promise<WebAnswer> {
  const key = keyOf(request, new URL(request.url).searchParams)
  const known = key ? await holder(visit, key) : undefined
  const input = { ...filter, lang, full: known !== undefined }
  const { requests } = (await visit.asSystem('reports.open311', input)) as { requests: Open311Request[] }
  if (must && requests.length === 0) throw refuse.notFound(texts.unknownRequest)
  const media = known ? await addresses(known, requests) : new Map<string, string>()
  const list = requests.map(({ photo, ...rest }) => {
    const address = photo && media.get(photo)
    return { ...rest, media_url: address ? new URL(address, visit.origin).href : null }
  })
  return written(format, 'service_requests', list)
}

const mostLinks = 200

async function addresses(known: WebVisit, requests: readonly Open311Request[]): Promise<Map<string, string>> {
  const files = requests.flatMap(({ photo }) => photo ?? []).slice(0, mostLinks)
  if (files.length === 0) return new Map()
  const { links } = (await known.execute('files.links', { files })) as { links: FileLink[] }
  return new Map(links.flatMap(({ id, url }) => (url ? [[id, url] as const] : [])))
}

async function submit({ request, visit, format }: Ask): Promise<WebAnswer> {
  const form = await readForm(request)
  const key = keyOf(request, form) ?? keyOf(request, new URL(request.url).searchParams)
  if (!key) throw refuse.forbidden(texts.noKey)
  const known = await holder(visit, key)
  const input = submissionOf(form)
  if (!(await shown(visit)).some(({ id }) => id === input['category'])) throw refuse.notFound(texts.unknownService)
  const intent = request.headers.get('idempotency-key') ?? crypto.randomUUID()
  const { number } = (await known.execute('reports.submit', { ...input, key: intent })) as { number: number }
  const made = { service_request_id: String(number), service_notice: null, account_id: known.actor?.id ?? null }
  return written(format, 'service_requests', [made])
}

const keyOf = (request: Request, fields: URLSearchParams): string | undefined =>
  fields.get('api_key') || /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1]

/** @throws Refusal `forbidden` when the key is none. */
async function holder(visit: WebVisit, key: string): Promise<WebVisit> {
  try {
    const known = await visit.withToken?.(key)
    if (known) return known
    throw refuse.unauthenticated()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unauthenticated') throw refuse.forbidden(texts.noKey)
    throw error
  }
}
