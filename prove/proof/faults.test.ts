import { expect, test } from 'bun:test'
import { random } from '../testing/random'
import { schedule } from './faults'
import type { FaultKind } from './history'
import { chaos } from './scenarios/chaos'
import { chat } from './scenarios/chat'

const lastingMs = 10_000
const seeds = Array.from({ length: 200 }, (_, nth) => nth + 1)
const planOf = (seed: number, kinds: readonly FaultKind[]) => schedule(random(seed), kinds, 3, lastingMs)

test('a seed breaks the same things at the same times, each once and none in the last part, and another seed others', () => {
  for (const seed of seeds) {
    const plan = planOf(seed, chat.faults)
    expect(planOf(seed, chat.faults)).toEqual(plan)
    expect(plan.map(({ fault }) => fault).sort()).toEqual([...chat.faults].sort())
    expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).sort((a, b) => a - b))
    expect(plan.at(-1)!.atMs).toBeLessThan(0.8 * lastingMs)
  }
  const firsts = new Set(seeds.map((seed) => planOf(seed, chat.faults)[0]!.fault))
  expect([...firsts].sort()).toEqual([...chat.faults].sort())
})

test('of many faults the last is none of a node, for which everybody would wait in the end; of few it may be', () => {
  const lasts = (kinds: readonly FaultKind[]) => new Set(seeds.map((seed) => planOf(seed, kinds).at(-1)!.fault))
  const nodes = chaos.some!.of.filter((fault) => /node|worker/.test(fault))
  expect(nodes).toHaveLength(4)
  expect([...lasts([...nodes, ...chaos.faults])].sort()).toEqual(['fill disk', 'kill bus'])
  expect(lasts(['kill node', 'kill bus', 'kill database']).has('kill node')).toBe(true)
})
