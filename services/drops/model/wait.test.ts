/** The wait that is told to people in the line: kept, and never longer without a cause that can be named. */
import { describe, expect, test } from 'bun:test'
import { fc } from '../../../prove/testing/property'
import { servable } from './claim'
import { turnBy, type Timed, type Waited } from './wait'

const now = 1_000_000
const offerMs = 60_000
const ones = (many: number): { quantity: number }[] => Array.from({ length: many }, () => ({ quantity: 1 }))
const ending = (...inSeconds: number[]): Timed[] =>
  inSeconds.map((seconds) => ({ quantity: 1, untilMs: now + seconds * 1000 }))
const seconds = (waited: Partial<Waited>): number | undefined => {
  const at = turnBy({ free: 0, timed: [], line: ones(1), offerMs, ...waited }, now)
  return at === undefined ? undefined : (at - now) / 1000
}

describe('the turn', () => {
  test('comes when the last hold that one needs is over, a tick later, and now if enough is free', () => {
    expect(seconds({ timed: ending(10, 20, 30) })).toBe(11)
    expect(seconds({ timed: ending(10, 20, 30), line: ones(3) })).toBe(31)
    expect(seconds({ timed: ending(10), line: ones(3), free: 3 })).toBe(0)
    expect(seconds({ timed: ending(10, 20), line: [{ quantity: 2 }, { quantity: 1 }] })).toBe(82)
  })

  test('of who stands behind more than is held comes after the offers to those before', () => {
    expect(seconds({ timed: ending(10), line: ones(2) })).toBe(11 + 61)
    expect(seconds({ timed: ending(10), line: ones(4) })).toBe(11 + 3 * 61)
  })

  test('never comes by itself when everything is taken for good', () => {
    expect(seconds({})).toBeUndefined()
    expect(seconds({ timed: ending(10), line: [{ quantity: 2 }] })).toBeUndefined()
  })
})

const lines = fc.record({
  free: fc.nat(2),
  ends: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 3 }), inMs: fc.integer({ min: 0, max: offerMs }) }), {
    maxLength: 6,
  }),
  wants: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 }),
})
const waitedOf = ({
  free,
  ends,
  wants,
}: {
  free: number
  ends: { quantity: number; inMs: number }[]
  wants: number[]
}) => {
  const timed = ends.map(({ quantity, inMs }) => ({ quantity, untilMs: now + inMs }))
  const line = wants.map((quantity) => ({ quantity }))
  return { free, timed: timed.sort((one, other) => one.untilMs - other.untilMs), line, offerMs }
}
const orNever = (at: number | undefined): number => at ?? Number.POSITIVE_INFINITY

/** What may happen to a line before oneself, but for a sale: nothing of it may make anybody wait longer. */
const mercies: ((waited: Waited, nth: number) => Waited)[] = [
  // Something held is given back before its time; the line is served with it, as the desk does.
  (waited, nth) => {
    const [back] = waited.timed.slice(nth % (waited.timed.length || 1))
    return back ? served({ ...waited, free: waited.free + back.quantity, timed: without(waited.timed, back) }) : waited
  },
  // Somebody before oneself leaves the line.
  (waited, nth) => {
    const gone = waited.line[nth % waited.line.length]!
    return gone === waited.line.at(-1) ? waited : served({ ...waited, line: without(waited.line, gone) })
  },
  // The organiser has more of it.
  (waited, nth) => served({ ...waited, free: waited.free + nth }),
]
const without = <T>(all: readonly T[], one: T): T[] => all.filter((other) => other !== one)

/** All who can be served now are: their offers end last. Oneself is left standing, to be asked about. */
function served({ free, timed, line, offerMs: standsMs }: Waited): Waited {
  const many = Math.min(servable(free, line), line.length - 1)
  const offers = line.slice(0, many).map(({ quantity }) => ({ quantity, untilMs: now + standsMs }))
  const taken = offers.reduce((sum, { quantity }) => sum + quantity, 0)
  return { free: free - taken, timed: [...timed, ...offers], line: line.slice(many), offerMs: standsMs }
}

describe('whatever happens, in any order', () => {
  test('nobody waits longer because others give back, leave or walk away, or because there is more', () => {
    const happening = fc.record({ which: fc.nat(mercies.length - 1), nth: fc.nat(5) })
    fc.assert(
      fc.property(lines, fc.array(happening, { maxLength: 8 }), (terms, all) => {
        let waited = served(waitedOf(terms))
        for (const { which, nth } of all) {
          const before = orNever(turnBy(waited, now))
          waited = mercies[which]!(waited, nth)
          expect(orNever(turnBy(waited, now))).toBeLessThanOrEqual(before)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('who stands further behind is never told an earlier time', () => {
    fc.assert(
      fc.property(lines, (terms) => {
        const waited = waitedOf(terms)
        const times = waited.line.map((_, nth) =>
          orNever(turnBy({ ...waited, line: waited.line.slice(0, nth + 1) }, now)),
        )
        expect(times).toEqual(times.toSorted((one, other) => one - other))
      }),
    )
  })
})
