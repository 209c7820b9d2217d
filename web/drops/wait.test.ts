import { expect, test } from 'bun:test'
import type { Claim, Drop } from '../../services/drops/model'
import { causeOf, waitOf, type Wait } from './wait'

const drop = (more: Partial<Drop> = {}): Drop => ({
  ...{ id: 'd', title: 't', opensAt: '2026-01-01T00:00:00Z', perPerson: 1, holdSeconds: 60, mode: 'first_come' },
  ...{ waitlist: true, guests: false, stock: 3, free: 0, held: 3, sold: 0, waiting: 2, status: 'open', entries: 0 },
  ...more,
})
const waiting = (turnBy: string | null, claim = 'c'): Claim => ({
  claim,
  drop: 'd',
  state: 'waiting',
  quantity: 1,
  turnBy,
})
const [soon, later] = ['2026-01-01T10:00:00Z', '2026-01-01T10:05:00Z']
const told = (turnBy: string | null, seen: Drop, before?: Wait): Wait => waitOf(waiting(turnBy), seen, before)!

test('a wait that becomes longer says why, and goes on saying so until it is shorter', () => {
  const first = told(soon, drop())
  expect(causeOf(first, drop({ sold: 1 }))).toBeUndefined()
  const longer = told(later, drop({ sold: 2 }), first)
  expect(causeOf(longer, drop({ sold: 2 }))).toEqual({ cause: 'sold', units: 2 })
  const same = told(later, drop({ sold: 2 }), longer)
  expect(causeOf(same, drop({ sold: 2 }))).toEqual({ cause: 'sold', units: 2 })
  expect(causeOf(told(soon, drop({ sold: 2 }), same), drop({ sold: 2 }))).toBeUndefined()
})

test('the cause may be heard of before its effect, or after it', () => {
  const before = told(soon, drop({ sold: 1 }), told(soon, drop()))
  expect(causeOf(told(later, drop({ sold: 1 }), before), drop({ sold: 1 }))).toEqual({ cause: 'sold', units: 1 })
  const early = told(null, drop(), told(soon, drop()))
  expect(causeOf(early, drop({ sold: 3 }))).toEqual({ cause: 'sold', units: 3 })
})

test('a lower stock and what was late are causes of their own', () => {
  const lowered = told(null, drop({ stock: 2 }), told(soon, drop()))
  expect(causeOf(lowered, drop({ stock: 2 }))).toMatchObject({ cause: 'restocked' })
  expect(causeOf(told(later, drop(), told(soon, drop())), drop())).toMatchObject({ cause: 'late' })
})

test('another claim begins anew, and who is too far behind is told nothing', () => {
  const first = told(soon, drop())
  expect(waitOf(waiting(later, 'other'), drop(), first)).not.toHaveProperty('was')
  expect(waitOf({ ...waiting(null), turnBy: undefined }, drop(), first)).toBeUndefined()
})
