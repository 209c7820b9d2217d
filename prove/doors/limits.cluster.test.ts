/** Three nodes of a demonstration: bots who all come at once, and a node that dies meanwhile. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Sale } from '../../services/watch/model'
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster({ nodes: 3, env: { ALUN_DEMO: '1' } })
}, 60_000)
afterAll(() => cluster?.stop())

test('500 bots buy while a node is killed: every unit is sold once, and no answer was untrue', async () => {
  const visitor = await cluster.client('visitor')
  const told: (Sale & { node: string })[] = []
  const watching = visitor.sdk.newSubscription('watch')
  watching.on('publication', ({ data }: { data: Sale & { kind: string; node: string } }) => {
    if (data.kind === 'sale') told.push(data)
  })
  watching.subscribe()
  await watching.ready(10_000)
  const { run } = await visitor.surely<{ run: string }>('watch.sell_to_bots', { key: 'sell' })
  const worker = (await until(() => told.find(({ stage }) => stage === 'selling'), { timeoutMs: 20_000 })).node
  // Whoever plays the bots lives on; the doors that they use don't.
  await cluster.nodes.find(({ id }) => id !== worker)!.kill()
  const last = await until(() => told.find(({ stage }) => stage === 'judged'), { timeoutMs: 60_000 })
  expect(last).toMatchObject({ run, asked: 500, refused: 400, unanswered: 0, sold: 100, lost: 0 })
  expect(last).toMatchObject({ acknowledged: 100, doubled: 0, oversold: 0 })
  expect(Object.keys(last.nodes).length).toBeGreaterThan(1)
  const { sale } = await visitor.rpc<{ sale: Sale }>('watch.sale', {})
  expect(sale).toMatchObject({ run, stage: 'judged', sold: 100 })
}, 120_000)
