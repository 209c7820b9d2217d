import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { bigints, booleans, bytes, Db, instants, integers, jsons, texts, uuids, type Column, type Lane } from '../db'

let database: TestDatabase
let db: Db
let lane: Lane

beforeAll(async () => {
  database = await testDatabase()
  db = new Db(database.url, 'columns-test')
  lane = db.lane('test', { connections: 1 })
}, 30_000)

afterAll(async () => {
  await db.close()
  await database.stop()
})

const strange = ['', 'plain', '"quoted" \\ {comma, NULL}', 'é ß 한 😀', null, 'line\nfeed', 'x'.repeat(70_000)]

const id = '0192f0c1-7a3b-7c4d-8e5f-a1b2c3d4e5f6'

const cases: [type: string, binary: Column, plain: unknown[]][] = [
  ['text', texts(strange), strange],
  ['text', texts([]), []],
  ['json', jsons(['{"a":"\\"\\\\ü"}', null, '[1, 2]']), ['{"a":"\\"\\\\ü"}', null, '[1, 2]']],
  ['bytea', bytes([Buffer.from([0, 255, 7]), Buffer.alloc(0)]), [Buffer.from([0, 255, 7]), Buffer.alloc(0)]],
  ['int4', integers([0, -1, null, 2 ** 31 - 1, -(2 ** 31)]), [0, -1, null, 2 ** 31 - 1, -(2 ** 31)]],
  ['boolean', booleans([true, false]), [true, false]],
  ['uuid', uuids([id, '00000000-0000-0000-0000-0000000000ff']), [id, '00000000-0000-0000-0000-0000000000ff']],
  [
    'int8',
    bigints([0, -1, null, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1, 4294967295]),
    [0, -1, null, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1, 4294967295],
  ],
  [
    'timestamptz',
    instants(['2026-11-21T08:00:00.123Z', null, new Date('1999-12-31T23:59:59.999Z')]),
    ['2026-11-21T08:00:00.123Z', null, '1999-12-31T23:59:59.999Z'],
  ],
]

test.each(cases)('a column of %s is what the same values are as text', async (type, binary, plain) => {
  const [row] = await lane.query<{ same: boolean; count: number }>(
    `SELECT $1::${type}[]::text = $2::${type}[]::text AS same, coalesce(cardinality($1::${type}[]), 0) AS count`,
    [binary, plain],
  )
  expect(row).toEqual({ same: true, count: plain.length })
})

test('what is no UUID is not written as one', () => {
  expect(() => uuids(['0192f0c1-7a3b']).toPostgres()).toThrow('not a UUID')
  expect(() => uuids(['not-a-uuid-at-all-but-as-long-as-one']).toPostgres()).toThrow('not a UUID')
})
