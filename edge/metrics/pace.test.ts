import { expect, test } from 'bun:test'
import { Pace } from './pace'

test('the last whole second is told: how much was answered, how quickly, and what was delivered', () => {
  let now = 5000
  const pace = new Pace(() => now)
  pace.answered(1)
  for (let ms = 1; ms <= 100; ms++) pace.answered(ms)
  pace.delivered(7)
  expect(pace.last()).toEqual({ requests: 0, p95Ms: 0, deliveries: 0 })
  now = 6100
  expect(pace.last()).toEqual({ requests: 101, p95Ms: 95, deliveries: 7 })
  pace.answered(3)
  now = 7100
  expect(pace.last()).toEqual({ requests: 1, p95Ms: 3, deliveries: 0 })
})

test('after a second in which nothing happened, nothing is told', () => {
  let now = 5000
  const pace = new Pace(() => now)
  pace.answered(1)
  now = 8000
  expect(pace.last()).toEqual({ requests: 0, p95Ms: 0, deliveries: 0 })
})
