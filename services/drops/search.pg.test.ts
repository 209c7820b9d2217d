import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { Node, person, seller } from './testing'
import type { SearchOutput } from '../../protocol/search'
import type { Actor } from '../../protocol/roles'

let database: TestDatabase
let node: Node

beforeAll(async () => {
  database = await testDatabase()
  node = await Node.start(database.url)
}, 60_000)
afterAll(async () => {
  await node?.stop()
  await database?.stop()
})

const found = async (who: Actor, q: string): Promise<string[]> =>
  (await node.call<SearchOutput>(who, 'search', { q })).hits.map(({ title }) => title)

test('drops are found by their words, by stems, and by the beginning of a word; the last to open first', async () => {
  await node.create({ title: 'Kaos angkatan', opensAt: '2026-01-01T00:00:00Z' })
  await node.create({ title: 'Kaos wisuda', opensAt: '2026-02-01T00:00:00Z' })
  await node.create({ title: 'Concert tickets' })
  expect(await found(person('ani'), 'KAOS')).toEqual(['Kaos wisuda', 'Kaos angkatan'])
  expect(await found(person('ani'), 'ticket')).toEqual(['Concert tickets'])
  expect(await found(person('ani'), 'conc')).toEqual(['Concert tickets'])
  expect(await found(person('ani'), 'kaos -wisuda')).toEqual(['Kaos angkatan'])
  expect(await found(person('ani'), `'); DROP TABLE x; --`)).toEqual([])
})

test('a rehearsal is found by who manages it, and by nobody else', async () => {
  const drop = await node.create({ title: 'Zzjaket', opensAt: new Date(Date.now() + 3_600_000).toISOString() })
  await node.call(seller, 'rehearse', { drop, buyers: 10 })
  const both = (await found(seller, 'zzjaket')).length
  expect([both, (await found(person('ani'), 'zzjaket')).length]).toEqual([2, 1])
  expect(await found(person('other', 'organiser'), 'zzjaket')).toEqual(['Zzjaket'])
})
