/** G1, G3, G4: every node is killed once while people write and read. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { statementRows } from '../testing/database'
import { testCluster, type TestCluster } from '../testing/cluster'
import { faultsOf, percentile, Reader, Writer } from '../testing/people'
import { until } from '../testing/until'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster()
}, 60_000)
afterAll(() => cluster?.stop())

const readersCount = 24
const writersCount = 6
const topic = 'discussion:general'

test('24 readers and 6 writers lose nothing, see nothing twice and nothing out of order while every node is killed', async () => {
  const readers = await Promise.all(
    Array.from({ length: readersCount }, (_, n) =>
      Reader.follow(cluster, `reader${n}`, topic, { node: `n${(n % 3) + 1}` }),
    ),
  )
  const writers = await Promise.all(
    Array.from(
      { length: writersCount },
      async (_, n) => new Writer(await cluster.client(`writer${n}`, { node: `n${(n % 3) + 1}` }), 'general'),
    ),
  )
  for (const writer of writers) writer.start()
  await until(() => writers.every(({ acknowledged }) => acknowledged.length > 20), { what: 'writers to be at work' })

  const back: number[] = []
  for (const node of cluster.nodes) {
    const victims = readers.filter(({ client }) => client.node === node.id)
    const before = new Map(victims.map((reader) => [reader, reader.subscribedAt.length]))
    const killedAt = performance.now()
    await node.kill()
    await until(() => victims.every((reader) => reader.subscribedAt.length > before.get(reader)!), {
      what: `the readers of ${node.id} to be subscribed elsewhere`,
    })
    for (const reader of victims) back.push(reader.subscribedAt.at(-1)! - killedAt)
    await node.start()
    // Those who fled spread again, so that the next kill hits someone.
    await moveTo(node.id, victims)
  }
  for (const writer of writers) await writer.stop()

  const acknowledged = writers.flatMap((writer) => writer.acknowledged)
  const stored = await statementRows<{ offset: number; key: string }>(
    cluster.postgres.url,
    'SELECT "offset"::int, key FROM discussion.message WHERE channel = \'general\' ORDER BY "offset"',
  )
  const head = stored.at(-1)!.offset
  await until(() => readers.every((reader) => reader.last >= head), { what: 'every reader to reach the end' })

  const keyAt = new Map(stored.map(({ offset, key }) => [offset, key]))
  expect(acknowledged.filter(({ key, offset }) => keyAt.get(offset) !== key)).toEqual([])
  expect(new Set(stored.map(({ key }) => key)).size).toBe(stored.length)
  expect(stored.map(({ offset }) => offset)).toEqual(stored.map((_, index) => index + 1))
  expect(readers.flatMap((reader) => faultsOf(reader, head))).toEqual([])
  expect(new Set(acknowledged.map(({ node }) => node)).size).toBe(3)
  expect(back.length).toBeGreaterThanOrEqual(readersCount / 3)

  const p99 = percentile(back, 0.99)
  console.info(
    `${acknowledged.length} acknowledged; ${back.length} readers back after ${percentile(back, 0.5).toFixed(0)} ms at p50, ${p99.toFixed(0)} ms at p99`,
  )
  expect(p99).toBeLessThan(500)
}, 120_000)

/** Reconnects readers until they are served by that node; what happens meanwhile is recovered as after a cut. */
async function moveTo(node: string, readers: readonly Reader[]): Promise<void> {
  await Promise.all(
    readers.map(async ({ client }) => {
      while (client.node !== node) {
        client.sdk.disconnect()
        await client.connected()
      }
    }),
  )
}
