/**
 * What is broken, and when: real signals to real processes, found by the description in the data folder, a real network
 * in between, a real file system that is full. A schedule comes from a seed and is printed, so that a run can be repeated.
 */
import { isStill } from '../../cluster/processes'
import type { Random } from '../testing/random'
import { until } from '../testing/until'
import { describe, type Arena } from './arena'
import { cutBus, freezeBus, killBus, repeatBus } from './faults/bus'
import { errorOf, skew } from './faults/clocks'
import { freezeBackends, healMs, signal, untilItAnswers, withDatabase } from './faults/database'
import type { FaultKind, History, OwnFault } from './history'

export interface Planned {
  /** After the scenario's beginning. */
  atMs: number
  fault: FaultKind
  /** A node's place; faults of the database and the bus have none. */
  node?: number
}

const ofNodes: readonly FaultKind[] = [
  ...(['kill node', 'freeze node', 'kill worker', 'freeze worker', 'skew clock', 'cut machine'] as const),
]
export const isOfNodes = (fault: FaultKind): boolean => ofNodes.includes(fault)

/** The last of these is nothing that takes long to heal. */
const lateFrom = 0.7
/** The supervisor starts another one, and what it worked on is taken up when it has been silent for long enough. */
const healsLate = (fault: FaultKind): boolean => isOfNodes(fault) && fault !== 'skew clock'

/**
 * So many faults of these kinds, spread over the time; nothing happens in the last part of it. A node that is broken late would
 * be all that everybody waits for in the end, so in a longer row it comes before.
 */
export function schedule(random: Random, kinds: readonly FaultKind[], nodes: number, lastingMs: number): Planned[] {
  const room = (lastingMs * 0.8) / kinds.length
  const order = random.shuffle(kinds)
  for (let late = Math.ceil(order.length * lateFrom); late < order.length; late++) {
    const sooner = healsLate(order[late]!) ? order.findLastIndex((one, at) => at < late && !healsLate(one)) : -1
    if (sooner >= 0) [order[sooner], order[late]] = [order[late]!, order[sooner]!]
  }
  return order.map((fault, index) => ({
    atMs: Math.round(room * (index + 0.2 + 0.5 * random())),
    fault,
    ...(isOfNodes(fault) ? { node: random.int(nodes) } : {}),
  }))
}

export function tell({ atMs, fault, node }: Planned): string {
  const which = node === undefined || fault.endsWith('worker') ? '' : ` ${node + 1}`
  const by = fault === 'skew clock' ? ` by ${errorOf(node ?? 0) / 60_000} min` : ''
  return `${(atMs / 1000).toFixed(1)} s ${fault}${which}${by}`
}

/** Why a fault can't be had in this arena, in words; nothing where it can. */
export function whyNot(arena: Arena, fault: FaultKind): string | undefined {
  if (arena.breaker?.kinds.has(fault)) return undefined
  if (!isOwn(fault)) return 'only its owner could: --breaker'
  if (fault.endsWith('network')) return arena.network ? undefined : 'clients reach the cluster without us in between'
  if (arena.dataDir === undefined) return 'this cluster may not be broken: --data names its folder on this machine'
  if (fault === 'fill disk') return typeof arena.disk === 'object' ? undefined : (arena.disk ?? 'its disk is not ours')
  if (fault === 'skew clock') return arena.hasClocks ? undefined : 'its clocks are not ours'
  if (fault === 'kill bus' && !arena.redis) return 'the bus is PostgreSQL: --bus redis, where it is installed'
  const { postgresPid } = describe(arena.dataDir)
  if (fault.endsWith('database') && !postgresPid) return 'its database is not ours'
  return undefined
}

/** Breaks it and resolves when it is whole again, as far as anybody can see from outside. */
export async function breakIt(arena: Arena, history: History, { fault, node = 0 }: Planned): Promise<void> {
  const breaker = arena.breaker?.kinds.has(fault) ? arena.breaker : undefined
  const target = !isOfNodes(fault)
    ? (fault.split(' ').at(-1) ?? 'all')
    : breaker
      ? `node ${node + 1}`
      : nodeOf(arena, fault, node)
  const start = Date.now()
  if (breaker) await breaker.break(fault, node + 1)
  else if (isOwn(fault)) await actions[fault]({ arena, target, nth: node })
  history.add({ type: 'fault', fault, target, start, end: Date.now() })
}

function nodeOf(arena: Arena, fault: FaultKind, nth: number): string {
  const { nodes } = describe(arena.dataDir!)
  const worker = fault.endsWith('worker') && arena.workers > 0
  return nodes[worker ? arena.nodes + (nth % arena.workers) : nth % arena.nodes]!.id
}

interface Deed {
  arena: Arena
  target: string
  nth: number
}

const urlOf = ({ dataDir }: Arena): string => describe(dataDir!).databaseUrl

const isOwn = (fault: FaultKind): fault is OwnFault => fault in actions

const actions: Record<OwnFault, (deed: Deed) => Promise<void>> = {
  'kill node': ({ arena, target }) => endNode(arena, target, 'SIGKILL'),
  'freeze node': ({ arena, target }) => endNode(arena, target, 'SIGSTOP'),
  'kill worker': ({ arena, target }) => endNode(arena, target, 'SIGKILL'),
  'freeze worker': ({ arena, target }) => endNode(arena, target, 'SIGSTOP'),
  'skew clock': ({ arena, target, nth }) => skew(arena.dataDir!, target, nth),
  'kill database': ({ arena }) => killDatabase(arena),
  'freeze database': async ({ arena }) => {
    await freezeBackends(urlOf(arena), '%')
    await untilItAnswers(urlOf(arena))
  },
  'fill disk': async ({ arena }) => {
    if (typeof arena.disk === 'object') await arena.disk.fill()
    await untilItAnswers(urlOf(arena))
  },
  'cut bus': ({ arena }) => cutBus(urlOf(arena), arena.redis),
  'freeze bus': ({ arena }) => freezeBus(urlOf(arena), arena.redis),
  'repeat bus': ({ arena }) => repeatBus(urlOf(arena), arena.redis),
  'kill bus': ({ arena }) => killBus(arena.redis!),
  'reset network': ({ arena }) => arena.network!.reset(),
  'half-open network': ({ arena }) => arena.network!.halfOpen(),
  'slow network': ({ arena }) => arena.network!.slow(),
  roll: ({ arena }) => roll(arena.dataDir!),
}

/** The supervisor replaces it: a dead one at once, a frozen one when it has been silent for too long. */
async function endNode({ dataDir }: Arena, id: string, how: NodeJS.Signals): Promise<void> {
  const find = () => describe(dataDir!).nodes.find((one) => one.id === id)
  // One that hangs before it ever spoke is given half a minute to be born, and nobody would learn more from waiting for that.
  const isBorn = (): boolean => (find()?.state ?? 'ready') === 'ready'
  if (how === 'SIGSTOP') await until(isBorn, { what: `${id} to be ready`, timeoutMs: healMs })
  const before = find()
  if (!before?.pid || !isStill(before.pid, before.birth)) return
  signal(before.pid, how)
  await until(
    () => {
      const now = find()
      return now?.state === 'ready' && now.pid !== before.pid
    },
    { what: `${id} to be replaced`, timeoutMs: healMs, everyMs: 20 },
  )
}

async function killDatabase({ dataDir }: Arena): Promise<void> {
  const { postgresPid, databaseUrl } = describe(dataDir!)
  signal(postgresPid!, 'SIGKILL')
  await untilItAnswers(databaseUrl)
}

/** @throws soon, when the supervisor gives it up. */
async function roll(dataDir: string): Promise<void> {
  const { nodes: old, rolls: earlier, pid: supervisor } = describe(dataDir)
  const before = new Map(old.map(({ id, pid }) => [id, pid]))
  process.kill(supervisor, 'SIGHUP')
  let failure: string | undefined
  const isNew = (): boolean => {
    const { nodes, rolls } = describe(dataDir)
    failure = rolls?.ended === earlier?.ended ? undefined : rolls?.failure
    const all = nodes.every(({ id, pid, state }) => state === 'ready' && pid !== before.get(id))
    return failure !== undefined || (nodes.length === before.size && all)
  }
  await until(isNew, { what: 'every node to be new', timeoutMs: 2 * healMs, everyMs: 50 })
  if (failure !== undefined) throw new Error(`not rolled: ${failure}`)
}

/** Jobs that are not done: waiting, running, waiting for another try, or given up. A mail gives people minutes to read first. */
export function jobsLeft(dataDir: string): Promise<number> {
  return withDatabase(describe(dataDir).databaseUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM jobs.job
       WHERE (state < 'completed' OR state = 'failed') AND name <> 'inbox-mail'`,
    )
    return rows[0]!.n
  })
}
