import { expect, test } from 'bun:test'
import { backoffMs, sleep } from './wait'

const options = { minMs: 50, maxMs: 5000 }

test('waiting doubles with each attempt up to its bound, and never falls below the least', () => {
  expect([0, 1, 2, 20].map((attempt) => backoffMs(attempt, options, () => 1))).toEqual([100, 200, 400, 5000])
  expect([0, 1, 2, 20].map((attempt) => backoffMs(attempt, options, () => 0))).toEqual([50, 50, 50, 50])
})

test('a sleep that is aborted ends at once with the reason', async () => {
  const stop = new AbortController()
  const slept = sleep(60_000, stop.signal)
  stop.abort('enough')
  expect(await slept.catch((reason: unknown) => reason)).toBe('enough')
})
