/**
 * G1, G2 and G9 with a database of two servers: the primary dies, its synchronous standby takes over, while people write.
 * With one that is not synchronous what it had not heard of is lost: people are told, and nobody sees a wrong order.
 */
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
  // Who is told late begins anew at the head of that moment: only what is written after it must reach everybody.
  await until(() => readers.every(({ unrecovered }) => unrecovered > 0), {
    ...{ what: 'readers to be told of another history', timeoutMs: 20_000 },
  })
  const told = written()
  await until(() => written().every((count, nth) => count > told[nth]! + 3), { what: 'everybody to write on' })
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

test('what an asynchronous standby had not heard of is lost: who reads is told, sees one order, and a key is good again', async () => {
  const lax = await replicatedPostgres('async')
  const other = await testCluster({ nodes: 2, postgres: lax })
  try {
    const reader = await Reader.follow(other, 'reader', 'discussion:general', { node: 'n1' })
    const writer = await other.client('writer', { node: 'n2' })
    const post = async (key: string): Promise<number> =>
      (await writer.surely<{ offset: number }>('discussion.post', { ...{ channel: 'general', text: key }, key })).offset
    for (const key of ['kept-1', 'kept-2']) await post(key)
    const stored = async (): Promise<string[]> => {
      const text = `SELECT data->>'key' AS key FROM kernel.events WHERE topic = 'discussion:general' ORDER BY "offset"`
      return (await statementRows<{ key: string }>(lax.standbyUrl, text)).map(({ key }) => key)
    }
    await until(async () => (await stored()).length === 2, { what: 'the standby to have both' })
    await lax.cut()
    // Both are acknowledged: nobody asked the standby.
    expect([await post('lost-1'), await post('lost-2')]).toEqual([3, 4])
    await until(() => reader.seen.length === 4, { what: 'the reader to have all' })
    /** What it had seen when it was told that its position is no longer good. */
    let told = -1
    reader.subscription.on('subscribed', ({ recovered }) => {
      if (!recovered) told = reader.seen.length
    })
    await lax.server.kill()
    await lax.promote()
    expect(await stored()).toEqual(['kept-1', 'kept-2'])
    // As many as were lost, and more: offsets alone would not tell.
    for (const key of ['new-1', 'lost-1', 'new-2']) await post(key)
    await until(() => told >= 0, { what: 'the reader to be told', timeoutMs: 20_000 })
    for (const key of ['new-3', 'new-4']) await post(key)
    await until(() => reader.seen.at(-1)?.key === 'new-4', { what: 'the reader to go on', timeoutMs: 20_000 })
    const order = await stored()
    expect(order).toEqual(['kept-1', 'kept-2', 'new-1', 'lost-1', 'new-2', 'new-3', 'new-4'])
    expect([told, reader.unrecovered]).toEqual([4, 1])
    // It reads its list anew when it is told; what it is handed from then on is of the new history, without a gap.
    const after = reader.seen.slice(told)
    expect(after.map(({ key }) => key)).toEqual(order.slice(-after.length))
    expect(after.map(({ offset }) => offset)).toEqual(order.map((_, nth) => nth + 1).slice(-after.length))
  } finally {
    await other.stop()
  }
}, 90_000)
