import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf, until } from '../../prove/testing/until'
import { SimulatedNetwork } from '../../kernel/bus/simulated'
import { Db } from '../../kernel/db'
import { Hub, logSource } from '../../kernel/hub'
import { read } from '../../kernel/log'
import type { Member } from '../../kernel/members'
import { Registry, type GivenGround } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import { Revocations } from './revocations'
import { people } from './service'
import { lockWaits } from './testing'
import { ensureUsers } from './users'

interface Node {
  registry: Registry
  revocations: Revocations
  /** Users that this node was told to forget. */
  told: string[]
  stop(): Promise<void>
}

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await testDatabase()
  db = new Db(database.url, 'tests')
}, 60_000)
afterAll(async () => {
  await db.close()
  await database.stop()
})

const member: Member = {
  ...{ id: 'n1', version: '1', address: 'x', startedAt: '2026-01-01T00:00:00.000Z', connections: 3, load: 0.5 },
  ...{ incarnation: 'i', state: 'alive' },
}

/** A node's kernel without its doors. Nodes hear of each other by sweeping the log only. */
async function startNode({ demo = false } = {}): Promise<Node> {
  const db = new Db(database.url, 'node')
  const bus = new SimulatedNetwork(Math.random).join('n1')
  const hub = new Hub(logSource(db.lane('hub', { connections: 2 })), bus, [])
  const ground: GivenGround = {
    ...{
      node: 'n1',
      demo,
      now: () => Date.now(),
      members: () => [member],
      leader: () => 'n1',
      whisper: () => undefined,
    },
  }
  const context = {
    ...{ node: 'n1', enqueue: async () => undefined, hit: () => undefined },
    committed: (events: Parameters<Hub['publish']>[0]) => hub.publish(events),
  }
  const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
  const registry = new Registry([people], db, context, ground, options)
  const told: string[] = []
  const revocations = new Revocations((user) => told.push(user))
  await hub.run()
  await revocations.run(hub, registry.reads)
  const stop = async (): Promise<void> => {
    revocations.stop()
    hub.stop()
    await db.close()
  }
  return { registry, revocations, told, stop }
}

const lane = () => db.lane('users', { connections: 2 })
const user = async (name: string, role: Role): Promise<Actor> => (await ensureUsers(lane(), [name], role)).actors[0]!
const roleOf = async (name: string): Promise<Role> => (await ensureUsers(lane(), [name])).actors[0]!.role
const setRole = ({ registry }: Node, actor: Actor, person: string, role: string, key: string = crypto.randomUUID()) =>
  registry.execute(actor, 'people.set_role', { user: person, role, key })

test('people.me says who asks, people.nodes who serves', async () => {
  const node = await startNode()
  const budi = await user('Budi', 'student')
  expect(await node.registry.execute(budi, 'people.me', {})).toEqual({ ...budi })
  expect(await node.registry.execute(budi, 'people.nodes', {})).toEqual({
    nodes: [{ id: 'n1', version: '1', startedAt: member.startedAt, connections: 3, load: 0.5 }],
    leader: 'n1',
  })
  expect(await errorOf(node.registry.execute(undefined, 'people.me', {}))).toMatchObject({ code: 'unauthenticated' })
  await node.stop()
})

test('the cluster is for admins, in a demonstration for everyone', async () => {
  const [node, demo] = [await startNode(), await startNode({ demo: true })]
  const [budi, ratna] = [await user('Budi', 'student'), await user('Ratna', 'admin')]
  expect(await errorOf(node.registry.authorize(budi, 'cluster'))).toMatchObject({ code: 'forbidden' })
  await node.registry.authorize(ratna, 'cluster')
  await demo.registry.authorize(budi, 'cluster')
  expect(await errorOf(demo.registry.authorize(ratna, 'cluster:x'))).toMatchObject({ code: 'not_found' })
  expect(await errorOf(node.registry.authorize(ratna, 'revocations'))).toMatchObject({ code: 'not_found' })
  await Promise.all([node.stop(), demo.stop()])
})

test('an admin gives a role: the person is told, and what was issued before ends on every node', async () => {
  const [here, there] = [await startNode(), await startNode()]
  const [ratna, siti] = [await user('Ratna', 'admin'), await user('Siti', 'student')]
  const before = Date.now() - 1
  expect(here.revocations.isRevoked(siti.id, before)).toBe(false)
  const key = crypto.randomUUID()
  expect(await setRole(here, ratna, siti.id, 'teacher', key)).toEqual({ id: siti.id, role: 'teacher' })
  expect(await setRole(there, ratna, siti.id, 'teacher', key)).toEqual({ id: siti.id, role: 'teacher' })
  expect(await roleOf('Siti')).toBe('teacher')

  const { events } = await read(lane(), `inbox:${siti.id}`, 0, 10)
  expect(events.map(({ json }) => JSON.parse(json))).toMatchObject([{ kind: 'role', role: 'teacher', actor: ratna.id }])
  expect(here.told).toEqual([siti.id])
  await until(() => there.told.includes(siti.id), { what: 'the other node to hear of it' })
  for (const node of [here, there]) {
    expect(node.revocations.isRevoked(siti.id, before)).toBe(true)
    expect(node.revocations.isRevoked(siti.id, Date.now() + 1000)).toBe(false)
    expect(node.revocations.isRevoked(ratna.id, before)).toBe(false)
  }
  const late = await startNode()
  expect(late.revocations.isRevoked(siti.id, before)).toBe(true)
  await Promise.all([here.stop(), there.stop(), late.stop()])
})

test('a role that is kept changes nothing and tells nobody', async () => {
  const node = await startNode()
  const [ratna, tono] = [await user('Ratna', 'admin'), await user('Tono', 'student')]
  expect(await setRole(node, ratna, tono.id, 'student')).toEqual({ id: tono.id, role: 'student' })
  expect((await read(lane(), `inbox:${tono.id}`, 0, 10)).events).toEqual([])
  expect(node.told).not.toContain(tono.id)
  await node.stop()
})

test('only admins give roles, to people there are', async () => {
  const node = await startNode()
  const [ratna, budi] = [await user('Ratna', 'admin'), await user('Budi', 'student')]
  for (const role of ['student', 'teacher', 'technician', 'organiser', 'guest'] as const) {
    expect(await errorOf(setRole(node, { ...budi, role }, budi.id, 'admin'))).toMatchObject({ code: 'forbidden' })
  }
  expect(await errorOf(setRole(node, ratna, crypto.randomUUID(), 'teacher'))).toMatchObject({ code: 'not_found' })
  expect(await errorOf(setRole(node, ratna, 'nobody', 'teacher'))).toMatchObject({ code: 'invalid' })
  expect(await errorOf(setRole(node, ratna, budi.id, 'king'))).toMatchObject({ code: 'invalid' })
  expect(await roleOf('Budi')).toBe('student')
  await node.stop()
})

test('an admin always remains, also when two step down at once', async () => {
  const node = await startNode()
  const [ratna, umi] = [await user('Ratna', 'admin'), await user('Umi', 'admin')]
  const other = await startNode()
  // Both are held at their first lock, so that they decide at the same moment.
  const answers = await lane().transaction(async (tx) => {
    await tx.query(`SELECT 1 FROM auth."user" FOR UPDATE`)
    const both = [setRole(node, ratna, ratna.id, 'student'), setRole(other, umi, umi.id, 'student')]
    await lockWaits(db, 2)
    return { settled: Promise.allSettled(both) }
  })
  const outcomes = await answers.settled
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  expect([await roleOf('Ratna'), await roleOf('Umi')].sort()).toEqual(['admin', 'student'])
  const last = (await roleOf('Ratna')) === 'admin' ? ratna : umi
  expect(await errorOf(setRole(node, last, last.id, 'teacher'))).toMatchObject({ code: 'conflict' })
  await Promise.all([node.stop(), other.stop()])
})

test('users are made once for a name, keep their role, and get one when it is given', async () => {
  const [first, ...rest] = await Promise.all([1, 2, 3].map(() => ensureUsers(lane(), ['Wati', 'Yanto', 'Wati'])))
  const [wati, yanto, again] = first!.actors
  expect(wati).toEqual({ id: wati!.id, name: 'Wati', role: 'student' })
  expect(again).toEqual(wati!)
  expect(yanto!.id).not.toBe(wati!.id)
  for (const { actors } of rest) expect(actors).toEqual(first!.actors)
  expect((await ensureUsers(lane(), ['Wati'], 'technician')).actors[0]).toEqual({ ...wati!, role: 'technician' })
  expect((await ensureUsers(lane(), ['Wati'])).actors[0]!.role).toBe('technician')
  expect(Math.abs(first!.now - Date.now())).toBeLessThan(5000)
})

test('a role given from outside ends what was issued under the old one', async () => {
  const node = await startNode()
  const zaki = await user('Zaki', 'admin')
  await user('Zaki', 'student')
  const late = await startNode()
  expect(late.revocations.isRevoked(zaki.id, Date.now() - 60_000)).toBe(true)
  await Promise.all([node.stop(), late.stop()])
})
