/** G5 and the bus half of G9: what was committed reaches every subscriber within 2 s, published or not. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { faultsOf, percentile, Reader, Writer } from '../testing/people'
import { until } from '../testing/until'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster({ nodeEnv: { n1: { ALUN_FAILPOINTS: 'after-commit:3' } } })
}, 60_000)
afterAll(() => cluster?.stop())

const topic = 'discussion:general'
const post = (n: number) => ({ ...{ channel: 'general', text: `message ${n}` }, key: `key-${n}` })

test('an event whose node died between commit and publish reaches subscribers elsewhere within 2 s', async () => {
  const reader = await Reader.follow(cluster, 'reader', topic, { node: 'n2' })
  const writer = await cluster.client('writer', { node: 'n1' })
  await writer.surely('discussion.post', post(1))
  await writer.surely('discussion.post', post(2))
  await until(() => reader.last === 2, { what: 'the first two to arrive' })

  // The third commit kills the node before it tells anyone.
  const answer = writer.surely<{ offset: number }>('discussion.post', post(3))
  await cluster.node('n1').exited()
  const diedAt = performance.now()
  await until(() => reader.last === 3, { what: 'the unpublished event to arrive', timeoutMs: 5000 })
  const delay = performance.now() - diedAt
  console.info(`the unpublished event arrived ${delay.toFixed(0)} ms after its node died`)
  expect(delay).toBeLessThan(2000)
  // The writer asked again with its key elsewhere: the same message, not a second one.
  expect((await answer).offset).toBe(3)
  expect(faultsOf(reader, 3)).toEqual([])
}, 60_000)

test('with the bus cut again and again nothing is lost, doubled or later than 2 s', async () => {
  const readers = await Promise.all(['n2', 'n3'].map((node) => Reader.follow(cluster, `at-${node}`, topic, { node })))
  const arrivals = new Map<string, number>()
  for (const { subscription } of readers) {
    subscription.on('publication', ({ data }) => {
      const { key } = data as { key: string }
      arrivals.set(key, Math.max(arrivals.get(key) ?? 0, performance.now()))
    })
  }
  const writer = new Writer(await cluster.client('steady', { node: 'n2' }), 'general')
  const answered = new Map<string, number>()
  const note = writer.acknowledged
  writer.start()
  const cutUntil = performance.now() + 4000
  let cuts = 0
  while (performance.now() < cutUntil) {
    const rows = await statementRows<{ gone: boolean }>(
      cluster.postgres.url,
      `SELECT pg_terminate_backend(pid) AS gone FROM pg_stat_activity WHERE application_name LIKE '%/bus-%'`,
    )
    cuts += rows.length
    for (const { key } of note) if (!answered.has(key)) answered.set(key, performance.now())
  }
  await writer.stop()
  const head = note.at(-1)!.offset
  await until(() => readers.every(({ last }) => last >= head), { what: 'readers to reach the end' })
  expect(readers.flatMap((reader) => faultsOf(reader, head))).toEqual([])
  expect(cuts).toBeGreaterThan(20)
  const delays = [...answered].map(([key, at]) => arrivals.get(key)! - at)
  console.info(
    `${cuts} cuts, ${note.length} messages; delay p50 ${percentile(delays, 0.5).toFixed(0)} ms, max ${Math.max(...delays).toFixed(0)} ms`,
  )
  expect(Math.max(...delays)).toBeLessThan(2000)
}, 60_000)
