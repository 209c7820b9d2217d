/** G1, G2 and G9 with a database of two servers: the primary dies, its synchronous standby takes over, while people write. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { Reader, Writer } from '../testing/people'
import { replicatedPostgres, type Replicated } from '../testing/replicated'
import { errorOf, until } from '../testing/until'

let postgres: Replicated
let cluster: TestCluster
beforeAll(async () => {
  postgres = await replicatedPostgres()
  cluster = await testCluster({ postgres })
}, 90_000)
afterAll(() => cluster?.stop())

const nodes = ['n1', 'n2', 'n3']

test('nothing acknowledged is lost, writes are refused in the gap, and all heals by itself', async () => {
  const readers = await Promise.all(
    nodes.map((node) => Reader.follow(cluster, `at-${node}`, 'discussion:general', { node })),
  )
  const writers = await Promise.all(
    nodes.map(async (node) => new Writer(await cluster.client(`writer-${node}`, { node }), 'general')),
  )
  const asking = await cluster.client('asking')
  for (const writer of writers) writer.start()
  const written = (): number[] => writers.map(({ acknowledged }) => acknowledged.length)
  await until(() => written().every((count) => count > 10), { what: 'writers to be at work', timeoutMs: 20_000 })

  const diedAt = performance.now()
  await postgres.server.kill()
  const refusal = await errorOf(asking.rpc('discussion.post', { ...{ channel: 'general', text: 'lost?' }, key: 'gap' }))
  const refusedAt = performance.now()
  const before = written()
  await postgres.promote()
  const promotedAt = performance.now()
  await until(() => written().every((count, nth) => count > before[nth]! + 3), {
    ...{ what: 'everybody to write again', timeoutMs: 20_000 },
  })
  const healedAt = performance.now()
  for (const writer of writers) await writer.stop()
  console.info(
    `refused after ${(refusedAt - diedAt).toFixed(0)} ms, writing again ${(healedAt - promotedAt).toFixed(0)} ms after the promotion`,
  )

  expect(refusal).toMatchObject({ code: 454, message: expect.stringMatching(/^unavailable: /) })
  const acknowledged = writers.flatMap((writer) => writer.acknowledged)
  const rows = await statementRows<{ offset: number; key: string }>(
    postgres.standbyUrl,
    `SELECT "offset"::int, data->>'key' AS key FROM kernel.events WHERE topic = 'discussion:general' ORDER BY "offset"`,
  )
  const stored = new Map(rows.map(({ offset, key }) => [key, offset]))
  expect(rows.map(({ offset }) => offset)).toEqual(rows.map((_, nth) => nth + 1))
  expect(stored.size).toBe(rows.length)
  expect(acknowledged.filter(({ key, offset }) => stored.get(key) !== offset)).toEqual([])
  // The history has another epoch: who reads is told so once, and follows what comes.
  const head = Math.max(...acknowledged.map(({ offset }) => offset))
  await until(() => readers.every(({ last }) => last >= head), { what: 'readers to reach the end', timeoutMs: 20_000 })
  for (const { seen, unrecovered } of readers) {
    expect(seen.filter(({ offset }, nth) => nth > 0 && offset <= seen[nth - 1]!.offset)).toEqual([])
    expect(unrecovered).toBe(1)
  }
}, 90_000)
