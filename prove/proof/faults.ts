/**
 * What is broken, and when: real signals to real processes, found by the description in the data folder. A schedule
 * comes from a seed and is printed, so that a run can be repeated.
 */
import { Client } from 'pg'
import { isStill } from '../../cluster/processes'
import type { Random } from '../testing/random'
import { until } from '../testing/until'
import { describe, type Arena } from './arena'
import type { FaultKind, History } from './history'

export interface Planned {
  /** After the scenario's beginning. */
  atMs: number
  fault: FaultKind
  /** A node's place; faults of the database and the bus have none. */
  node?: number
}

const healMs = 30_000
const frozenDatabaseMs = 1500
const cutBusMs = 1500

/** So many faults of these kinds, spread over the time; nothing happens in the last part of it. */
export function schedule(random: Random, kinds: readonly FaultKind[], nodes: number, lastingMs: number): Planned[] {
  const room = (lastingMs * 0.8) / kinds.length
  return random.shuffle(kinds).map((fault, index) => ({
    atMs: Math.round(room * (index + 0.2 + 0.5 * random())),
    fault,
    ...(fault.endsWith('node') ? { node: random.int(nodes) } : {}),
  }))
}

export const tell = ({ atMs, fault, node }: Planned): string =>
  `${(atMs / 1000).toFixed(1)} s ${fault}${node === undefined ? '' : ` ${node + 1}`}`

/** Breaks it and resolves when it is whole again, as far as anybody can see from outside. */
export async function breakIt(arena: Arena, history: History, { fault, node = 0 }: Planned): Promise<void> {
  const dataDir = arena.dataDir!
  const target = fault.endsWith('node')
    ? describe(dataDir).nodes[node % arena.nodes]!.id
    : (fault.split(' ')[1] ?? 'all')
  const start = Date.now()
  await actions[fault](dataDir, target)
  history.add({ type: 'fault', fault, target, start, end: Date.now() })
}

const actions: Record<FaultKind, (dataDir: string, target: string) => Promise<void>> = {
  'kill node': (dataDir, id) => endNode(dataDir, id, 'SIGKILL'),
  'freeze node': (dataDir, id) => endNode(dataDir, id, 'SIGSTOP'),
  'kill database': killDatabase,
  'freeze database': freezeDatabase,
  'cut bus': cutBus,
  roll,
}

/** The supervisor replaces it: a dead one at once, a frozen one when it has been silent for too long. */
async function endNode(dataDir: string, id: string, how: NodeJS.Signals): Promise<void> {
  const find = () => describe(dataDir).nodes.find((one) => one.id === id)
  const before = find()
  if (!before?.pid || !isStill(before.pid, before.birth)) return
  process.kill(before.pid, how)
  await until(
    () => {
      const now = find()
      return now?.state === 'ready' && now.pid !== before.pid
    },
    { what: `${id} to be replaced`, timeoutMs: healMs, everyMs: 20 },
  )
}

async function killDatabase(dataDir: string): Promise<void> {
  const { postgresPid, databaseUrl } = describe(dataDir)
  if (!postgresPid) throw new Error('the database of this cluster is not ours to kill')
  process.kill(postgresPid, 'SIGKILL')
  await until(() => answers(databaseUrl), { what: 'the database to be back', timeoutMs: healMs, everyMs: 50 })
}

/** All of its processes stand still for a moment: connections stay open and say nothing. */
async function freezeDatabase(dataDir: string): Promise<void> {
  const { postgresPid, databaseUrl } = describe(dataDir)
  if (!postgresPid) throw new Error('the database of this cluster is not ours to freeze')
  const pids = await backends(databaseUrl)
  for (const pid of pids) signal(pid, 'SIGSTOP')
  await Bun.sleep(frozenDatabaseMs)
  for (const pid of pids) signal(pid, 'SIGCONT')
  await until(() => answers(databaseUrl), { what: 'the database to answer', timeoutMs: healMs, everyMs: 50 })
}

/** Connections of the bus are ended as soon as they are there. */
async function cutBus(dataDir: string): Promise<void> {
  const end = Date.now() + cutBusMs
  await withDatabase(describe(dataDir).databaseUrl, async (client) => {
    while (Date.now() < end) {
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%/bus-%'`)
      await Bun.sleep(5)
    }
  })
}

async function roll(dataDir: string): Promise<void> {
  const before = new Map(describe(dataDir).nodes.map(({ id, pid }) => [id, pid]))
  process.kill(describe(dataDir).pid, 'SIGHUP')
  const isNew = (): boolean => {
    const { nodes } = describe(dataDir)
    return (
      nodes.length === before.size && nodes.every(({ id, pid, state }) => state === 'ready' && pid !== before.get(id))
    )
  }
  await until(isNew, { what: 'every node to be new', timeoutMs: 2 * healMs, everyMs: 50 })
}

/** Jobs that are not done: waiting, running, waiting for another try, or given up. */
export function jobsLeft(dataDir: string): Promise<number> {
  return withDatabase(describe(dataDir).databaseUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM jobs.job WHERE state < 'completed' OR state = 'failed'`,
    )
    return rows[0]!.n
  })
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself meanwhile.
  }
}

async function backends(url: string): Promise<number[]> {
  return withDatabase(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $1',
      ['client backend'],
    )
    return rows.map(({ pid }) => pid)
  })
}

async function answers(url: string): Promise<boolean> {
  return withDatabase(url, async (client) => (await client.query('SELECT 1')).rowCount === 1).catch(() => false)
}

async function withDatabase<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, application_name: 'alun-prove', query_timeout: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
