/** What ends with a session, and with a person's right to come in: on every node, for sockets and for what was issued. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { io, type Socket } from 'socket.io-client'
import { mintToken } from '../../main/token'
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'
import { Visitor } from '../testing/visitor'
import { Wire } from '../testing/wire'

// As the test cluster's nodes are given it.
const secret = 'a-secret-of-the-tests-that-is-long-enough'

let cluster: TestCluster
let real: { databaseUrl: string; secret: string; ttlSeconds: number }
let admin: string
beforeAll(async () => {
  cluster = await testCluster({ nodes: 3 })
  real = { databaseUrl: cluster.postgres.url, secret, ttlSeconds: 600 }
  admin = await mintToken({ ...real, user: 'Ratna', role: 'admin' })
}, 120_000)
afterAll(() => cluster.stop(), 60_000)

const password = 'rahasia-sekali'
const visitor = (agent?: string): Visitor => new Visitor(cluster.url, agent)
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const asAdmin = async (method: string, input: object) => {
  const body = { key: crypto.randomUUID(), ...input }
  const { status } = await visitor().post(method.replace('.', '/'), body, bearer(admin))
  expect(status).toBe(200)
}
const signedUp = async (email: string): Promise<Visitor> => {
  const one = visitor('Firefox')
  expect((await one.post('auth/sign-up/email', { name: 'Budi', email, password })).status).toBe(200)
  return one
}
const signedIn = async (email: string, agent: string): Promise<Visitor> => {
  const one = visitor(agent)
  expect((await one.post('auth/sign-in/email', { email, password })).status).toBe(200)
  return one
}

/** One on each node. */
async function sockets(open: () => Promise<Wire>): Promise<Wire[]> {
  const byNode = new Map<string, Wire>()
  await until(
    async () => {
      const wire = await open()
      const node = wire.heard[0]!['connect'].data.node as string
      byNode.get(node)?.close()
      byNode.set(node, wire)
      return byNode.size === 3
    },
    { what: 'a socket on each node', timeoutMs: 20_000, everyMs: 1 },
  )
  return [...byNode.values()]
}
const byToken = (token: string) => sockets(() => Wire.connected(cluster.port, token))
const byCookie = (one: Visitor) =>
  sockets(() => Wire.connected(cluster.port, '', { headers: { cookie: one.cookie, origin: cluster.url } }))

/** At the Socket.IO door, one on each node. They don't come back by themselves. */
async function ioSockets(token: string): Promise<Socket[]> {
  const byNode = new Map<string, Socket>()
  const open = async (): Promise<boolean> => {
    const options = { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false }
    const socket = io(cluster.url, options)
    const info = await new Promise<{ node: string }>((resolve) => socket.once('server_info', resolve))
    byNode.get(info.node)?.disconnect()
    byNode.set(info.node, socket)
    return byNode.size === 3
  }
  await until(open, { what: 'a Socket.IO client on each node', timeoutMs: 20_000, everyMs: 1 })
  return [...byNode.values()]
}

async function areClosed(wires: readonly Wire[]): Promise<void> {
  await until(() => wires.every(({ closed }) => closed), { what: 'the sockets to be closed', timeoutMs: 2000 })
  for (const { closed } of wires) expect(closed).toEqual({ code: 3011, reason: 'force reconnect' })
}
async function areOpen(wires: readonly Wire[]): Promise<void> {
  for (const wire of wires) expect((await wire.ask('ping')).error).toBeUndefined()
}
async function everywhere(one: Visitor, token: string | undefined, status: number): Promise<void> {
  const headers = token === undefined ? {} : bearer(token)
  const answers = await one.everywhere(3, () => one.get('people/me', headers))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]))
}

test('a session that is revoked is over on every node: its sockets, its token, its cookie; the other one lives on', async () => {
  const here = await signedUp('budi@kampus.test')
  const lost = await signedIn('budi@kampus.test', 'Telepon yang hilang')
  const [hereToken, lostToken] = [await here.token(), await lost.token()]
  const mine = await byToken(hereToken)
  const theirs = [...(await byToken(lostToken)), ...(await byCookie(lost))]
  const { body } = await here.call('people.sessions')
  const session = (body.sessions as { id: string; device: string }[]).find(({ device }) => device.startsWith('Telepon'))

  const stranger = await signedUp('ani@kampus.test')
  expect((await stranger.call('people.revoke', { session: session!.id })).status).toBe(404)
  expect((await here.call('people.revoke', { session: session!.id })).body).toMatchObject({ ended: 1 })
  await areClosed(theirs)
  await everywhere(lost, lostToken, 401)
  await everywhere(lost, undefined, 401)
  expect((await lost.get('auth/token')).status).toBe(401)
  await areOpen(mine)
  await everywhere(here, hereToken, 200)
  expect((await here.call('people.sessions')).body.sessions.length).toBe(1)

  expect((await here.post('auth/sign-out')).status).toBe(200)
  await areClosed(mine)
  await everywhere(here, hereToken, 401)
}, 60_000)

test('a new password ends all other sessions, and better-auth’s own ways past us are shut', async () => {
  const here = await signedUp('dewi@kampus.test')
  const other = await signedIn('dewi@kampus.test', 'Laptop')
  const wires = await byToken(await other.token())
  const change = { currentPassword: password, newPassword: 'lebih-rahasia-lagi', revokeOtherSessions: true }
  expect((await here.post('auth/change-password', { ...change, currentPassword: 'salah-semua' })).status).toBe(403)
  await areOpen(wires)
  expect((await here.post('auth/change-password', change)).status).toBe(200)
  await areClosed(wires)
  await everywhere(here, undefined, 200)
  for (const path of ['revoke-sessions', 'revoke-other-sessions', 'update-session'])
    expect((await here.post(`auth/${path}`)).status).toBe(404)
}, 60_000)

test('a disabled person is out everywhere and cannot come in, until enabled; nothing older comes back to life', async () => {
  const one = await signedUp('candra@kampus.test')
  const token = await one.token()
  const { id } = (await one.get('people/me')).body as { id: string }
  const wires = [...(await byToken(token)), ...(await byCookie(one))]
  const others = await ioSockets(token)
  await asAdmin('people.disable', { user: id })
  await areClosed(wires)
  await until(() => others.every(({ connected }) => !connected), {
    what: 'the Socket.IO clients to be closed',
    timeoutMs: 5000,
  })
  await everywhere(one, token, 401)
  await everywhere(one, undefined, 401)
  const again = await visitor().post('auth/sign-in/email', { email: 'candra@kampus.test', password })
  expect(again).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  // Also what is issued after, by whoever holds the installation's secret.
  const later = await mintToken({ ...real, user: 'candra@kampus.test' })
  await everywhere(one, later, 401)
  const restarted = cluster.node('n2')
  await restarted.drain()
  await restarted.start()
  await everywhere(one, token, 401)

  await asAdmin('people.enable', { user: id })
  const back = await signedIn('candra@kampus.test', 'Firefox')
  await everywhere(back, await back.token(), 200)
  await everywhere(back, token, 401)
  await everywhere(back, later, 401)
}, 90_000)
