import { expect, test } from 'bun:test'
import type { Claim } from '../../services/drops/model'
import { isActive, ordered, spoken } from './claims'

const claim = (state: Claim['state']): Claim => ({ claim: state, drop: 'd', state, quantity: 1 })

test('what has to be done first stands first, what is over last', () => {
  const mixed = (['expired', 'sold', 'waiting', 'held', 'redeemed', 'offered'] as const).map(claim)
  expect(ordered(mixed).map(({ state }) => state)).toEqual([
    'offered',
    'held',
    'sold',
    'waiting',
    'redeemed',
    'expired',
  ])
  expect(mixed.filter(isActive)).toHaveLength(5)
})

test('a code is read out in two halves', () => {
  expect([spoken('ABCDE12345'), spoken('AB')]).toEqual(['ABCDE-12345', 'AB'])
})
