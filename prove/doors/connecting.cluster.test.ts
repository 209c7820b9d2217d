/** The realtime door: coming in, staying, and being sent away. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Centrifuge } from 'centrifuge'
import { mint } from '../../edge/sessions'
import { mintToken } from '../../main/token'
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'
import { Wire } from '../testing/wire'

const secret = 'a-secret-of-the-tests-that-is-long-enough'
let cluster: TestCluster
const opened: { close(): void }[] = []

beforeAll(async () => {
  cluster = await testCluster({ nodes: 2 })
}, 60_000)
afterAll(async () => {
  for (const one of opened) one.close()
  await cluster?.stop()
})

async function wire(user: string, data?: unknown): Promise<Wire> {
  const one = await Wire.connected(cluster.port, await cluster.token(user), { data })
  opened.push(one)
  return one
}

async function bare(
  ...options: Parameters<typeof Wire.open> extends [number, ...infer Rest] ? Rest : never
): Promise<Wire> {
  const one = await Wire.open(cluster.port, ...options)
  opened.push(one)
  return one
}

function sdk(options: object): { client: Centrifuge; ended: Promise<{ code: number; reason: string }> } {
  const client = new Centrifuge(`ws://127.0.0.1:${cluster.port}/connection/websocket`, {
    minReconnectDelay: 20,
    ...options,
  })
  client.on('error', () => undefined)
  opened.push({ close: () => client.disconnect() })
  const ended = new Promise<{ code: number; reason: string }>((resolve) => client.on('disconnected', resolve))
  client.connect()
  return { client, ended }
}

const expired = async (user: string): Promise<string> =>
  (await mint(secret, { id: user, name: user, role: 'student' }, 60, Date.now() - 120_000)).token

describe('who comes in', () => {
  test('with a token, is told where they are, who they are, and until when', async () => {
    const one = await bare()
    const { connect } = await one.ask('connect', { token: await cluster.token('budi', 'teacher', 600) })
    expect(connect).toMatchObject({
      client: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      expires: true,
      ping: 25,
      pong: true,
      data: { node: expect.stringMatching(/^n[12]$/) as string, user: { id: 'budi', name: 'budi', role: 'teacher' } },
      subs: { 'inbox:budi': { recoverable: true, positioned: true, offset: 0 } },
    })
    expect(connect.ttl).toBeWithin(595, 601)
    expect(Math.abs(Date.parse(connect.data.serverTime) - Date.now())).toBeLessThan(5000)
    expect(connect.version).toBe(connect.data.version)
  })

  test('with a token that has expired, is asked for a new one, and the SDK brings it', async () => {
    const { error } = await (await bare()).ask('connect', { token: await expired('budi') })
    expect(error).toEqual({ code: 109, message: 'token expired' })
    let asked = 0
    const { client } = sdk({ token: await expired('budi'), getToken: () => (asked++, cluster.token('budi')) })
    await client.ready(5000)
    expect(asked).toBe(1)
  })

  test('with a token that is none of ours, is sent away for good', async () => {
    const forged = (
      await mint('another-secret-that-is-long-enough-too', { id: 'budi', name: 'budi', role: 'admin' }, 60, Date.now())
    ).token
    for (const token of ['garbage', 'a.b.c', forged]) {
      const one = await bare()
      one.sendAll({ connect: { token } })
      expect(await one.end()).toEqual({ code: 3500, reason: 'invalid token' })
    }
    expect(await sdk({ token: forged }).ended).toMatchObject({ code: 3500 })
  })

  test('with nothing, is told to sign in, in the language asked for', async () => {
    const one = await bare()
    expect((await one.ask('connect', {})).error).toMatchObject({
      code: 401,
      message: 'unauthenticated: Please sign in first.',
    })
    const indonesian = (await one.ask('connect', { data: { lang: 'id' } })).error!
    expect(indonesian.message).toBe('unauthenticated: Silakan masuk terlebih dahulu.')
    expect(await sdk({}).ended).toMatchObject({ code: 401 })
  })

  test('with the cookie of a guest, comes in as that guest; another site cannot make use of it', async () => {
    const signedIn = await fetch(`${cluster.url}/api/auth/sign-in/anonymous`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Tamu' }),
    })
    expect(signedIn.status).toBe(200)
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0]!)
      .join('; ')
    const here = { cookie, origin: cluster.url }
    const good: Record<string, string>[] = [{ cookie }, here, { ...here, 'sec-fetch-site': 'same-origin' }]
    for (const headers of good) {
      const { connect } = await (await bare({ headers })).ask('connect')
      expect(connect.data.user).toMatchObject({ name: 'Tamu', role: 'guest' })
      expect(connect.expires).toBeUndefined()
    }
    const bad: Record<string, string>[] = [
      { cookie, origin: 'http://elsewhere.test' },
      { ...here, 'sec-fetch-site': 'cross-site' },
      { cookie: 'alun.session_token=forged' },
    ]
    for (const headers of bad) {
      expect((await (await bare({ headers })).ask('connect')).error).toMatchObject({ code: 401 })
    }
  })
})

describe('a frame', () => {
  test('that cannot be read, or comes too early, is the end of the connection, with a plain reason', async () => {
    const token = await cluster.token('budi')
    const frames = {
      'not JSON': 'bad request: not JSON',
      '': 'bad request: empty frame',
      '{}': 'bad request',
      '{"id":1,"rpc":{"method":"people.me"}}': 'bad request',
      '{"id":1,"unheard_of":{}}': 'bad request',
      '{"connect":{}}': 'bad request',
      [`{"id":1,"connect":{"token":"${token}"}}\n{"id":2,"connect":{"token":"${token}"}}`]: 'bad request',
      [`{"id":1,"connect":{"token":"${token}"}}\n{"rpc":{"method":"people.me"}}`]: 'bad request',
    }
    for (const [frame, reason] of Object.entries(frames)) {
      const one = await bare()
      one.send(frame)
      expect([frame, await one.end()]).toEqual([frame, { code: 3501, reason }])
    }
  })

  test('with connect and subscriptions is taken in order: nothing waits for another round', async () => {
    const one = await bare()
    const token = await cluster.token('budi')
    const ids = one.sendAll(
      { connect: { token } },
      { subscribe: { channel: 'discussion:general' } },
      { subscribe: { channel: 'channels' } },
      { rpc: { method: 'people.me', data: {} } },
      { presence_stats: { channel: 'discussion:general' } },
    )
    const replies = await Promise.all(ids.map((id) => one.reply(id)))
    expect(replies.map(({ error }) => error)).toEqual(ids.map(() => undefined))
    expect(one.heard[0]!.id).toBe(ids[0]!)
    expect(replies[4]!['presence_stats'].num_clients).toBeGreaterThan(0)
  })

  test('larger than 64 KB is refused, and the connection lives on', async () => {
    const one = await wire('budi')
    const text = 'x'.repeat(64 * 1024)
    expect(
      (await one.ask('rpc', { method: 'discussion.post', data: { channel: 'general', text } })).error,
    ).toMatchObject({ code: 106 })
    const [first, second] = one.sendAll(
      { rpc: { method: 'people.me' } },
      { rpc: { method: 'people.me', data: { text } } },
    )
    expect((await one.reply(first!)).error).toMatchObject({ code: 106 })
    expect((await one.reply(second!)).error).toMatchObject({ code: 106 })
    expect((await one.ask('rpc', { method: 'people.me' }))['rpc'].data.id).toBe('budi')
  })

  test('larger than 1 MB is not even read', async () => {
    const one = await wire('budi')
    one.send('x'.repeat(1024 * 1024 + 1))
    expect(await one.end()).toMatchObject({ code: 1009 })
    expect((await wire('budi')).closed).toBeUndefined()
  })

  test('without an answer to give is taken in silence', async () => {
    const one = await wire('budi')
    one.send('{"send":{"data":{"x":1}}}')
    expect((await one.ask('ping')).ping).toEqual({})
  })
})

describe('a handshake', () => {
  const path = '/connection/websocket'

  test('tells the node, and takes the subprotocol that is offered', async () => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    }
    const raw = await handshake({ ...upgrade, 'sec-websocket-protocol': 'centrifuge-json' })
    expect(raw).toStartWith('HTTP/1.1 101')
    expect(raw.toLowerCase()).toMatch(/\r\nx-alun-node: n[12]\r\n/)
    expect(raw.toLowerCase()).toContain('\r\nsec-websocket-protocol: centrifuge-json\r\n')
  })

  test('in a dialect that is not spoken here is refused with a sentence', async () => {
    for (const [query, headers] of [
      ['?format=protobuf', {}],
      ['?cf_protocol=protobuf', {}],
      ['', { 'sec-websocket-protocol': 'centrifuge-protobuf' }],
    ] as const) {
      const response = await fetch(`${cluster.url}${path}${query}`, { headers })
      expect(response.status).toBe(400)
      expect(response.headers.get('x-alun-node')).toMatch(/^n[12]$/)
      expect(await response.json()).toMatchObject({
        code: 'invalid',
        detail: expect.stringContaining('JSON') as string,
      })
    }
  })

  test('that is none is told what is expected', async () => {
    const response = await fetch(cluster.url + path)
    expect(response.status).toBe(426)
    expect(response.headers.get('upgrade')).toBe('websocket')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })
})

async function handshake(headers: Record<string, string>): Promise<string> {
  const text = Promise.withResolvers<string>()
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: cluster.port,
    socket: { data: (_, chunk) => text.resolve(chunk.toString()), close: () => text.resolve('') },
  })
  socket.write(`GET /connection/websocket HTTP/1.1\r\n${lines.join('')}\r\n`)
  const answer = await text.promise
  socket.end()
  return answer
}

describe('a token under way', () => {
  test('is exchanged for a newer one of the same person', async () => {
    const one = await bare()
    const first = await one.ask('connect', { token: await cluster.token('budi', 'student', 60) })
    const { refresh } = await one.ask('refresh', { token: await cluster.token('budi', 'teacher', 600) })
    expect(refresh).toMatchObject({ client: first['connect'].client, expires: true })
    expect(refresh.ttl).toBeWithin(595, 601)
    expect((await one.ask('rpc', { method: 'people.me' }))['rpc'].data).toMatchObject({ id: 'budi', role: 'teacher' })
    expect((await one.ask('refresh', { token: await expired('budi') })).error).toMatchObject({ code: 109 })
    expect((await one.ask('sub_refresh', { channel: 'inbox:budi', token: 't' }))['sub_refresh']).toEqual({
      expires: false,
    })
    expect((await one.ask('sub_refresh', { channel: 'channels', token: 't' })).error).toMatchObject({ code: 103 })
  })

  test('is not exchanged for somebody else’s, or for a bad one', async () => {
    for (const token of [await cluster.token('siti'), 'garbage', '']) {
      const one = await wire('budi')
      one.sendAll({ refresh: { token } })
      expect(await one.end()).toEqual({ code: 3500, reason: 'invalid token' })
    }
  })
})

test('who gets another role is sent away on every node within a second, and comes back with it', async () => {
  const real = { databaseUrl: cluster.postgres.url, secret, ttlSeconds: 600 }
  const admin = await mintToken({ ...real, user: 'Ratna', role: 'admin' })
  const token = await mintToken({ ...real, user: 'Siti', role: 'student' })
  const sockets: Wire[] = []
  await until(
    async () => {
      sockets.push(await Wire.connected(cluster.port, token))
      return new Set(sockets.map(({ heard }) => heard[0]!['connect'].data.node as string)).size === 2
    },
    { what: 'a socket on each node' },
  )
  const { client } = sdk({ token, getToken: () => mintToken({ ...real, user: 'Siti' }) })
  await client.ready(5000)
  const back = new Promise<{ data: { user: { role: string } } }>((resolve) => client.on('connected', resolve as never))
  const { id } = sockets[0]!.heard[0]!['connect'].data.user as { id: string }
  const response = await fetch(`${cluster.url}/api/people/set_role`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}` },
    body: JSON.stringify({ user: id, role: 'teacher', key: crypto.randomUUID() }),
  })
  expect(response.status).toBe(200)
  for (const socket of sockets) {
    expect(await until(() => socket.closed, { what: 'the old sockets to be closed', timeoutMs: 1000 })).toEqual({
      code: 3011,
      reason: 'force reconnect',
    })
  }
  expect((await back).data.user.role).toBe('teacher')
  const again = await bare()
  expect((await again.ask('connect', { token })).error).toMatchObject({ code: 109 })
})
