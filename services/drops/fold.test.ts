/** When a node looks at the log for a crowd that it may refuse: hand-driven, so that no clock decides. */
import { afterEach, beforeEach, expect, spyOn, test } from 'bun:test'
import type { Sql } from '../../kernel/db'
import { Fold } from './fold'

const topic = 'drops:d'
/** Readings of the log's head that are not answered yet. */
let readings: (() => void)[]
/** What waits for its time, and for how long. */
let timers: { end(): void; ms: number }[]
let nowMs: number
let fold: Fold
let spies: { mockRestore(): void }[]

beforeEach(() => {
  readings = []
  timers = []
  nowMs = 1000
  const query = (): Promise<object[]> =>
    new Promise((resolve) => readings.push(() => resolve([{ epoch: 'e', server: 's', topic, head: 7 }])))
  fold = new Fold({ query } as unknown as Sql, topic)
  fold.follower = { offset: 7, epoch: 'e', stop: () => undefined }
  fold.offset = 7
  spies = [
    spyOn(performance, 'now').mockImplementation(() => nowMs),
    spyOn(globalThis, 'setTimeout').mockImplementation(((end: () => void, ms: number) => {
      timers.push({ end, ms })
    }) as unknown as typeof setTimeout),
  ]
})
afterEach(() => {
  for (const spy of spies) spy.mockRestore()
})

/** Everything that needs no further time has happened. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(() => setImmediate(resolve)))

async function come(people: number): Promise<{ told: Promise<boolean[]> }> {
  const told = Promise.all(Array.from({ length: people }, () => fold.atHead()))
  await turn()
  return { told }
}

async function answer(): Promise<void> {
  expect(readings).toHaveLength(1)
  readings.pop()!()
  await turn()
}

test('half of a crowd is waited for, and whoever comes while the log is read needs a later reading', async () => {
  const first = await come(6)
  const late = await come(4)
  await answer()
  expect(await first.told).toEqual(Array(6).fill(true))
  // Ten asked of late, and four are there: the reading would serve too few.
  expect(readings).toEqual([])
  expect(timers.map(({ ms }) => ms)).toEqual([2])
  const fifth = await come(1)
  await answer()
  expect([...(await late.told), ...(await fifth.told)]).toEqual(Array(5).fill(true))
})

test('they are waited for until 2 ms have passed since the reading before, and not at all when those are over', async () => {
  await come(10)
  nowMs += 0.5
  await answer()
  const few = await come(4)
  expect([readings.length, timers.map(({ ms }) => ms)]).toEqual([0, [1.5]])
  timers[0]!.end()
  await turn()
  nowMs += 2
  await answer()
  expect(await few.told).toEqual(Array(4).fill(true))
  await come(1)
  expect([readings.length, timers.length]).toEqual([1, 1])
})

test('who is alone waits for nobody', async () => {
  for (let time = 0; time < 3; time++) {
    await come(1)
    await answer()
  }
  expect(timers).toEqual([])
})

test('a log that is ahead, or of another life, is no ground for a refusal', async () => {
  fold.offset = 6
  const behind = await come(1)
  await answer()
  expect([(await behind.told)[0], fold.isOfThePast]).toEqual([false, false])
  Object.assign(fold, { offset: 7, follower: { ...fold.follower!, epoch: 'd' } })
  const ofOld = await come(1)
  await answer()
  expect([(await ofOld.told)[0], fold.isOfThePast]).toEqual([false, true])
})
