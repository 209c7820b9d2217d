/**
 * The machine's own limits, for what nobody can be faster than here: a handler that parses a body and answers; and one
 * table that takes rows in batches, fsync on, with nothing around it.
 */
import pg from 'pg'
import { ownPostgres, statementRows } from '../testing/database'
import { startBare } from './bare'
import { measured } from './cpu'
import { closedLoop, post, warm } from './peers/http'

export interface Limits {
  http: Rate
  /** Rows, in batches as large as those of a busy command. */
  inserts: Rate & { batch: number }
}

interface Rate {
  perSecond: number
  perCpuSecond: number
}

const batch = 20
const connections = 3
const httpConnections = 64

export async function limits(seconds: number): Promise<Limits> {
  return { http: await bareHttp(seconds), inserts: { batch, ...(await bareInserts(seconds)) } }
}

async function bareHttp(seconds: number): Promise<Rate> {
  const server = await startBare('handler')
  try {
    const { port } = server
    let nth = 0
    const next = (): Uint8Array => post('/', `{"key":"${nth++}"}`)
    if (seconds > 1) await warm(port, httpConnections, next)
    let requests = 0
    const sample = await measured(
      () => [server.pid],
      async () => void ({ requests } = await closedLoop(port, httpConnections, seconds, next)),
    )
    return rate(requests, sample)
  } finally {
    await server.stop()
  }
}

async function bareInserts(seconds: number): Promise<Rate> {
  const postgres = await ownPostgres({ durable: true })
  try {
    await statementRows(
      postgres.url,
      'CREATE TABLE bare (writer int, nth bigint, words text, PRIMARY KEY (writer, nth))',
    )
    let rows = 0
    // They stay until all is counted: what a process used is gone with it.
    const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: postgres.url }))
    await Promise.all(clients.map((client) => client.connect()))
    const insert = async (client: pg.Client, writer: number): Promise<void> => {
      const end = performance.now() + seconds * 1000
      for (let next = 0; performance.now() < end; next += batch, rows += batch) {
        const numbers = Array.from({ length: batch }, (_, nth) => next + nth)
        const values = [writer, numbers, numbers.map((number) => `what somebody wrote, and it was number ${number}`)]
        const text = 'INSERT INTO bare SELECT $1, n, w FROM unnest($2::bigint[], $3::text[]) AS r(n, w)'
        await client.query({ name: 'bare', text, values })
      }
    }
    const sample = await measured(
      () => [postgres.server.pid],
      async () => void (await Promise.all(clients.map(insert))),
    )
    await Promise.all(clients.map((client) => client.end()))
    return rate(rows, sample)
  } finally {
    await postgres.stop()
  }
}

const rate = (many: number, { seconds, cpuSeconds }: { seconds: number; cpuSeconds: number }): Rate => ({
  perSecond: Math.round(many / seconds),
  perCpuSecond: Math.round(many / cpuSeconds),
})
