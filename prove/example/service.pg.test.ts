/** A found thing on two nodes that share a database: claimed once, declined, given back. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { migrate } from '../../kernel/db'
import { migrationsOf, testDatabase, type TestDatabase } from '../../prove/testing/database'
import { loneNode, type LoneNode } from '../../prove/testing/lone-node'
import { othersThan } from '../../prove/testing/others'
import { errorOf } from '../../prove/testing/until'
import type { Refusal } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { apply, type Item } from './model'
import { found } from './service'

let database: TestDatabase
let n1: LoneNode
let n2: LoneNode
beforeAll(async () => {
  database = await testDatabase()
  // Does nothing for a service that stands in main/services.ts: the test's database has its schema already.
  await migrate(database.url, await migrationsOf('found', found.migrations!))
  n1 = loneNode(database.url, [found, ...othersThan('found')])
  n2 = loneNode(database.url, [found, ...othersThan('found')], 'n2')
}, 60_000)
afterAll(async () => {
  await n1?.db.close()
  await n2?.db.close()
  await database?.stop()
})

const who = (id: string): Actor => ({ id, name: id, role: 'student' })
const [ani, budi, citra] = [who('ani'), who('budi'), who('citra')]

async function call(actor: Actor, verb: string, input: object, node = n1): Promise<Item> {
  const answer = await node.registry.execute(actor, `found.${verb}`, { key: crypto.randomUUID(), ...input })
  return answer['item'] as Item
}
const post = (more: object = {}): Promise<Item> => call(ani, 'post', { what: 'Kunci motor', place: 'Kantin', ...more })
const list = async (): Promise<Item[]> => (await n1.registry.execute(ani, 'found.list', {}))['items'] as Item[]
const codeOf = async (promise: Promise<unknown>): Promise<string> => ((await errorOf(promise)) as Refusal).code

test('of all who claim at once on two nodes one is heard, and the finder is told once', async () => {
  const { id } = await post()
  const outcomes = await Promise.allSettled([
    call(budi, 'claim', { item: id, proof: 'Gantungan merah' }),
    call(citra, 'claim', { item: id, proof: 'Gantungan biru' }, n2),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const { notifications } = await n1.registry.execute(ani, 'inbox.list', {})
  expect(notifications).toMatchObject([{ kind: 'found.claimed', url: '/found' }])
})

test('the finder alone says whose it is, and what is declined can be claimed again', async () => {
  const { id } = await post()
  const { thread } = await call(budi, 'claim', { item: id, proof: 'Milik saya' })
  await n1.registry.authorize(budi, `discussion:${thread}`)
  expect(await codeOf(n1.registry.authorize(citra, `discussion:${thread}`))).toBe('not_found')
  expect(await codeOf(call(budi, 'confirm', { item: id }))).toBe('forbidden')
  expect((await call(ani, 'decline', { item: id })).claimer).toBeNull()
  await call(citra, 'claim', { item: id, proof: 'Milik saya' })
  expect(await call(ani, 'confirm', { item: id })).toMatchObject({ state: 'returned', claimer: { id: 'citra' } })
  expect(await codeOf(call(ani, 'confirm', { item: id }))).toBe('conflict')
})

test('the same key is the same thing, and nobody claims what they found or what is not there', async () => {
  const key = crypto.randomUUID()
  const { id } = await post({ key })
  expect((await post({ key })).id).toBe(id)
  expect(await codeOf(call(ani, 'claim', { item: id, proof: 'x' }))).toBe('conflict')
  expect(await codeOf(call(budi, 'claim', { item: 'nothing', proof: 'x' }))).toBe('not_found')
})

test('a photo that is not theirs is refused, and nothing is posted', async () => {
  const before = await list()
  expect(await codeOf(post({ photo: crypto.randomUUID() }))).toBe('not_found')
  expect(await list()).toEqual(before)
})

test('the stream folds into what the list says', async () => {
  const events = [...n1.events, ...n2.events].filter(({ topic }) => topic === 'found')
  const folded = events
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ json }) => JSON.parse(json) as { kind: string })
    .reduce<readonly Item[]>((items, data) => apply(items, { kind: data.kind, data }), [])
  expect(folded).toEqual(await list())
})
