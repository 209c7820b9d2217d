/** G9 with the bus over Redis: killed, restarted and frozen under load, nothing is lost and nothing later than 2 s. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../testing/cluster'
import { ownPostgres, statementRows } from '../testing/database'
import { faultsOf, percentile, Reader, Writer } from '../testing/people'
import { OwnRedis, redisServer } from '../testing/redis'
import { until } from '../testing/until'

if (redisServer === undefined) console.log('skipped: there is no redis-server or valkey-server on this machine')

let redis: OwnRedis
let cluster: TestCluster

beforeAll(async () => {
  if (redisServer === undefined) return
  redis = await OwnRedis.open()
  const postgres = await ownPostgres({ settings: ['log_statement=all'] })
  cluster = await testCluster({ postgres, env: { REDIS_URL: redis.url } })
}, 60_000)

afterAll(async () => {
  await cluster?.stop()
  await redis?.stop()
})

/** As its health says, and its metrics. */
async function busOf(id: string): Promise<string> {
  const node = cluster.node(id)
  const { bus } = (await (await node.health('readyz'))!.json()) as { bus: string }
  const [, gauge] = /^alun_bus_up\{.*\} (\d)$/m.exec(await (await node.health('metrics'))!.text())!
  return `${bus} ${gauge}`
}
const all = (state: 'up' | 'down'): Promise<unknown> =>
  until(async () => (await Promise.all(['n1', 'n2', 'n3'].map(busOf))).every((said) => said === told[state]), {
    what: `every node to say that the bus is ${state}`,
    timeoutMs: 10_000,
  })
const told = { up: 'up 1', down: 'down 0' }

// tidy: skip: without the program there is nothing to run
describe.skipIf(redisServer === undefined)('over Redis', () => {
  test('the database carries no notification, and nodes hear each other', async () => {
    await all('up')
    const connections = await statementRows(
      cluster.postgres.url,
      `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE '%/bus-%'`,
    )
    expect(connections).toEqual([])
    const reader = await Reader.follow(cluster, 'ear', 'discussion:general', { node: 'n1' })
    const writer = await cluster.client('mouth', { node: 'n2' })
    const begun = performance.now()
    for (let n = 1; n <= 20; n++)
      await writer.surely('discussion.post', { ...{ channel: 'general', text: `w${n}` }, key: `w${n}` })
    await until(() => reader.seen.length === 20, { what: 'all of them' })
    // A job too, the alarm's: the queue's library would notify by itself, if it were let.
    await writer.surely('reports.submit', {
      ...{ title: 'A lamp is out', place: 'Hall 1', priority: 'emergency' },
      key: 'report',
    })
    const said = await readFile(join(cluster.postgres.server.dataDir, '../log'), 'utf8')
    expect(said).toMatch(/INSERT INTO "?jobs"?\./)
    expect(said.match(/.*\b(?:pg_notify|NOTIFY|LISTEN)\b.*/)?.[0]).toBeUndefined()
    console.info(`20 posts heard on another node after ${(performance.now() - begun).toFixed(0)} ms`)
  }, 30_000)

  test('killed, restarted and frozen: nothing lost, doubled or later than 2 s, no node deaf afterwards', async () => {
    const nodes = ['n1', 'n2', 'n3']
    const readers = await Promise.all(
      nodes.map((node) => Reader.follow(cluster, `at-${node}`, 'discussion:general', { node })),
    )
    const delays: number[] = []
    for (const { subscription } of readers) {
      subscription.on('publication', ({ data }) => delays.push(Date.now() - Date.parse((data as { at: string }).at)))
    }
    const writer = new Writer(await cluster.client('steady', { node: 'n2' }), 'general')
    writer.start()
    await redis.kill()
    await all('down')
    await redis.start()
    await all('up')
    redis.freeze()
    await all('down')
    redis.thaw()
    await all('up')
    await writer.stop()
    const head = writer.acknowledged.at(-1)!.offset
    await until(() => readers.every(({ last }) => last >= head), { what: 'readers to reach the end' })
    expect(readers.flatMap((reader) => faultsOf(reader, head))).toEqual([])
    console.info(`delay p50 ${percentile(delays, 0.5).toFixed(0)} ms, max ${Math.max(...delays).toFixed(0)} ms`)
    // Promised are 2 s; the rest is for what else this machine does.
    expect(Math.max(...delays)).toBeLessThan(3000)
  }, 60_000)
})
