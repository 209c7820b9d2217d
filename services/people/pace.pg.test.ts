import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf, until } from '../../prove/testing/until'
import { Db } from '../../kernel/db'
import { Pace, type Allowance } from './pace'

let database: TestDatabase
let db: Db
let pace: Pace
beforeAll(async () => {
  database = await testDatabase()
  db = new Db(database.url, 'tests')
  pace = new Pace(db.lane('pace', { connections: 4 }))
}, 60_000)
afterAll(async () => {
  await db.close()
  await database.stop()
})

const hour = 3_600_000
const of = (bucket: string, burst: number, everyMs = hour): Allowance => ({ bucket, burst, everyMs })
const tries = async (times: number, allowances: Allowance[]): Promise<number> => {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, () => pace.take(allowances)))
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

test('a burst passes and no more, also when all come at the same moment', async () => {
  expect(await tries(30, [of('burst', 7)])).toBe(7)
  expect(await tries(3, [of('burst', 7)])).toBe(0)
})

test('with time one more passes', async () => {
  expect(await tries(5, [of('refill', 2, 40)])).toBeGreaterThanOrEqual(2)
  await until(() => pace.take([of('refill', 2, 40)]).then(() => true), { what: 'the allowance to return' })
})

test('a refusal says when to come back, by the slowest of those used up', async () => {
  await pace.take([of('quick', 1, 5000), of('slow', 1, 60_000)])
  const refusal = await errorOf(pace.take([of('quick', 1, 5000), of('slow', 1, 60_000)]))
  expect(refusal).toMatchObject({ code: 'limited' })
  expect((refusal as { retryAfterMs: number }).retryAfterMs).toBeWithin(50_000, 60_001)
})

test('what is refused for one reason counts against no other', async () => {
  await pace.take([of('narrow', 1)])
  expect(await tries(5, [of('narrow', 1), of('wide', 3)])).toBe(0)
  expect(await tries(5, [of('wide', 3)])).toBe(3)
})

test('what is given back may be used again', async () => {
  expect(await tries(2, [of('back', 2)])).toBe(2)
  await pace.giveBack([of('back', 2)])
  expect(await tries(3, [of('back', 2)])).toBe(1)
})

test('a note is there until its time is over', async () => {
  expect(await pace.noted('note')).toBe(false)
  await pace.note('note', hour)
  expect(await pace.noted('note')).toBe(true)
  await pace.note('note', 0)
  expect(await pace.noted('note')).toBe(false)
})
