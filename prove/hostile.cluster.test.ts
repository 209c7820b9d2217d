/**
 * Every method of every service, called by every role with arguments that mean harm, over both doors, by a seed. Nothing
 * that anybody can send is a fault: it is done, or refused in words of the contract, and what is answered is what the
 * documents say. `ALUN_SEED` repeats a run, `ALUN_CALLS` makes it longer.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Db } from '../kernel/db'
import { routes, services } from '../main/services'
import { mintToken } from '../main/token'
import { codes } from '../protocol/errors'
import { disconnects } from '../protocol/frames'
import { splitTopic } from '../protocol/ids'
import { roles } from '../protocol/roles'
import type { WebRoute } from '../protocol/web'
import { testCluster, type TestCluster, type TestNode } from './testing/cluster'
import { abyss, anyBytes, callables } from './testing/fuzz'
import { asJson, Finds, Hostile, type Shape } from './testing/hostile'
import { random, type Random } from './testing/random'
import { rerun, seed } from './testing/seed'
import { until } from './testing/until'
import { Wire, type Reply } from './testing/wire'

/** Of each method. */
const calls = Number(process.env['ALUN_CALLS'] ?? 40)
const atOnce = 12
const forced = disconnects.forceReconnect.code
// As the test cluster's nodes are given it.
const secret = 'a-secret-of-the-tests-that-is-long-enough'

const topics = new Map(services.flatMap((service) => service.topics.map((topic) => [topic.prefix, topic] as const)))
const outputs = new Map(services.flatMap(({ methods }) => methods.map((method) => [method.name, method] as const)))
const realtimeCodes = new Map<number, string>(Object.entries(codes).map(([code, { realtime }]) => [realtime, code]))

interface Person {
  token: string
  wire: Wire
}

let cluster: TestCluster
let node: TestNode
let pid: number
let methods: { name: string; path: string; input: Shape }[]
const people: Person[] = []
const finds = new Finds()

beforeAll(async () => {
  console.info(rerun)
  // The bound on one account's calls has tests of its own; here it would hide what is behind it.
  cluster = await testCluster({ nodes: 1, env: { ALUN_ACCOUNT_RATE: '1000000' } })
  node = cluster.nodes[0]!
  pid = node.pid
  // A proof starts a cluster of its own and takes minutes: it has tests of its own too.
  methods = (await callables(cluster.url)).filter(({ name }) => name !== 'watch.prove')
  for (const role of [...roles, ...roles]) people.push(await person(role))
}, 60_000)
afterAll(() => cluster?.stop(), 60_000)

let made = 0
/** Names hold what names hold. */
const signs = ['', '-', "'", '(x)', '.*', '$1', '[', '\\d', 'İ', '^', '+', '@b', '|']
async function person(role: (typeof roles)[number]): Promise<Person> {
  const user = `${role} ${signs[made % signs.length]} ${made++}`
  finds.keep('people', { name: user })
  const token = await mintToken({ databaseUrl: cluster.postgres.url, secret, ttlSeconds: 600, user, role })
  return { token, wire: await Wire.connected(cluster.port, token) }
}

interface Answer {
  code: string
  data?: unknown
  said?: string | undefined
}

async function overHttp(path: string, token: string, body: string): Promise<Answer> {
  const response = await fetch(cluster.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  })
  const type = response.headers.get('content-type') ?? ''
  const data = (await response.json()) as { code?: string; status?: number; detail?: string }
  if (response.status === 200) return { code: type.startsWith('application/json') ? 'ok' : type, data }
  const fair = type === 'application/problem+json' && data.status === response.status && data.code !== undefined
  return { code: fair ? data.code! : `${response.status} ${type}`, said: data.detail }
}

/** As an address, what an address can hold. */
async function overGet(path: string, token: string, input: object): Promise<Answer> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input))
    for (const one of [value].flat()) query.append(name, String(one).toWellFormed())
  const response = await fetch(`${cluster.url}${path}?${query.toString()}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const data = (await response.json()) as { code?: string; detail?: string }
  return response.status === 200 ? { code: 'ok', data } : { code: data.code ?? `${response.status}`, said: data.detail }
}

async function overWire({ wire }: Person, method: string, input: string): Promise<Answer> {
  const id = made++ + 1_000_000
  wire.send(`{"id":${id},"rpc":{"method":"${method}","data":${input}}}`)
  const looked = (): Reply | typeof wire.closed => wire.heard.find((one) => one.id === id) ?? wire.closed
  const reply = await until(looked, { what: `${method} to be answered`, timeoutMs: 60_000 })
  // Their session was ended, or they became somebody else: another call did that.
  if (!('id' in reply)) {
    const { code } = reply as NonNullable<typeof wire.closed>
    return { code: code === forced ? 'unauthenticated' : `closed ${code}`, said: 'x' }
  }
  if (!reply.error) return { code: 'ok', data: reply['rpc'].data }
  return { code: realtimeCodes.get(reply.error.code) ?? `error ${reply.error.code}`, said: reply.error.message }
}

/** What a wrong input may be told. `unavailable` would have every client ask again, for ever. */
const fair = new Set([
  'ok',
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'limited',
  'overloaded',
])

/** What is wrong about an answer; nothing when all is well. */
function wrong(method: string, { code, data, said }: Answer): string | undefined {
  if (!fair.has(code)) return code
  if (code !== 'ok') return said && said.length < 2000 ? undefined : `says ${said?.length} characters`
  const known = outputs.get(method)!
  if (known.kind === 'whisper') return undefined
  const parsed = known.output.safeParse(data)
  return parsed.success
    ? undefined
    : `not as documented: ${parsed.error.issues[0]!.path.join('.')} ${parsed.error.message}`
}

async function one(chance: Random, { name, path, input }: (typeof methods)[number], sound: boolean): Promise<string> {
  const service = name.split('.')[0]!
  const hostile = new Hostile(chance, finds, service)
  // Mostly somebody who may: who may not is told so before anything else happens.
  const allowed = [...people.keys()].filter((nth) => mayCall(name, nth))
  // What one has made, one may change: half of all is one person's doing.
  const maker = !farewells.has(name) && (sound || chance.chance(0.5))
  const at = maker ? anAdmin : chance.pick(chance.chance(0.7) ? allowed : [...people.keys()])
  const who = people[at]!
  const value = sound ? hostile.sound(input) : hostile.input(input)
  const { kind } = outputs.get(name)!
  const isObject = typeof value === 'object' && value !== null
  // Now and then a key that was used for something else.
  const key = chance.chance(0.04) ? `k${chance.int(made)}` : `k${made++}`
  const keyed = kind === 'command' && isObject && chance.chance(0.97) ? { key, ...value } : value
  const body = asJson(keyed)
  // A message has its own bound, and ends the connection.
  const byWire = chance.chance(0.4) && body.length < 50_000 && who.wire.closed === undefined
  const byGet = !byWire && kind === 'query' && isObject && body.length < 3000 && chance.chance(0.3)
  const ask = (): Promise<Answer> =>
    byWire ? overWire(who, name, body) : byGet ? overGet(path, who.token, value) : overHttp(path, who.token, body)
  // On a machine that is busy elsewhere it may be true; a second time it would be said of the input.
  const first = await ask()
  const answer = first.code === 'unavailable' ? await ask() : first
  if (answer.code === 'ok') {
    done.add(name)
    finds.keep(service, value)
    finds.keep(service, answer.data)
  }
  const fault = wrong(name, answer)
  const door = byWire ? 'wire' : byGet ? 'GET' : 'http'
  if (fault) faults.push(`${name} ${door}: ${fault} «${answer.said ?? ''}» for ${body.slice(0, 600)}`)
  // An admin may have ended them, or made somebody else of them.
  if (answer.code === 'unauthenticated' || who.wire.closed) {
    who.wire.close()
    people[at] = await person(roles[at % roles.length]!)
  }
  return answer.code
}

/** Who calls these may be gone after it. */
const farewells = new Set([
  'people.forget_me',
  'people.revoke_all',
  'people.revoke',
  'people.disable',
  'people.set_role',
])
const anAdmin = roles.indexOf('admin')
const mayCall = (name: string, nth: number): boolean =>
  outputs.get(name)?.roles?.includes(roles[nth % roles.length]!) ?? true

const faults: string[] = []
const done = new Set<string>()

test(
  `every method bears what means harm: ${calls} calls of each, by every role, over both doors`,
  async () => {
    const chance = random(seed)
    const begun = performance.now()
    const counts: Record<string, number> = {}
    const all = Array.from({ length: calls }, (_, round) => methods.map((method) => ({ method, sound: round < 3 })))
    // In their first rounds they are called as they should be, so that there is something to harm.
    const waiting = all.flatMap((round) => chance.shuffle(round))
    const worker = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        // Chance of its own: what this call is like must not hang on which others were answered before it.
        const code = await one(random(seed ^ Math.imul(waiting.length + 1, 0x9e3779b1)), next.method, next.sound)
        counts[code] = (counts[code] ?? 0) + 1
      }
    }
    waiting.reverse()
    await Promise.all(Array.from({ length: atOnce }, worker))
    console.info(
      `${calls * methods.length} calls in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${JSON.stringify(counts)}`,
    )
    expect([...new Set(faults)]).toEqual([])
    // Else it met nothing but the doors' own checks.
    expect(counts['ok']).toBeGreaterThan(calls)
    expect(done.size).toBeGreaterThan(methods.length * 0.4)
    await unharmed()
    await asPromised()
  },
  Math.max(240_000, calls * 6000),
)

/** What was told on topics is as the documents say, and what was left for later could be done. */
async function asPromised(): Promise<void> {
  const db = new Db(cluster.postgres.url, 'hostile')
  try {
    const lane = db.lane('hostile', { connections: 1, statementMs: 30_000 })
    const events = await lane.query<{ topic: string; kind: string; data: Record<string, unknown> }>(
      'SELECT topic, kind, data FROM kernel.events',
    )
    const told = events.flatMap(({ topic, kind, data }) => {
      const schema = topics.get(splitTopic(topic).prefix)?.events[kind]
      const { error } = schema?.safeParse({ ...data, kind }) ?? { error: undefined }
      return error ? [`${topic} ${kind}: ${JSON.stringify(error.issues).slice(0, 300)}`] : []
    })
    expect([...new Set(told)]).toEqual([])
    expect(events.length).toBeGreaterThan(calls)
    // Rehearsals play for minutes, and nobody is where pushes are sent.
    const ours = `name NOT LIKE 'inbox-%' AND name NOT IN ('drops-rehearse', 'watch-prove')`
    const due = `SELECT name, state, data::text, start_after::text, started_on::text FROM jobs.job
      WHERE state IN ('created', 'active') AND start_after < now() AND ${ours} LIMIT 3`
    let waiting: object[] = []
    await until(async () => (waiting = await lane.query(due)).length === 0, {
      ...{ what: 'the works', timeoutMs: 60_000, everyMs: 200 },
    }).catch(() => undefined)
    // Which, if any.
    expect(waiting).toEqual([])
    // What a busy machine could not do is done later, and for what is gone nothing is to be done.
    const jobs = await lane.query(
      `SELECT name, data, output FROM jobs.job WHERE state IN ('retry', 'failed') AND ${ours}
       AND output::text NOT LIKE '%unavailable%' AND output::text NOT LIKE '%not_found:%'`,
    )
    expect(jobs).toEqual([])
  } finally {
    await db.close()
  }
}

test('signing in bears it too, from who is nobody yet', async () => {
  const chance = random(seed ^ 0x555)
  const hostile = new Hostile(chance, finds, 'people')
  const fields = ['email', 'password', 'name', 'token', 'lang', 'zone', 'newPassword', 'currentPassword', 'callbackURL']
  const wrongs: string[] = []
  for (let n = 0; n < 8 * ways.length; n++) {
    const way = ways[n % ways.length]!
    const word = (): string => hostile.word('name')
    const given = Object.fromEntries(fields.filter(() => chance.chance(0.8)).map((name) => [name, word()]))
    if (chance.chance(0.5)) given['email'] = chance.pick(['a@campus.test', 'A@b', 'n\u0000', 'İ1'])
    const [method, path] = way.split(' ') as [string, string]
    const query = new URLSearchParams({ token: word().toWellFormed() }).toString().slice(0, 4000)
    const cookie = `alun.session_token=${encodeURIComponent(word().toWellFormed()).slice(0, 300)}; alun.session_data=e30`
    const response = await fetch(`${cluster.url}/api/auth/${path}${method === 'GET' ? `?${query}` : ''}`, {
      ...{ method, redirect: 'manual', ...(method === 'GET' ? {} : { body: asJson(given).slice(0, 12_000) }) },
      headers: { 'content-type': 'application/json', ...(chance.chance(0.3) ? { cookie } : {}) },
    })
    const said = await response.text()
    if (response.status >= 500) wrongs.push(`${way} ${response.status} ${JSON.stringify(given).slice(0, 300)} ${said}`)
  }
  expect(wrongs).toEqual([])
  await unharmed()
}, 120_000)

const ways = [
  ...[
    'POST sign-in/email',
    'POST sign-up/email',
    'POST sign-in/anonymous',
    'POST sign-out',
    'POST forgot',
    'POST reset',
  ],
  ...['POST setup', 'POST change-password', 'POST update-user', 'GET token', 'GET get-session', 'GET invite'],
  ...['GET reset-link', 'GET about'],
]

const rounds = 25

test('every path that a service brings bears it too, with and without a name to it', async () => {
  const chance = random(seed ^ 0x777)
  const wrongs: string[] = []
  const all = Array.from({ length: rounds }, () => routes).flat()
  const ask = async (): Promise<void> => {
    for (let route = all.pop(); route; route = all.pop()) {
      const hostile = new Hostile(chance, finds, route.path.split('/')[1]!)
      const { path, init } = request(chance, hostile, route)
      const response = await fetch(cluster.url + path, init)
      const said = (await response.text()).slice(0, 300)
      const isOurs = response.headers.get('x-alun-node') === 'n1' || response.status === 431
      if (response.status >= 500 || !isOurs) wrongs.push(`${init.method} ${path} ${response.status} ${said}`)
    }
  }
  await Promise.all(Array.from({ length: 6 }, ask))
  expect(wrongs).toEqual([])
  await unharmed()
}, 120_000)

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
/** Of uploads: text, and pictures that break off, that were tampered with, or that are none but for their first bytes. */
const contents: ((chance: Random, hostile: Hostile) => string | Uint8Array<ArrayBuffer>)[] = [
  (_, hostile) => hostile.word('text'),
  (chance) => Uint8Array.from(png.subarray(0, chance.int(png.length + 1))),
  (chance) => Uint8Array.from(png).fill(chance.int(256), 8 + chance.int(50), 60),
  (chance) => Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, ...anyBytes(chance, 200)]),
  (chance) => new Uint8Array([...Buffer.from('RIFF\u0010\u0000\u0000\u0000WEBPVP8 '), ...anyBytes(chance, 90)]),
  (chance) => new Uint8Array([...Buffer.from('%PDF-1.4\n'), ...anyBytes(chance, 90)]),
  (chance) => new Uint8Array([...Buffer.from('PK\u0003\u0004'), ...anyBytes(chance, 90)]),
]

function request(chance: Random, hostile: Hostile, { method, path }: WebRoute): { path: string; init: RequestInit } {
  const part = (name: string): string => encodeURIComponent(hostile.word(name).toWellFormed()).slice(0, 900) || '%20'
  const formats = ['csv', 'xlsx', 'json', 'requests.json', 'requests.xml', 'services.xml', 'full', 'thumb']
  const isRight = chance.chance(0.5)
  const fill = (name: string): string => {
    if (isRight && name === 'format') return chance.pick(['csv', 'xlsx', 'json'])
    const there = isRight ? finds.like(path.split('/')[1]!, name, {}, chance) : undefined
    return there ? encodeURIComponent(there) : chance.chance(0.4) ? chance.pick(formats) : part(name)
  }
  const filled = path.replace(/:(\w+)/g, (_, name: string) => fill(name))
  const words = [
    'from',
    'to',
    'exp',
    'sig',
    'service_request_id',
    'service_code',
    'start_date',
    'end_date',
    'status',
    'limit',
    'zone',
    'api_key',
  ]
  const query = Array.from({ length: chance.int(4) }, () => `${chance.pick(words)}=${part(chance.pick(words))}`).join(
    '&',
  )
  const { token } = isRight ? people[anAdmin]! : chance.pick(people)
  const form = new FormData()
  form.append(
    'file',
    new Blob([chance.pick(contents)(chance, hostile)]),
    hostile.word('name').toWellFormed().slice(0, 300),
  )
  for (const name of [
    'service_code',
    'description',
    'lat',
    'long',
    'address_string',
    'attribute[__proto__]',
    'jurisdiction_id',
  ])
    if (chance.chance(0.6)) form.append(name, name === 'service_code' ? 'other' : hostile.word(name).toWellFormed())
  const json = chance.pick([
    'null',
    '[]',
    '1',
    '""',
    '{',
    `{"name":${JSON.stringify(hostile.word('name'))},"bytes":1e999}`,
  ])
  const open311 = new URLSearchParams([...form].filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
  const body =
    method === 'GET' || method === 'OPTIONS' ? undefined : chance.pick([form, json, json, open311, abyss(9000, chance)])
  const headers: Record<string, string> = {
    ...(chance.chance(0.7) ? { authorization: `Bearer ${token}` } : {}),
    ...(chance.chance(0.3)
      ? { range: chance.pick(['bytes=0-', 'bytes=-1', 'bytes=9-1', 'bytes=99999999999999999999-']) }
      : {}),
    ...(chance.chance(0.3) ? { 'upload-offset': chance.pick(['0', '-1', '1e999', 'NaN']) } : {}),
    ...(chance.chance(0.3) ? { 'idempotency-key': chance.pick(['k', 'x'.repeat(300), 'a b']) } : {}),
    ...(typeof body === 'string' && chance.chance(0.5) ? { 'content-type': 'application/json' } : {}),
  }
  return {
    path: `${filled}?${query}`.slice(0, 8000),
    init: { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) },
  }
}

test('Socket.IO bears it: events with arguments that mean harm, attachments that are none, JSON without an end', async () => {
  const chance = random(seed ^ 0x999)
  const hostile = new Hostile(chance, finds, 'discussion')
  const args = (): unknown => ({
    ...{ room: hostile.word('channel'), text: hostile.word('text'), client_id: hostile.word('key') },
    ...{
      offset: chance.pick([-1, 0, 0.5, 2 ** 53, 'x', null]),
      limit: chance.pick([-1, 1e9, 'x']),
      epoch: hostile.word('epoch'),
    },
    ['__proto__']: { room: 'general' },
  })
  const name = (): string =>
    chance.pick(['join', 'leave', 'send_message', 'typing', '__proto__', 'constructor', 'toString', '', '\u0000'])
  const frames: (() => Frame | Frame[])[] = [
    () => `42${chance.int(99)}${JSON.stringify([name(), args()])}`,
    () => `42${chance.int(99)}${JSON.stringify([name(), args()])}`,
    () => `42${JSON.stringify([name(), ...Array.from({ length: 300 }, () => 1)])}`,
    () => `429999999999999999999999${JSON.stringify(['join', args()])}`,
    () =>
      `451-["${name()}",{"_placeholder":true,"num":${chance.pick(['"__proto__"', '0', '-1', '1e999', '"length"'])}}]`,
    () => [`451-["join",${abyss(20_000, chance)}]`, anyBytes(chance, 9)],
    () => [`451-["${name()}",{"_placeholder":true,"num":0}]`, anyBytes(chance, 9)],
    () => `42["join",${abyss(20_000, chance)}]`,
    () => `40/${hostile.word('x')},{}`,
    () => '43[]',
    () => '2probe',
    () => `4${chance.int(9)}${'9'.repeat(chance.int(400))}-`,
    () => anyBytes(chance, chance.int(50)),
  ]
  // Those of before may have been ended by one of themselves.
  const { token } = await person('student')
  for (let n = 0; n < 40; n++) await talk(chance, frames, token)
  await unharmed()
}, 120_000)

type Frame = string | Uint8Array<ArrayBuffer>

/** One connection, for as long as it is borne with; then somebody who makes sense is let in. */
async function talk(chance: Random, frames: readonly (() => Frame | Frame[])[], token: string): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${cluster.port}/socket.io/?EIO=4&transport=websocket`)
  const heard: string[] = []
  let closed = false
  socket.onmessage = ({ data }) => void heard.push(String(data))
  socket.onclose = () => (closed = true)
  await until(() => heard.length > 0, { what: 'the handshake' })
  socket.send(`40${JSON.stringify({ token })}`)
  await until(() => heard.some((text) => text.startsWith('40')) || closed, { what: 'to be let in' })
  for (let n = 0; n < 12 && !closed; n++) for (const frame of [chance.pick(frames)()].flat()) socket.send(frame)
  const mark = `4288["typing",{"room":"general"}]`
  if (!closed) socket.send(mark)
  await until(() => closed || heard.some((text) => text.startsWith('4388')), { what: 'an answer, or the end' })
  expect(heard.filter((text) => text.includes('"internal"'))).toEqual([])
  socket.close()
}

/** It lives, it is the same process, and it has nothing to complain about. */
async function unharmed(): Promise<void> {
  expect(node.running && node.pid === pid ? '' : node.log.slice(-5000)).toBe('')
  expect(node.log.split('\n').filter((line) => line.includes('"level":"error"'))).toEqual([])
  expect(await (await node.health('metrics'))!.text()).not.toMatch(/^alun_faults_total/m)
  expect((await node.health('readyz'))!.status).toBe(200)
}
