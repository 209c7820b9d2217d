/** A cluster that takes in reports: three nodes that serve, one that works and may be killed, fsync on. */
import pg from 'pg'
import { testCluster } from '../../testing/cluster'
import { statement } from '../../testing/database'
import { post, type Next } from '../peers/http'

const reporters = 2000
const fillers = 64
const path = '/api/reports/submit'

export interface Desk {
  port: number
  /** Processes that take reports in. */
  serving: number[]
  /** Processes that jobs are worked off with. */
  working: number[]
  /** A report of its own each time. */
  submits: Next
  /** Reports so many emergencies: each has an alarm that waits for a worker. */
  fill(emergencies: number): Promise<void>
  startWorker(): Promise<void>
  killWorker(): Promise<void>
  /** Alarms that rang. */
  rung(): Promise<number>
  /** Alarms that rang more than once. */
  rungTwice(): Promise<number>
  /** Jobs that a worker has in its hands. */
  inHand(): Promise<number>
}

export async function withDesk<T>(work: (desk: Desk) => Promise<T>): Promise<T> {
  const [serve, working] = [{ ALUN_ROLES: 'serve' }, { ALUN_ROLES: 'work' }]
  const nodeEnv = { n1: serve, n2: serve, n3: serve, n4: working }
  const cluster = await testCluster({ nodes: 4, durable: true, nodeEnv })
  const { url, server } = cluster.postgres
  // One connection for all looks: opening one costs as much as several jobs, and would count as theirs.
  const looking = new pg.Client({ connectionString: url })
  looking.on('error', () => undefined)
  const count = async (of: string): Promise<number> => (await looking.query<{ n: number }>(of)).rows[0]!.n
  try {
    await looking.connect()
    const worker = cluster.node('n4')
    await worker.kill()
    await statement(
      url,
      `INSERT INTO auth."user" (name, email, "emailVerified", role) VALUES ('T', 't@user.test', false, 'technician')`,
    )
    const tokens = await Promise.all(Array.from({ length: reporters }, (_, n) => cluster.token(`reporter-${n}`)))
    const normal = submitsOf('normal', tokens)
    const submits: Next = () => {
      const { body, authorization } = normal()
      return post(path, body, `Authorization: ${authorization}\r\n`)
    }
    return await work({
      port: cluster.port,
      serving: [...['n1', 'n2', 'n3'].map((id) => cluster.node(id).pid), server.pid],
      get working() {
        return [worker.pid, server.pid]
      },
      submits,
      fill: (emergencies) => fill(cluster.url, emergencies, submitsOf('emergency', tokens)),
      startWorker: () => worker.start(),
      killWorker: () => worker.kill(),
      rung: () => count(`SELECT count(*)::int AS n FROM (${firstRounds}) AS rung`),
      rungTwice: () => count(`SELECT count(*)::int AS n FROM (${firstRounds} HAVING count(*) > 1) AS twice`),
      inHand: () => count(`SELECT count(*)::int AS n FROM jobs.job WHERE name = 'reports-alarm' AND state = 'active'`),
    })
  } finally {
    await looking.end()
    await cluster.stop()
  }
}

const firstRounds = `SELECT report FROM reports.entry WHERE kind = 'alerted' AND entry->>'round' = '1' GROUP BY report`

/** Reports one after another, by many people. */
function submitsOf(priority: string, tokens: readonly string[]): () => Submit {
  const run = crypto.randomUUID().slice(0, 8)
  let next = 0
  return () => {
    const nth = next++
    const report = { title: 'Proyektor mati sejak Senin', place: 'Ruang 3.12', priority, key: `${run}-${nth}` }
    return { body: JSON.stringify(report), authorization: `Bearer ${tokens[nth % tokens.length]}` }
  }
}

interface Submit {
  body: string
  authorization: string
}

async function fill(url: string, emergencies: number, next: () => Submit): Promise<void> {
  let left = emergencies
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const { body, authorization } = next()
      const headers = { authorization, 'content-type': 'application/json' }
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body })
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: fillers }, one))
}
