import { expect, test } from 'bun:test'
import type { OwnRedis } from '../testing/redis'
import type { Arena } from './arena'
import { laneOf } from './breaking'
import type { Breaker } from './faults/breaker'
import { aroundKinds, faultKinds } from './history'

const arena: Arena = {
  ...{ url: '', nodes: 3, workers: 0, hasClocks: true },
  ...{ token: () => Promise.resolve(''), keepLogs: () => Promise.resolve(undefined), stop: () => Promise.resolve() },
}
const lanesOf = (of: Arena): Record<string, string[]> =>
  Object.fromEntries(Map.groupBy([...faultKinds, ...aroundKinds], (fault) => laneOf(of, fault)))

test('one node at a time is broken, and a bus that is the database is not broken while that is away', () => {
  const lanes = lanesOf(arena)
  expect(lanes['nodes']).toEqual(['kill node', 'freeze node', 'kill worker', 'freeze worker', 'roll', 'cut machine'])
  expect(lanes['network']).toEqual(['reset network', 'half-open network', 'slow network'])
  expect(lanes['database']).toContain('fill disk')
  expect(lanes['database']).toContain('cut bus')
  expect(lanes['bus']).toBeUndefined()
})

test('a bus of its own is broken while other things are', () => {
  const lanes = lanesOf({ ...arena, redis: {} as OwnRedis })
  expect(lanes['bus']).toEqual(['cut bus', 'freeze bus', 'repeat bus', 'kill bus'])
})

test('the owner of a cluster is asked for one thing at a time', () => {
  expect(Object.keys(lanesOf({ ...arena, breaker: {} as Breaker }))).toEqual(['owner'])
})
