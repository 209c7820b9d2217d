/** Three nodes of a demonstration: what one account may ask of all of them, crowds behind one address, and bots. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Sale } from '../../services/watch/model'
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'

/** Calls a second that one account may make here; ten times that at once. */
const rate = 20
let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster({ nodes: 3, env: { ALUN_DEMO: '1', ALUN_ACCOUNT_RATE: String(rate) } })
}, 60_000)
afterAll(() => cluster?.stop())

async function crowd(count: number, work: (nth: number) => Promise<void>): Promise<void> {
  const left = Array.from({ length: count }, (_, nth) => nth).values()
  const one = async (): Promise<void> => {
    for (const nth of left) await work(nth)
  }
  await Promise.all(Array.from({ length: 48 }, one))
}

test('2,000 people behind one address are all served, while one who asks of all nodes and doors gets one budget', async () => {
  const served = new Set<string>()
  const greedy = { passed: 0, refused: [] as Response[], nodes: new Set<string>() }
  const socket = await cluster.client('greedy')
  const begun = performance.now()
  const ask = async (): Promise<void> => {
    const response = await cluster.call('greedy', 'people.me', {})
    greedy.nodes.add(response.headers.get('x-alun-node')!)
    if (response.status === 200) greedy.passed++
    else greedy.refused.push(response)
  }
  const asking = until(() => Promise.all(Array.from({ length: 16 }, ask)).then(() => greedy.refused.length > 40), {
    ...{ what: 'the budget to be used up', timeoutMs: 60_000, everyMs: 0 },
  })
  await crowd(2000, async (nth) => {
    const body = JSON.stringify({ channel: 'general', text: `Hadir, ${nth}`, key: `here-${nth}` })
    const headers = { authorization: `Bearer ${await cluster.token(`student-${nth}`)}` }
    const { status } = await fetch(`${cluster.url}/api/discussion/post`, { method: 'POST', headers, body })
    if (status === 200) served.add(`student-${nth}`)
  })
  expect(served.size).toBe(2000)
  await asking
  const seconds = (performance.now() - begun) / 1000
  expect(greedy.passed).toBeWithin(10 * rate, 3 * 10 * rate + rate * seconds)
  expect(greedy.nodes.size).toBe(3)
  for (const refused of greedy.refused) {
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, 'limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const calls = Array.from({ length: 12 * rate }, () => socket.rpc('people.me', {}))
  const told = await Promise.allSettled(calls)
  expect(
    told.filter((one) => one.status === 'rejected').map(({ reason }) => (reason as { code: number }).code),
  ).toContain(429)
}, 120_000)

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
