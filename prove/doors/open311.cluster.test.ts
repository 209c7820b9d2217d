/** Open311 GeoReport v2 as a client of the standard meets it. The shapes are those of its published JSON schemas. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { geotagged } from '../../services/files/testing/samples'
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'

let cluster: TestCluster
let data: string
let key: string
let georeport: Promise<string | undefined>
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'alun-data-'))
  georeport = foreignClient(join(data, 'client'))
  cluster = await testCluster({ nodes: 1, env: { ALUN_DATA: data } })
  key = await cluster.token('kota', 'student')
}, 60_000)
afterAll(async () => {
  await cluster?.stop()
  await rm(data, { recursive: true, force: true })
}, 30_000)

/** A client that others wrote, from PyPI. @returns where it is, if it can be had here. */
async function foreignClient(folder: string): Promise<string | undefined> {
  const words = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-compile',
    '--disable-pip-version-check',
    '--target',
    folder,
    'georeport==0.3.1',
  ]
  const python = Bun.which('python3')
  if (!python) return undefined
  const pip = Bun.spawn([python, ...words], { stdout: 'ignore', stderr: 'ignore', timeout: 50_000 })
  return (await pip.exited) === 0 ? folder : undefined
}

/** What that client makes of ours, in both formats: it asks, and parses XML, by means of its own. */
const foreignProgram = `
import json, sys
from georeport import GeoReport
address, number = sys.argv[1:]
said = {}
for output in ("json", "xml"):
    client = GeoReport(address, output_format=output)
    listed = client.get_service_requests(service_request_id=number, status="open")
    said[output] = {
        "services": [one["service_code"] for one in client.get_service_list()],
        "asked": client.get_service_definition("water")["service_code"],
        "listed": [one["service_request_id"] for one in ([listed] if isinstance(listed, dict) else listed)],
        "one": {name: client.get_service_request(number)[name] for name in ("status", "service_code", "address")},
    }
print(json.dumps(said))
`

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable().optional()
const moment = z.iso.datetime({ offset: true })
const service = z.strictObject({
  ...{ service_code: z.string(), service_name: z.string(), description: nullable(z.string()), metadata: z.boolean() },
  ...{ type: z.enum(['realtime', 'batch', 'blackbox']), keywords: nullable(z.string()), group: nullable(z.string()) },
})
const datatype = z.enum(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist'])
const attribute = z.strictObject({
  ...{
    variable: z.boolean(),
    code: z.string(),
    datatype,
    required: z.boolean(),
    datatype_description: nullable(z.string()),
  },
  ...{ order: nullable(z.number().int()), description: nullable(z.string()) },
  values: z.array(z.strictObject({ key: z.string(), name: z.string() })).optional(),
})
const definition = z.strictObject({ service_code: z.string(), attributes: z.array(attribute) })
const request = z.strictObject({
  ...{ service_request_id: z.string(), status: z.enum(['open', 'closed']), status_notes: nullable(z.string()) },
  ...{ service_name: nullable(z.string()), service_code: z.string(), description: nullable(z.string().max(4000)) },
  ...{ agency_responsible: nullable(z.string()), service_notice: nullable(z.string()), requested_datetime: moment },
  ...{ updated_datetime: nullable(moment), expected_datetime: nullable(moment), address: nullable(z.string()) },
  ...{
    address_id: nullable(z.string()),
    zipcode: nullable(z.string()),
    lat: nullable(z.number()),
    long: nullable(z.number()),
  },
  media_url: nullable(z.url()),
})
type Found = z.infer<typeof request>
const errors = z.array(z.strictObject({ code: z.number(), description: z.string().min(5) })).length(1)

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${cluster.url}/open311/v2/${path}`, { headers })
const post = (form: Record<string, string>, format = 'json', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${cluster.url}/open311/v2/requests.${format}`, { method: 'POST', body: new URLSearchParams(form), headers })
async function send(form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<string> {
  const whole = { api_key: key, service_code: 'water', description: 'Pipa bocor', address_string: 'Gedung B', ...form }
  const [made] = z
    .array(z.object({ service_request_id: z.string() }))
    .parse(await (await post(whole, 'json', headers)).json())
  return made!.service_request_id
}
const listed = async (query: string): Promise<Found[]> =>
  z.array(request).parse(await (await get(`requests.json?${query}`)).json())
const idsOf = async (query: string): Promise<string[]> => (await listed(query)).map((one) => one.service_request_id)

/** What XML says, read as the standard maps it to JSON: lists by their names, everything else as text. */
function parsed(xml: string): unknown {
  expect(xml).toStartWith('<?xml version="1.0" encoding="utf-8"?>')
  const lists = ['services', 'service_requests', 'attributes', 'values', 'errors', 'endpoints', 'formats']
  const tokens = [...xml.matchAll(/<(\/?)(\w+)(\/?)>|([^<]+)/g)].slice(0)
  let at = tokens.findIndex((token) => token[2] !== undefined && token[0] !== '<?xml')
  const element = (): [string, unknown] => {
    const [, , name, isEmpty] = tokens[at++]!
    if (isEmpty) return [name!, null]
    const children: [string, unknown][] = []
    let text = ''
    while (tokens[at]![1] !== '/') {
      if (tokens[at]![4] === undefined) children.push(element())
      else text += tokens[at++]![4]!.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    }
    at++
    if (lists.includes(name!)) return [name!, children.map(([, value]) => value)]
    return [name!, children.length > 0 ? Object.fromEntries(children) : text]
  }
  return element()[1]
}
const asText = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asText)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asText(one)]))
  return value === null || value === '' ? null : `${value as string | number | boolean}`
}

describe('what a client asks first', () => {
  test('is where to go, which services there are, and what each asks', async () => {
    const found = (await (await fetch(`${cluster.url}/open311/discovery.json`)).json()) as {
      endpoints: { url: string }[]
    }
    expect(found.endpoints[0]!.url).toBe(`${cluster.url}/open311/v2`)
    const all = z.array(service).parse(await (await get('services.json')).json())
    expect(all.map((one) => one.service_code)).toContain('water')
    const water = definition.parse(await (await get('services/water.json', { 'accept-language': 'id' })).json())
    expect(water.attributes[0]).toMatchObject({
      code: 'what',
      datatype: 'singlevaluelist',
      description: 'Apa masalahnya?',
    })
  })

  test('comes as XML too, the same in every word', async () => {
    const id = await send({ description: 'Meja <rusak> & "goyang" \u0007 🎓', lat: '-6.89', long: '107.61' })
    for (const path of ['discovery', 'services', 'services/water', 'requests', `requests/${id}`]) {
      const [xml, json] = await Promise.all([get(`${path}.xml`), get(`${path}.json`)])
      expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8')
      expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect([parsed(await xml.text()), path]).toEqual([
        asText(JSON.parse((await json.text()).replaceAll('\\u0007', ''))),
        path,
      ])
    }
  })
})

describe('a request', () => {
  test('is sent with a key, numbered at once, found again, once for its intent', async () => {
    const form = {
      description: 'Keran patah\nAirnya ke mana-mana.',
      lat: '-6.8915',
      long: '107.6107',
      'attribute[what]': 'Broken fixture',
    }
    const id = await send(form, { 'idempotency-key': 'intent-1' })
    expect(await send(form, { 'idempotency-key': 'intent-1' })).toBe(id)
    const [one] = await listed(`service_request_id=${id}&status=closed`)
    expect(one).toMatchObject({
      status: 'open',
      service_code: 'water',
      description: 'Keran patah',
      address: 'Gedung B',
    })
    expect(one).toMatchObject({ status_notes: 'Reported; nobody has taken it yet.', lat: -6.8915, long: 107.6107 })
    const got = z.array(request).parse(await (await get(`requests/${id}.json?api_key=${key}`)).json())
    expect(got[0]!.description).toBe('Keran patah\n\nKeran patah\nAirnya ke mana-mana.')
    const mine = (await (await cluster.call('kota', 'reports.get', { report: Number(id) })).json()) as {
      report: { answers: object }
    }
    expect(mine.report.answers).toEqual({ what: 'Broken fixture' })
  })

  test('may be long: what is cut off ends with a whole character', async () => {
    const id = await send({ description: `${'a'.repeat(199)}😀`, address_string: `${'b'.repeat(199)}😀` })
    expect((await listed(`service_request_id=${id}`))[0]).toMatchObject({
      ...{ description: 'a'.repeat(199), address: expect.stringMatching(/b$/) as string },
    })
  })

  test('shows its photo to who has a key, and a private one is shown to nobody', async () => {
    const body = new FormData()
    body.append('file', new File([(await geotagged(200, 100)) as Uint8Array<ArrayBuffer>], 'foto.jpg'))
    const headers = { authorization: `Bearer ${key}` }
    const { id: photo } = (await (await fetch(`${cluster.url}/files`, { method: 'POST', body, headers })).json()) as {
      id: string
    }
    const report = { title: 'Kaca pecah', place: 'Aula', photos: [photo], key: 'with-photo' }
    const { number } = (await (await cluster.call('kota', 'reports.submit', report)).json()) as { number: number }
    const media = async (): Promise<string | null | undefined> =>
      (await listed(`service_request_id=${number}&api_key=${key}`))[0]!.media_url
    const address = await until(media, { what: 'the photo to be ready', timeoutMs: 20_000, everyMs: 100 })
    expect((await fetch(address)).headers.get('content-type')).toBe('image/webp')
    expect((await listed(`service_request_id=${number}`))[0]!.media_url).toBeNull()
    const hidden = { title: 'Rahasia', place: 'Klinik', private: true, key: 'private' }
    const secret = ((await (await cluster.call('kota', 'reports.submit', hidden)).json()) as { number: number }).number
    expect(await listed(`service_request_id=${secret}&api_key=${key}`)).toEqual([])
    expect((await get(`requests/${secret}.json?api_key=${key}`)).status).toBe(404)
  })

  test('is found by what it is of, how it stands and when it came', async () => {
    const [water, light] = [await send(), await send({ service_code: 'electricity' })]
    expect(await idsOf('service_code=electricity,cooling')).toEqual([light])
    expect(await idsOf(`service_request_id=${water},${light},999999`)).toEqual([light, water])
    expect(await idsOf('status=open')).toContain(water)
    expect(await idsOf('status=closed')).toEqual([])
    expect(await idsOf('status=open,closed&service_code=water')).toContain(water)
    expect(await idsOf('start_date=2020-01-01T00:00:00Z&end_date=2020-02-01T00:00:00Z')).toEqual([])
    expect(await idsOf(`start_date=${new Date(Date.now() - 3600_000).toISOString()}`)).toContain(water)
    expect(await idsOf('start_date=&status=&service_code=&jurisdiction_id=anything')).toContain(water)
  })
})

test('what is refused is told in the shape of the standard, with its number', async () => {
  const whole = { api_key: key, service_code: 'water', description: 'x', address_string: 'y' }
  const without = (name: keyof typeof whole) =>
    post(Object.fromEntries(Object.entries(whole).filter(([field]) => field !== name)))
  const cases: [Promise<Response>, number][] = [
    [without('api_key'), 403],
    [post({ ...whole, api_key: 'made.up.key' }), 403],
    [without('service_code'), 400],
    [post({ ...whole, service_code: 'unknown' }), 404],
    [without('description'), 400],
    [without('address_string'), 400],
    [post({ ...whole, address_string: '', lat: '95', long: '0' }), 400],
    [get('requests.json?status=later'), 400],
    [get('requests.json?start_date=yesterday'), 400],
    [get('requests.json?start_date=2020-01-01T00:00:00Z&end_date=2021-01-01T00:00:00Z'), 400],
    [get('requests.json?start_date=0000-01-01T00:00:00Z&end_date=0000-02-01T00:00:00Z'), 400],
    [get('requests.json?service_code=%00'), 400],
    [get('requests/999999.json'), 404],
    [get('services/unknown.json'), 404],
    [get('requests.json?api_key=made.up.key'), 403],
  ]
  for (const [answer, status] of cases) {
    const response = await answer
    expect([response.status, errors.parse(await response.json())[0]!.code]).toEqual([status, status])
  }
  const xml = await post({ ...whole, api_key: '' }, 'xml', { 'accept-language': 'id' })
  expect(parsed(await xml.text())).toMatchObject([
    { code: '403', description: expect.stringContaining('Mintalah') as unknown },
  ])
  // A page of another site can send a form with a person's cookies: they count for nothing here.
  const cookie = { origin: 'https://evil.test', cookie: 'alun.session_token=x' }
  expect((await post({ ...whole, api_key: '' }, 'json', cookie)).status).toBe(403)
  expect((await fetch(`${cluster.url}/open311/v2/requests.csv`)).status).toBe(404)
})

test('a client that others wrote finds the services and the request, in JSON and in XML', async () => {
  const folder = await georeport
  if (!folder) return console.info('skip: georeport can’t be had from PyPI here: no client of others was tried')
  const id = await send({ address_string: 'Gedung B & C' })
  const words = ['-c', foreignProgram, `${cluster.url}/open311/v2`, id]
  const run = Bun.spawn([Bun.which('python3')!, ...words], { env: { PYTHONPATH: folder }, stdout: 'pipe' })
  const said = JSON.parse(await new Response(run.stdout).text()) as Record<'json' | 'xml', { services: string[] }>
  const found = {
    asked: 'water',
    listed: [id],
    one: { status: 'open', service_code: 'water', address: 'Gedung B & C' },
  }
  for (const format of ['json', 'xml'] as const) {
    expect(said[format]).toMatchObject(found)
    expect(said[format].services).toContain('electricity')
  }
}, 60_000)
