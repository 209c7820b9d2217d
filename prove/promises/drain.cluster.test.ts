/** G10: a drained node hands its clients over; nobody who retries with their key sees a failure. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../testing/cluster'
import { faultsOf, Reader, Writer } from '../testing/people'
import { lockingRow } from '../testing/locks'
import { until } from '../testing/until'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster()
}, 60_000)
afterAll(() => cluster?.stop())

test('every node is drained and replaced while people write, read and call: no failed input, no gap, exit 0 in 10 s', async () => {
  const readers = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      Reader.follow(cluster, `reader${n}`, 'discussion:general', { node: `n${(n % 3) + 1}` }),
    ),
  )
  const writers = await Promise.all(
    [1, 2, 3].map(async (n) => new Writer(await cluster.client(`writer${n}`, { node: `n${n}` }), 'general')),
  )
  /** By which code each socket left its node: over 3000 the node said so itself, below it just broke. */
  const partings: number[] = []
  for (const { client } of readers) client.sdk.on('connecting', ({ code }) => partings.push(code))
  for (const writer of writers) writer.start()
  const calls = callSteadily()

  for (const node of cluster.nodes) {
    const begun = performance.now()
    expect(await node.drain()).toBe(0)
    expect(performance.now() - begun).toBeLessThan(10_000)
    await node.start()
  }
  const http = await calls.stop()
  for (const writer of writers) await writer.stop()

  const head = Math.max(...writers.flatMap(({ acknowledged }) => acknowledged.map(({ offset }) => offset)))
  await until(() => readers.every(({ last }) => last >= head), { what: 'readers to reach the end' })
  expect(readers.flatMap((reader) => faultsOf(reader, reader.last))).toEqual([])
  expect(partings.length).toBeGreaterThanOrEqual(3)
  expect(partings.filter((code) => code < 3000)).toEqual([])
  expect(http.answered).toBeGreaterThan(10)
  expect(http.failed).toEqual([])
  console.info(`${http.answered} HTTP calls answered, ${http.resets} connections reset and tried again`)
}, 90_000)

test('what was asked of a node before it began to drain is answered by it', async () => {
  const organiser = await cluster.client('organiser', { role: 'organiser' })
  const opensAt = new Date(Date.now() - 1000).toISOString()
  const { id } = await organiser.surely<{ id: string }>('drops.create', {
    ...{ title: 'Shirts', stock: 5, opensAt, holdSeconds: 0, key: 'drop' },
  })
  const node = cluster.node('n1')
  const buyer = await cluster.client('buyer', { node: 'n1' })
  const lock = await lockingRow(cluster.postgres.url, 'drops.drop', id)
  let isHeld = true
  const release = async (): Promise<void> => {
    if (isHeld) await lock.release()
    isHeld = false
  }
  try {
    const claim = { drop: id, key: 'claim' }
    const socket = buyer.rpc<{ verdict: string }>('drops.claim', claim).catch(String)
    await until(() => lock.blocks(), { what: 'the claim to wait', timeoutMs: 20_000 })
    const ended = node.drain()
    await until(async () => (await node.health('readyz'))?.status !== 200, { what: 'the node to drain' })
    await release()
    expect(await socket).toMatchObject({ verdict: 'sold', node: 'n1' })
    expect(await ended).toBe(0)
  } finally {
    await release()
  }
  await node.start()
}, 60_000)

/** One HTTP call after another; a connection that breaks is tried again with the same key, as any client would. */
function callSteadily() {
  const result = { answered: 0, resets: 0, failed: [] as number[] }
  let going = true
  const ended = (async () => {
    for (let n = 0; going; n++) {
      const key = `http-${n}`
      for (let settled = false; !settled;) {
        try {
          const response = await cluster.call('caller', 'discussion.read', { channel: 'general', offset: n, key })
          settled = response.status !== 503
          if (response.ok) result.answered++
          else if (settled) result.failed.push(response.status)
        } catch {
          result.resets++
        }
      }
    }
  })()
  return {
    stop: async () => {
      going = false
      await ended
      return result
    },
  }
}
