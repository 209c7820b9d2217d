/**
 * Durable `reports.submit` on three nodes with 64 writers in a closed loop, fsync on; then how quickly one node that only
 * works gets through a backlog of alarms: each a job that looks, writes a timeline, tells a technician and plans the next.
 */
import { testCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { until } from '../testing/until'
import { BenchClient } from './client'
import { measured } from './cpu'

export interface ReportsResult {
  writers: number
  nodes: number
  submitsPerSecond: number
  /** CPU microseconds of all nodes and PostgreSQL for one report. */
  cpuMicrosPerSubmit: number
  latencyMs: { p50: number; p99: number }
  /** Of one node that does nothing else. */
  jobsPerSecond: number
  jobs: number
}

const warmUpSeconds = 3

export async function reports(writers: number, seconds: number, jobs: number): Promise<ReportsResult> {
  const [serve, work] = [{ ALUN_ROLES: 'serve' }, { ALUN_ROLES: 'work' }]
  const nodeEnv = { n1: serve, n2: serve, n3: serve, n4: work }
  const cluster = await testCluster({ nodes: 4, durable: true, nodeEnv })
  try {
    const { url } = cluster.postgres
    await cluster.node('n4').kill()
    const clients = await Promise.all(
      Array.from({ length: writers }, async (_, n) => BenchClient.connect(cluster.port, await cluster.token(`w${n}`))),
    )
    await submitAll(clients, { seconds: warmUpSeconds, latencies: [] })
    const latencies: number[] = []
    const serving = ['n1', 'n2', 'n3'].map((id) => cluster.node(id).pid)
    const sample = await measured(
      () => [...serving, cluster.postgres.server.pid],
      () => submitAll(clients, { seconds, latencies }),
    )
    await submitAll(clients, { seconds: 60, latencies: [], most: jobs, priority: 'emergency' })
    for (const client of clients) client.close()
    const jobsPerSecond = await drain(url, jobs, () => cluster.node('n4').start())
    latencies.sort((a, b) => a - b)
    return {
      ...{ writers, nodes: 3, jobs, jobsPerSecond },
      submitsPerSecond: Math.round(latencies.length / sample.seconds),
      cpuMicrosPerSubmit: Math.round((sample.cpuSeconds / latencies.length) * 1e6),
      latencyMs: { p50: at(latencies, 0.5), p99: at(latencies, 0.99) },
    }
  } finally {
    await cluster.stop()
  }
}

interface Load {
  seconds: number
  latencies: number[]
  /** Stops after so many. */
  most?: number
  priority?: 'normal' | 'emergency'
}

async function submitAll(clients: BenchClient[], { seconds, latencies, most = Infinity, priority = 'normal' }: Load) {
  const end = performance.now() + seconds * 1000
  let sent = 0
  await Promise.all(
    clients.map(async (client, n) => {
      while (performance.now() < end && sent++ < most) {
        const begun = performance.now()
        const data = { title: `Lampu ${sent}`, place: `Ruang ${n}`, priority, key: Bun.randomUUIDv7() }
        const reply = await client.ask('rpc', { method: 'reports.submit', data })
        if (reply['error']) throw new Error(JSON.stringify(reply['error']))
        latencies.push(performance.now() - begun)
      }
    }),
  )
}

/** From the first alarm to the last, so that the start of the node doesn't count. */
async function drain(url: string, jobs: number, start: () => Promise<void>): Promise<number> {
  await statementRows(
    url,
    `INSERT INTO auth."user" (name, email, "emailVerified", role) VALUES ('T', 't@user.test', false, 'technician')`,
  )
  await start()
  const rang = async (): Promise<number> => {
    const [row] = await statementRows<{ n: number }>(
      url,
      `SELECT count(DISTINCT report)::int AS n FROM reports.entry WHERE kind = 'alerted'`,
    )
    return row!.n
  }
  await until(async () => (await rang()) >= jobs, { what: 'every alarm', timeoutMs: 120_000, everyMs: 100 })
  const [span] = await statementRows<{ seconds: number }>(
    url,
    `SELECT extract(epoch FROM max(at) - min(at))::float8 AS seconds FROM reports.entry WHERE kind = 'alerted'`,
  )
  return Math.round(jobs / span!.seconds)
}

const at = (sorted: number[], p: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0) * 10) / 10
