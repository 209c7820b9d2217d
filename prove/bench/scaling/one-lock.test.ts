import { expect, test } from 'bun:test'
import { serve, type Costs } from './one-lock'

const costs: Costs = { batchMs: 1, claimMs: 0.05, queue: 2500, batch: 200 }
const most = 1000 / (costs.claimMs + costs.batchMs / costs.batch)

test('a crowd below the bound is served at its own pace, and nobody is refused', () => {
  const { servedPerSecond, refusedPerSecond, waitMs } = serve({ nodes: 3, claimsPerSecond: 1000, forMs: 2000 }, costs)
  expect([servedPerSecond, refusedPerSecond]).toEqual([1000, 0])
  expect(waitMs.p99).toBeLessThan(10)
})

test('a batch grows with the crowd, so that the commit is shared by more', () => {
  const [few, many] = [500, 15_000].map((claimsPerSecond) => serve({ nodes: 3, claimsPerSecond, forMs: 2000 }, costs))
  expect(many!.meanBatch).toBeGreaterThan(few!.meanBatch * 3)
})

test('more nodes do not make one lock faster', () => {
  for (const nodes of [3, 30]) {
    const { servedPerSecond } = serve({ nodes, claimsPerSecond: 100_000, forMs: 1000 }, costs)
    expect(servedPerSecond).toBeLessThanOrEqual(most)
    expect(servedPerSecond).toBeGreaterThan(most * 0.9)
  }
})

test('who finds the queue full is told at once, and whoever is in it waits no longer than it takes to empty it', () => {
  const { refusedPerSecond, waitMs } = serve({ nodes: 3, claimsPerSecond: 1_000_000, forMs: 500 }, costs)
  expect(refusedPerSecond).toBeGreaterThan(900_000)
  expect(waitMs.p99).toBeLessThan(((3 * costs.queue + costs.batch) / most) * 1000 * 1.1)
})
