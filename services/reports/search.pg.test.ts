import { afterAll, beforeAll, expect, test } from 'bun:test'
import { othersThan } from '../../prove/testing/others'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import type { Actor } from '../../protocol/roles'
import type { SearchOutput } from '../../protocol/search'
import { Node } from './testing'

let database: TestDatabase
let node: Node
let ani: Actor, budi: Actor, tini: Actor
beforeAll(async () => {
  database = await testDatabase()
  node = new Node(database.url, othersThan('reports'))
  ani = await node.person('Ani')
  budi = await node.person('Budi')
  tini = await node.person('Tini', 'technician')
}, 60_000)
afterAll(async () => {
  await node?.db.close()
  await database?.stop()
})

const found = async (who: Actor, q: string): Promise<string[]> =>
  (await node.call<SearchOutput>(who, 'search', { q })).hits.map(({ id }) => id)

test('reports are found by words of both languages, by stems, by where they are, and by number', async () => {
  const floor = await node.submit(ani, { title: 'Lantai belum dibersihkan', place: 'Kantin timur' })
  const lights = await node.submit(ani, { title: 'The lights are flickering', details: 'since Monday' })
  expect(await found(budi, 'membersihkan')).toEqual([floor])
  expect(await found(budi, 'light flicker')).toEqual([lights])
  expect(await found(budi, 'kantin')).toEqual([floor])
  expect(await found(budi, 'mond')).toEqual([lights])
  for (const q of ['2', '#2']) expect(await found(budi, q)).toEqual([lights])
  expect(await found(budi, 'nothing like it')).toEqual([])
})

test('a confidential report is found by who made it, who follows it and who handles it, and by nobody else', async () => {
  const secret = await node.submit(ani, { title: 'Zzvault', details: 'zzdetails', private: true })
  const { number } = (await node.get(ani, secret)).report
  for (const q of ['zzvault', 'zzdet', String(number)]) {
    expect(await found(ani, q)).toEqual([secret])
    expect(await found(tini, q)).toEqual([secret])
    expect(await found(budi, q)).toEqual([])
  }
})
