import { expect, test } from 'bun:test'
import { scenarios as offered } from '../../services/watch/model'
import { scenarios } from './scenarios'

test('the page of the cluster has a button for each scenario, and for no other', () => {
  expect(scenarios.map(({ name }) => name).sort()).toEqual([...offered].sort())
})

test('together they leave time to start, to read back and to judge within 90 s', () => {
  expect(scenarios.reduce((sum, { lastingMs }) => sum + lastingMs, 0)).toBeLessThanOrEqual(60_000)
})
