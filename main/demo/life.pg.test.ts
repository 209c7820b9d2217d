import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { Browser, installation } from '../../services/people/testing'
import { testNode, type TestNode } from '../../services/people/testing/node'
import { demoAddress, demoPassword } from '../../services/people/demo'
import { services } from '../services'
import { people } from './campus'
import { Life } from './life'

let database: TestDatabase
let node: TestNode
beforeAll(async () => {
  database = await testDatabase()
  node = await testNode(database.url, { services: services.filter(({ name }) => name !== 'people') })
}, 60_000)
afterAll(async () => {
  await node.stop()
  await database.stop()
})

const troubles: unknown[] = []
const life = (watchers: number, demo = true) =>
  new Life({
    ...{ runs: node.registry, leads: () => true, demo, watchers: () => watchers, now: () => Date.now() },
    trouble: (error) => troubles.push(error),
  })
const count = async (from: string): Promise<number> =>
  (await node.sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`))[0]!.n
const events = () => count(`kernel.events WHERE topic LIKE 'discussion:%' AND kind = 'posted'`)
const things = () =>
  node.sql.query<{ kind: string; id: string }>('SELECT kind, id FROM people.demo_thing ORDER BY kind, id')

test('a demonstration makes its campus once, whichever node does it, and lives while somebody watches', async () => {
  const real = await node.user('Orang Sungguhan', 'student')
  const [first, second] = [life(0), life(1)]
  await first.tick()
  await first.tick()
  expect(troubles).toEqual([])
  expect(await count('people.demo_person')).toBe(people.length)
  const [made, said] = [await things(), await events()]
  expect(new Set(made.map(({ kind }) => kind))).toEqual(
    new Set(['class', 'discussion.create', 'discussion.post', 'reports.submit', 'attendance.open', 'drops.create']),
  )
  expect(said).toBeGreaterThan(10)

  // Another node takes over: nothing doubles, and somebody is there to see it.
  for (let n = 0; n < 12; n++) await second.tick()
  expect(troubles).toEqual([])
  const later = await things()
  expect(later).toEqual(expect.arrayContaining(made))
  const settled = (all: typeof made) => all.filter(({ kind }) => kind !== 'discussion.post')
  expect(settled(later)).toEqual(settled(made))
  expect(await count('people.demo_person')).toBe(people.length)
  expect(await events()).toBeGreaterThan(said)
  expect(await count(`people.demo_person WHERE user_id = '${real.id}'`)).toBe(0)
}, 30_000)

test('everybody may come in as one of them in a demonstration, and nobody anywhere else', async () => {
  const shared = async () => ({ url: database.url, stop: async () => undefined })
  const [demo, production] = [await installation({ demo: true }, shared), await installation({}, shared)]
  const signIn = (at: typeof demo) =>
    new Browser(at.auth).post('/sign-in/email', { email: demoAddress('admin'), password: demoPassword })
  const visitor = new Browser(demo.auth)
  await visitor.post('/sign-in/email', { email: demoAddress('admin'), password: demoPassword })
  expect(await visitor.get('/token')).toMatchObject({ status: 200 })
  // Started anew without --demo, what they were given before is worth nothing.
  const later = new Browser(production.auth)
  for (const [name, value] of visitor.jar) later.jar.set(name, value)
  expect(await later.get('/token')).toMatchObject({ code: 'unauthenticated' })
  later.jar.delete('alun.session_data')
  expect(await production.auth.readCookie(later.cookie)).toBeUndefined()
  expect(await demo.auth.readCookie(later.cookie)).toMatchObject({ actor: { role: 'admin' } })
  expect(await signIn(production)).toMatchObject({ code: 'forbidden' })
  await demo.stop()
  await production.stop()
})

test('clearing takes the made-up away and leaves real people, and it does not come back by itself', async () => {
  const admin = await node.user('Admin Sungguhan', 'admin')
  const before = await count('auth."user"')
  const answer = await node.call(admin, 'people.clear_demo', {})
  expect(answer).toMatchObject({ people: people.length })
  expect(await count('auth."user"')).toBe(before - people.length)
  expect([await count('people.demo_person'), await count('people.class')]).toEqual([0, 0])
  const after = life(1)
  for (let n = 0; n < 3; n++) await after.tick()
  // What they said is gone from the log too.
  expect(await events()).toBe(0)
  expect(troubles).toEqual([])
  expect(await count('people.demo_thing')).toBe(0)
  expect(await count(`discussion.message WHERE text <> ''`)).toBe(0)
  await node.call(admin, 'people.fill_demo', {})
  await after.tick()
  expect(await count('people.demo_person')).toBe(people.length)
}, 30_000)
