import { expect, test } from 'bun:test'
import { DatabaseClock } from './clock'

/** A node's monotonic counter, and a database whose clock runs `ahead` of it. */
function world(ahead: number) {
  const time = { now: 1000, ahead }
  const clock = new DatabaseClock(() => time.now)
  /** One look at the database's clock that takes `there` to arrive and `back` to return. */
  const look = (there: number, back: number): void => {
    const asked = time.now
    time.now += there
    const database = time.now + time.ahead
    time.now += back
    clock.observe(database, asked, time.now)
  }
  return { time, clock, look, error: () => Math.abs(clock.now() - (time.now + time.ahead)) }
}

test("before the first look it is the best guess there is: the node's own clock", () => {
  const clock = new DatabaseClock()
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(50)
  expect(clock.errorMs).toBe(Number.POSITIVE_INFINITY)
})

test('is right within half of the round trip, however uneven that was', () => {
  for (const [there, back] of [
    [1, 1],
    [9, 1],
    [0, 20],
    [20, 0],
  ] as const) {
    const { look, error, clock } = world(1_700_000_000_000)
    look(there, back)
    expect(clock.errorMs).toBe((there + back) / 2)
    expect(error()).toBeLessThanOrEqual(clock.errorMs)
  }
})

test('goes on with the monotonic counter: a node whose own clock jumps changes no verdict', () => {
  const { look, time, clock, error } = world(5_000_000)
  look(1, 1)
  const before = clock.now()
  time.now += 3_600_000
  expect(clock.now() - before).toBe(3_600_000)
  expect(error()).toBeLessThanOrEqual(1)
})

test('keeps a quick answer against later slow ones, which would make it worse', () => {
  const { look, time, clock, error } = world(5_000_000)
  look(1, 1)
  time.now += 1000
  look(300, 0)
  expect(error()).toBeLessThanOrEqual(1)
  expect(clock.errorMs).toBe(1)
})

test('takes a slow answer at last, since clocks drift apart', () => {
  const { look, time, clock, error } = world(5_000_000)
  look(1, 1)
  time.ahead += 5000
  for (let minute = 0; minute < 2; minute++) {
    time.now += 31_000
    look(40, 60)
  }
  expect(clock.errorMs).toBe(50)
  expect(error()).toBeLessThanOrEqual(50)
})

test('an equally quick answer replaces the older one', () => {
  const { look, time, error } = world(5_000_000)
  look(1, 1)
  time.ahead += 7
  time.now += 1000
  look(1, 1)
  expect(error()).toBeLessThanOrEqual(1)
})
