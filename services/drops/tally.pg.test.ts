import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Sql } from '../../kernel/db'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { until } from '../../prove/testing/until'
import { Tally } from './tally'
import { Node } from './testing'

let database: TestDatabase
let node: Node
beforeAll(async () => {
  database = await testDatabase()
  node = await Node.start(database.url)
}, 30_000)
afterAll(async () => {
  await node?.stop()
  await database?.stop()
})

test('what could not be written is written with what came meanwhile, and nothing is counted twice', async () => {
  const drop = await node.create()
  const { reads: real } = node.registry
  const asked = Promise.withResolvers<void>()
  const away = Promise.withResolvers<never>()
  let times = 0
  const sql: Sql = {
    query: (text, params) => (times++ === 0 ? (asked.resolve(), away.promise) : real.query(text, params)),
    unprepared: (text, params) => real.unprepared(text, params),
  }
  const tally = new Tally({ ...node.registry.ground, now: () => Date.UTC(2026, 0, 1) }, sql)
  const add = (many: number): void => {
    for (let nth = 0; nth < many; nth++) tally.answered(drop, 'sold_out')
  }
  add(3)
  await asked.promise
  add(2)
  away.reject(new Error('the database is away'))
  // Until it has been noticed.
  await away.promise.catch(() => undefined)
  await new Promise(setImmediate)
  add(1)
  tally.answered(drop, 'sold')
  add(1)
  const counted = (): Promise<{ verdict: string; count: number }[]> =>
    real.query('SELECT verdict, count FROM drops.tally WHERE drop = $1 ORDER BY verdict', [drop])
  await until(async () => (await counted()).length === 2, { what: 'the tally to be written' })
  expect(await counted()).toEqual([
    { verdict: 'sold', count: 1 },
    { verdict: 'sold_out', count: 7 },
  ])
  expect(times).toBe(2)
})
