import { expect, test } from 'bun:test'
import { History } from './history'
import { playRounds } from './rounds'
import { conclusionOf, type Run } from './run'
import type { Verdict } from './verdict'

const run = (seed: number, ...verdicts: Partial<Verdict>[]): Run => ({
  ...{ seed, startedAt: 0, played: [], history: new History() },
  verdicts: verdicts.map((one) => ({ promise: 'G5', what: 'something', looked: 10, broken: [], ...one })),
})
/** The rounds, one after the other; more than these are not asked for. */
const of =
  (...rounds: Run[]) =>
  (nth: number): Promise<Run> =>
    Promise.resolve(rounds[nth] ?? Promise.reject(new Error(`a round ${nth + 1}`)))

test('a soak ends with the first round in which a promise breaks', async () => {
  const { run: last, rounds } = await playRounds(of(run(1, {}), run(2, { broken: ['late'] })), () => false)
  expect([rounds, last.seed, conclusionOf(last).came]).toEqual([2, 2, 'broken'])
})

test('a soak ends when its time is over, and tells what all its rounds looked at', async () => {
  let asked = 0
  const { run: last, rounds } = await playRounds(of(run(1, {}), run(2, {}), run(3, {})), () => ++asked === 3)
  expect([rounds, last.seed, last.verdicts[0]!.looked, conclusionOf(last).came]).toEqual([3, 3, 30, 'held'])
})

test('a round that could not be judged takes nothing from one that could, and adds nothing', async () => {
  const still = { unjudged: 'asleep', excused: 'asleep' }
  const lastOf = async (...rounds: Run[]): Promise<Run> => {
    let left = rounds.length
    return (await playRounds(of(...rounds), () => --left === 0)).run
  }
  const mixed = await lastOf(run(1, {}), run(2, still))
  expect(mixed.verdicts[0]).toMatchObject({ looked: 10, excused: 'asleep' })
  expect(conclusionOf(mixed).came).toBe('held')
  expect((await lastOf(run(1, still), run(2, {}))).verdicts[0]).toMatchObject({ looked: 10, excused: 'asleep' })
  expect((await lastOf(run(1, still), run(2, still))).verdicts[0]!.excused).toBe('asleep; asleep')
  expect(conclusionOf(await lastOf(run(1, still), run(2, still))).came).toBe('unjudged')
})
