/** The realtime door: who is let go, when, and how. The waits of a node in this process are short. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Centrifuge } from 'centrifuge'
import { mint } from '../../edge/sessions'
import { nodeConfig } from '../../main/config'
import { createNode } from '../../main/node'
import { freePort, testCluster, type TestNode } from '../testing/cluster'
import { testDatabase, type TestDatabase } from '../testing/database'
import { locking } from '../testing/locks'
import { errorOf, until } from '../testing/until'
import { Wire, type WireOptions } from '../testing/wire'

const secret = 'a-secret-of-the-tests-that-is-long-enough'
const token = async (ttlSeconds = 600, user = 'budi'): Promise<string> =>
  (await mint(secret, { id: user, name: user, role: 'student' }, ttlSeconds, Date.now())).token

describe('a node whose waits are short', () => {
  const times = { connectMs: 300, pingMs: 400, pongMs: 200, expiredGraceMs: 300 }
  const port = freePort()
  let database: TestDatabase
  let node: Awaited<ReturnType<typeof createNode>>
  const opened: Wire[] = []

  beforeAll(async () => {
    database = await testDatabase()
    const env = { ALUN_PORT: String(port), ALUN_PRIVATE_PORT: String(freePort()), ALUN_NODE_ID: 'n1' }
    node = await createNode(nodeConfig({ ...env, DATABASE_URL: database.url, ALUN_SECRET: secret }), times)
    await node.lifecycle.run()
  }, 60_000)
  afterAll(async () => {
    for (const one of opened) one.close()
    await node?.lifecycle.end(0)
    await database?.stop()
  })

  async function connected(ttlSeconds?: number, options: WireOptions = {}): Promise<Wire> {
    const one = await Wire.connected(port, await token(ttlSeconds), options)
    opened.push(one)
    return one
  }

  test('pings, and keeps whoever answers', async () => {
    const one = await connected()
    await until(() => one.pings >= 4, { what: 'four pings' })
    expect(one.closed).toBeUndefined()
    expect((await one.ask('rpc', { method: 'people.me' }))['rpc'].data.id).toBe('budi')
  })

  test('tells the client how often, and the SDK is content with it', async () => {
    const one = await connected()
    expect(one.heard[0]!['connect'].ping).toBe(0.4)
    const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, {
      token: await token(),
      maxServerPingDelay: 1000,
    })
    const moves: string[] = []
    client
      .on('connecting', ({ reason }) => moves.push(reason))
      .on('connected', () => moves.push('connected'))
      .connect()
    await until(() => one.pings >= 4, { what: 'four pings' })
    expect(moves).toEqual(['connect called', 'connected'])
    client.disconnect()
  })

  test('lets go of who does not answer a ping', async () => {
    const one = await connected(600, { pongs: false })
    expect(await one.end()).toEqual({ code: 3012, reason: 'no pong' })
    expect(one.pings).toBe(1)
  })

  test('lets go of who answers a ping that was never sent', async () => {
    const one = await connected()
    one.send('{}')
    expect(await one.end()).toEqual({ code: 3501, reason: 'bad request' })
  })

  test('lets go of who opens a connection and says nothing', async () => {
    const one = await Wire.open(port)
    expect(await one.end()).toEqual({ code: 3502, reason: 'stale' })
  })

  test('lets go of who was refused and does not try again', async () => {
    const one = await Wire.open(port)
    expect((await one.ask('connect', {})).error).toMatchObject({ code: 401 })
    expect(await one.end()).toEqual({ code: 3502, reason: 'stale' })
  })

  test('lets go of who keeps an old token, some time after its end', async () => {
    const one = await connected(2)
    expect(one.heard[0]!['connect'].ttl).toBe(1)
    const begun = Date.now()
    expect(await one.end()).toEqual({ code: 3005, reason: 'connection expired' })
    expect(Date.now() - begun).toBeGreaterThan(250)
  })

  test('keeps who brings a new token in time', async () => {
    const [one, other] = [await connected(2), await connected(2)]
    await one.ask('refresh', { token: await token(600) })
    expect((await other.end()).code).toBe(3005)
    expect(one.closed).toBeUndefined()
    expect((await one.ask('ping')).ping).toEqual({})
  })

  test('is refreshed by the SDK before the end comes', async () => {
    let asked = 0
    const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, {
      token: await token(2),
      getToken: () => (asked++, token(asked === 1 ? 2 : 600)),
    })
    const moves: string[] = []
    client
      .on('connecting', () => moves.push('connecting'))
      .on('connected', () => moves.push('connected'))
      .connect()
    await until(() => asked === 2, { what: 'two refreshes' })
    await client.rpc('people.me', {})
    expect(moves).toEqual(['connecting', 'connected'])
    client.disconnect()
  })

  test('does not bring to life again who left while their cookie was looked at', async () => {
    const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"Tamu"}' }
    const response = await fetch(`http://127.0.0.1:${port}/api/auth/sign-in/anonymous`, signIn)
    // The part of the cookie that has to be looked up.
    const cookie = response.headers
      .getSetCookie()
      .find((one) => one.includes('session_token'))!
      .split(';')[0]!
    const kept = await locking(database.url, 'auth.session')
    const before = new Set(node.realtime.connections)
    const one = await Wire.open(port, { headers: { cookie } })
    const connection = [...node.realtime.connections].find((known) => !before.has(known))!
    one.sendAll({ connect: {} }, { subscribe: { channel: 'discussion:general' } })
    await until(() => kept.blocks(), { what: 'the look at the session' })
    one.drop()
    await until(() => connection.state === 'closed', { what: 'the connection to be gone' })
    await kept.release()
    expect((await (await Wire.open(port, { headers: { cookie } })).ask('connect'))['connect'].data.user.name).toBe(
      'Tamu',
    )
    expect([connection.state, connection.subscriptions.size]).toEqual(['closed', 0])
  })

  test('lets go of who floods it with commands that it has no time for', async () => {
    const one = await connected()
    const call = (n: number): string => `{"id":${n + 10},"rpc":{"method":"discussion.channels","data":{}}}`
    // In messages small enough to be read.
    for (let page = 0; page < 50; page++) {
      one.send(Array.from({ length: 100 }, (_, n) => call(page * 100 + n)).join('\n'))
    }
    expect(await one.end()).toEqual({ code: 3013, reason: 'too many requests' })
  })
})

test('a node that is told to leave answers what it has begun, then sends everybody elsewhere', async () => {
  const cluster = await testCluster({ nodes: 1 })
  const [node] = cluster.nodes as [TestNode]
  const client = await cluster.client('budi')
  const idle = await Wire.connected(cluster.port, await cluster.token('siti'))
  const kept = await locking(cluster.postgres.url, 'discussion.message')

  const busy = await Wire.connected(cluster.port, await cluster.token('tono'))
  const post = (n: number): object => ({
    rpc: { method: 'discussion.post', data: { channel: 'general', text: 'x', key: `t${n}` } },
  })
  // More than may be under way at once: some of them wait for their turn.
  const begun = busy.sendAll(...Array.from({ length: 100 }, (_, n) => post(n) as Record<string, unknown>))
  const answer = client.rpc<{ offset: number }>('discussion.post', { channel: 'general', text: 'Halo', key: 'k1' })
  await until(() => kept.blocks(), { what: 'the post to wait for its lock' })
  const connecting = new Promise<{ code: number }>((resolve) => client.sdk.on('connecting', resolve))
  const exit = node.drain()

  expect(await idle.end()).toEqual({ code: 3001, reason: 'shutdown' })
  const readyz = (await node.health('readyz'))!
  expect(readyz.status).toBe(503)
  expect(await readyz.json()).toMatchObject({ status: 'draining', node: 'n1', database: 'up', bus: 'up' })
  expect((await node.health('healthz'))!.status).toBe(200)
  expect(await errorOf(fetch(`${cluster.url}/healthz`, { keepalive: false }))).toBeInstanceOf(Error)
  expect(client.sdk.state as string).toBe('connected')
  const [late] = busy.sendAll(post(100) as Record<string, unknown>)

  await kept.release()
  expect((await answer).offset).toBeGreaterThan(0)
  expect(await busy.end()).toEqual({ code: 3001, reason: 'shutdown' })
  expect(begun.filter((id) => !busy.heard.some((one) => one.id === id && one['rpc']))).toEqual([])
  expect(busy.heard.filter(({ id }) => id === late)).toEqual([])
  expect(await connecting).toMatchObject({ code: 3001 })
  expect(await exit).toBe(0)
  await cluster.stop()
}, 60_000)
