/**
 * Durable `discussion.post` on three nodes with 64 writers in a closed loop, fsync on; beside it, in the same run, what
 * bare `INSERT … SELECT unnest` of the same rows reaches alone in batches of the same size on as many connections.
 */
import pg from 'pg'
import { testCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { BenchClient } from './client'
import { measured } from './cpu'

export interface PostsResult {
  writers: number
  nodes: number
  postsPerSecond: number
  /** CPU microseconds of all nodes and PostgreSQL for one post. */
  cpuMicrosPerPost: number
  batchSize: number
  latencyMs: { p50: number; p99: number }
  bareInsertsPerSecond: number
  ratio: number
}

const warmUpSeconds = 10

export async function posts(writers: number, seconds: number, channels: number): Promise<PostsResult> {
  const cluster = await testCluster({ nodes: 3, durable: true })
  try {
    const { url } = cluster.postgres
    const names = Array.from({ length: channels }, (_, n) => (n === 0 ? 'general' : `bench${n}`))
    await statementRows(
      url,
      `INSERT INTO discussion.channel (id, name, kind, created_by)
       SELECT name, name, 'public', '' FROM unnest($1::text[]) name ON CONFLICT DO NOTHING`,
      [names],
    )
    const clients = await Promise.all(
      Array.from({ length: writers }, async (_, n) => BenchClient.connect(cluster.port, await cluster.token(`w${n}`))),
    )
    // The runtime goes on compiling what runs often, beside the work and on the same cores; a server does that once.
    await writeAll(clients, names, warmUpSeconds, [])
    const latencies: number[] = []
    const commits = await commitCount(url)
    const sample = await measured(
      () => [...cluster.nodes.map(({ pid }) => pid), cluster.postgres.server.pid],
      () => writeAll(clients, names, seconds, latencies),
    )
    const batchSize = latencies.length / Math.max(1, (await commitCount(url)) - commits)
    for (const client of clients) client.close()
    const bare = await bareInserts(url, Math.max(1, Math.round(batchSize)), 3, seconds)
    latencies.sort((a, b) => a - b)
    const postsPerSecond = latencies.length / sample.seconds
    return {
      writers,
      nodes: 3,
      postsPerSecond: Math.round(postsPerSecond),
      cpuMicrosPerPost: Math.round((sample.cpuSeconds / latencies.length) * 1e6),
      batchSize: Math.round(batchSize * 10) / 10,
      latencyMs: { p50: at(latencies, 0.5), p99: at(latencies, 0.99) },
      bareInsertsPerSecond: Math.round(bare),
      ratio: Math.round((postsPerSecond / bare) * 100) / 100,
    }
  } finally {
    await cluster.stop()
  }
}

async function writeAll(
  clients: BenchClient[],
  channels: string[],
  seconds: number,
  latencies: number[],
): Promise<void> {
  const end = performance.now() + seconds * 1000
  await Promise.all(
    clients.map(async (client, n) => {
      for (let count = 0; performance.now() < end; count++) {
        const begun = performance.now()
        const data = {
          channel: channels[n % channels.length],
          text: `message ${count} of writer ${n}`,
          key: Bun.randomUUIDv7(),
        }
        const reply = await client.ask('rpc', { method: 'discussion.post', data })
        if (reply['error']) throw new Error(JSON.stringify(reply['error']))
        latencies.push(performance.now() - begun)
      }
    }),
  )
}

/** Transactions that wrote events, told by their moments: a batch's events on one topic share one. */
async function commitCount(url: string): Promise<number> {
  const [row] = await statementRows<{ count: number }>(
    url,
    'SELECT count(DISTINCT xmin::text)::int AS count FROM kernel.events',
  )
  return row!.count
}

async function bareInserts(url: string, batch: number, connections: number, seconds: number): Promise<number> {
  await statementRows(
    url,
    `CREATE TABLE bench_message (channel text, "offset" bigint, author text, author_name text, text text,
       at timestamptz, key text, PRIMARY KEY (channel, "offset"))`,
  )
  const end = performance.now() + seconds * 1000
  const begun = performance.now()
  let rows = 0
  await Promise.all(
    Array.from({ length: connections }, async (_, n) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      for (let next = 1; performance.now() < end; next += batch) {
        const numbers = Array.from({ length: batch }, (_unused, index) => next + index)
        await client.query({
          name: 'bare',
          text: `INSERT INTO bench_message SELECT $1, o, $2, $2, x, now(), k
                 FROM unnest($3::bigint[], $4::text[], $5::text[]) AS r(o, x, k)`,
          values: [
            `channel${n}`,
            `writer${n}`,
            numbers,
            numbers.map((number) => `message ${number} of writer ${n}`),
            numbers.map(() => Bun.randomUUIDv7()),
          ],
        })
        rows += batch
      }
      await client.end()
    }),
  )
  return rows / ((performance.now() - begun) / 1000)
}

const at = (sorted: number[], p: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0) * 10) / 10
