import { expect, test } from 'bun:test'
import { mustBeSpread } from './balance'

const spread =
  (n1: number, n2: number, ...died: string[]) =>
  () =>
    mustBeSpread(3, new Map(Object.entries({ n1, n2, n3: 100 })), died)

test('a node that serves next to nothing is left out by something, unless it was away for part of the time', () => {
  expect(spread(90, 80)).not.toThrow()
  expect(spread(10, 90)).toThrow('not all nodes serve: {"n1":10,"n2":90,"n3":100}')
  expect(spread(10, 90, 'n1')).not.toThrow()
  expect(spread(10, 90, 'n2')).toThrow('not all nodes serve')
})

test('a node that never served is left out, dead or not', () => {
  const served = new Map(Object.entries({ n1: 90, n2: 80 }))
  expect(() => mustBeSpread(3, served, ['n3'])).toThrow('not all nodes serve')
})
