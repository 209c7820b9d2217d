/** A whole campus out of a spreadsheet. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { othersThan } from '../../prove/testing/others'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import type { Actor } from '../../protocol/roles'
import { Node } from './testing'

let database: TestDatabase
let n1: Node
let admin: Actor
beforeAll(async () => {
  database = await testDatabase()
  n1 = new Node(database.url, othersThan('reports'))
  admin = await n1.person('Adi', 'admin')
}, 60_000)
afterAll(async () => {
  await n1?.db.close()
  await database?.stop()
})

const bring = (...lines: [name: string, more: object][]): Promise<object> =>
  n1.call(admin, 'place_import', { lines: lines.map(([name, more]) => ({ names: [name, '', '', '', ''], ...more })) })

test('a sticker’s code goes from one place to another within one file, in whichever order', async () => {
  await bring(['Utara', { code: 'U1' }], ['Selatan', { code: 'S1' }])
  expect(await bring(['Utara', { code: 'U2' }], ['Baru', { code: 'U1' }])).toMatchObject({ made: 1, changed: 1 })
  expect(
    await bring(['Selatan', { lat: 1, lng: 1 }], ['Utara', { code: 'U3' }], ['Selatan', { code: 'U2' }]),
  ).toMatchObject({ made: 0, changed: 2 })
  const { places } = await n1.call<{ places: { name: string; code: string }[] }>(admin, 'places')
  expect(Object.fromEntries(places.map(({ name, code }) => [name, code]))).toEqual({
    ...{ Utara: 'U3', Selatan: 'U2', Baru: 'U1' },
  })
})
