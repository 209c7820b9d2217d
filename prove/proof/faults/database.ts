/** The database as those who break things reach it. */
import { Client } from 'pg'
import { until } from '../../testing/until'

export const healMs = 90_000
const frozenMs = 1500

export async function withDatabase<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, application_name: 'alun-prove', query_timeout: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Takes a write, too: a database that is starting, or has no room, doesn't. */
export async function answers(url: string): Promise<boolean> {
  return withDatabase(url, async (client) => {
    await client.query('CREATE TEMPORARY TABLE proof AS SELECT 1 AS one')
    return true
  }).catch(() => false)
}

export const untilItAnswers = (url: string): Promise<unknown> =>
  until(() => answers(url), { what: 'the database to be back', timeoutMs: healMs, everyMs: 50 })

/** Processes of connections whose name is like that stand still for a moment: they stay open and say nothing. */
export async function freezeBackends(url: string, like: string): Promise<void> {
  const pids = await withDatabase(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name LIKE $1`,
      [like],
    )
    return rows.map(({ pid }) => pid)
  })
  for (const pid of pids) signal(pid, 'SIGSTOP')
  await Bun.sleep(frozenMs)
  for (const pid of pids) signal(pid, 'SIGCONT')
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself meanwhile.
  }
}
