import { expect, test } from 'bun:test'
import { clockOf, partsOf } from './time'

test('the second that has begun counts, so that nothing is left exactly when it is over', () => {
  expect(partsOf(0)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 })
  expect(partsOf(1).seconds).toBe(1)
  expect(partsOf(90_061_000)).toEqual({ days: 1, hours: 1, minutes: 1, seconds: 1 })
})

test('a clock has as many parts as it needs', () => {
  expect([0, 9000, 249_000, 3_849_000, 90_061_000].map(clockOf)).toEqual([
    '0:00',
    '0:09',
    '4:09',
    '1:04:09',
    '25:01:01',
  ])
})
