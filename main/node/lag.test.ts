import { expect, test } from 'bun:test'
import { Lag } from './lag'

const second = 1000

function stage() {
  const world = { now: Date.parse('2026-03-02T08:00:00Z'), state: 'up' }
  const lag = new Lag({ now: () => world.now }, world)
  let offset = 0
  /** Handed over now, confirmed so long ago. */
  const hand = (...agesMs: number[]): void =>
    lag.events(
      'discussion:general',
      agesMs.map((ageMs) => ({
        ...{ topic: 'discussion:general', offset: ++offset },
        json: JSON.stringify({ at: new Date(world.now - ageMs).toISOString(), text: '"at":"1970-01-01T00:00:00Z"' }),
      })),
    )
  return { world, lag, hand }
}

test('a node is as far behind as the oldest event that it handed over late, and forgets that after ten seconds', () => {
  const { world, lag, hand } = stage()
  expect(lag.worstMs()).toBe(0)
  hand(900, 200)
  world.now += second
  hand(12)
  expect(lag.worstMs()).toBe(900)
  hand(40)
  hand(3)
  world.now += 9.5 * second
  expect(lag.worstMs()).toBe(40)
  world.now += second
  expect(lag.worstMs()).toBe(0)
})

test('a node that can’t look at the log doesn’t claim to be up to date', () => {
  const { world, lag, hand } = stage()
  hand(5)
  world.state = 'down'
  expect(lag.worstMs()).toBeUndefined()
})

test('an event that a clock which was set back puts into the future is not behind', () => {
  const { lag, hand } = stage()
  hand(-second)
  expect(lag.worstMs()).toBe(0)
})
