import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import type { Actor } from '../../protocol/roles'
import type { SearchOutput } from '../../protocol/search'
import { admin, inMinutes, Node, person, teacher } from './testing'

let database: TestDatabase
let node: Node

beforeAll(async () => {
  database = await testDatabase()
  node = new Node(database.url)
}, 60_000)
afterAll(async () => {
  await node?.stop()
  await database?.stop()
})

const found = async (who: Actor, q: string): Promise<string[]> =>
  (await node.call<SearchOutput>(who, 'search', { q })).hits.map(({ id }) => id)

test('sessions are found by words and stems, the nearest first, and only by those whom they concern', async () => {
  const roster = [{ id: 'ani', name: 'Ani' }]
  const later = await node.open({
    title: 'Zzpraktikum bermain',
    roster,
    startsAt: inMinutes(600),
    closesAt: inMinutes(700),
  })
  const soon = await node.open({
    title: 'Zzpraktikum bermain',
    roster,
    startsAt: inMinutes(10),
    closesAt: inMinutes(70),
  })
  for (const who of [teacher, admin, person('ani')]) expect(await found(who, 'zzprak')).toEqual([soon, later])
  expect(await found(person('ani'), 'main')).toEqual([soon, later])
  for (const who of [person('budi'), person('dosen', 'teacher')]) expect(await found(who, 'zzpraktikum')).toEqual([])
  const open = await node.open({ title: 'Zzpraktikum terbuka' })
  expect(await found(person('budi'), 'zzpraktikum')).toEqual([open])
})
