/**
 * Reports beside the queue that their seed was built on (`peers/queue.ts`), in one run: reports taken in, jobs worked off,
 * and jobs lost when the worker is killed.
 *
 * Ours is on disk under its key and a number before it is answered, on three nodes with fsync on; theirs is in the memory
 * of Redis. A job of ours is an alarm: it looks whether anybody has the report by now, finds who is on duty, writes the
 * timeline and everybody's inbox, and plans the next round, in one transaction. Theirs writes a line to a file.
 */
import { cpuSecondsOf } from './cpu'
import { closedLoop, post, warm, type Load, type Next } from './peers/http'
import { Queue, whyNotHere } from './peers/queue'
import { withDesk, type Desk } from './reports/desk'
import { killOurs, killTheirs, type Losses } from './reports/killed'
import { until } from '../testing/until'

export interface ReportsResult {
  connections: number
  submits: Compared<Submits>
  jobs: Compared<Worked> & { theirsSynced?: Worked }
  /** What was lost when the one worker was killed again and again, and another took its place. */
  killed: { ours: Losses; theirs?: Losses }
  /** Why nothing stands beside ours. */
  alone?: string
}

interface Compared<T> {
  ours: T
  theirs?: T
  /** Ours to theirs, for a CPU second. */
  perCpuSecondRatio?: number
}

interface Rate {
  perSecond: number
  /** Of everything that is needed: gunicorn, Redis and the worker there, nodes and PostgreSQL here. */
  perCpuSecond: number
}

type Submits = Rate & { latencyMs: Load['latencyMs'] }
type Worked = Rate & { jobs: number }

const kills = 8

/** @param jobs how many alarms are to be worked off; the seed gets ten times as many, since it is through in no time. */
export async function reports(seconds: number, connections: number, jobs: number): Promise<ReportsResult> {
  const alone = whyNotHere()
  const queue = alone === undefined ? await Queue.start() : undefined
  try {
    return await withDesk(async (desk) => ({
      connections,
      submits: await submits(desk, queue, seconds, connections),
      jobs: await worked(desk, queue, jobs),
      killed: { ours: await killOurs(desk, jobs, kills), ...(queue && { theirs: await killTheirs(queue, kills) }) },
      ...(alone !== undefined && { alone }),
    }))
  } finally {
    await queue?.stop()
  }
}

const seedsReport = (): Uint8Array =>
  post('/api/lapor', JSON.stringify({ facility: 'Ruang 3.12', urgency: 'sedang', text: 'Proyektor mati sejak Senin' }))

/** By turns, so that both have the same weather; the median round counts. */
async function submits(desk: Desk, queue: Queue | undefined, seconds: number, connections: number, rounds = 3) {
  if (queue) await warm(queue.port, connections, seedsReport)
  await warm(desk.port, connections, desk.submits)
  const all: Compared<Submits>[] = []
  for (let round = 0; round < rounds; round++) {
    const theirs = queue && (await taken(queue.roots, queue.port, connections, seconds, seedsReport, 202))
    const ours = await taken(desk.serving, desk.port, connections, seconds, desk.submits, 200)
    all.push(compared(ours, theirs))
  }
  const byRatio = all.toSorted((a, b) => (a.perCpuSecondRatio ?? 0) - (b.perCpuSecondRatio ?? 0))
  return byRatio[rounds >> 1]!
}

async function taken(
  roots: readonly number[],
  port: number,
  connections: number,
  seconds: number,
  next: Next,
  status: number,
): Promise<Submits> {
  const before = cpuSecondsOf(roots)
  const load = await closedLoop(port, connections, seconds, next)
  const cpuSeconds = cpuSecondsOf(roots) - before
  if (load.byStatus[status] !== load.requests) throw new Error(`not all were taken: ${JSON.stringify(load.byStatus)}`)
  return { ...rateOf(load.requests, load.seconds, cpuSeconds), latencyMs: load.latencyMs }
}

async function worked(desk: Desk, queue: Queue | undefined, jobs: number) {
  await desk.fill(jobs)
  const before = await desk.rung()
  const ours = await counted(
    () => desk.working,
    () => desk.startWorker(),
    async () => (await desk.rung()) - before,
    jobs,
  )
  await desk.killWorker()
  if (!queue) return compared(ours)
  const theirs = await workedByQueue(queue, jobs * 10, false)
  return { ...compared(ours, theirs), theirsSynced: await workedByQueue(queue, jobs, true) }
}

async function workedByQueue(queue: Queue, jobs: number, sync: boolean): Promise<Worked> {
  await queue.fill(jobs)
  const result = await counted(
    () => queue.roots,
    () => queue.work(`worked-${sync}`, { sync }),
    async () => jobs - (await queue.waiting()),
    jobs,
  )
  await queue.killWorker()
  return result
}

/** From the first look that finds something done, so that the start of the worker doesn't count. */
async function counted(
  roots: () => readonly number[],
  start: () => unknown,
  done: () => Promise<number>,
  jobs: number,
): Promise<Worked> {
  await start()
  const first = await until(done, { what: 'the first job', timeoutMs: 30_000, everyMs: 2 })
  const cpu = cpuSecondsOf(roots())
  const begun = performance.now()
  await until(async () => (await done()) >= jobs, { what: 'every job', timeoutMs: 120_000, everyMs: 50 })
  const seconds = (performance.now() - begun) / 1000
  return { jobs, ...rateOf(jobs - first, seconds, cpuSecondsOf(roots()) - cpu) }
}

const rateOf = (many: number, seconds: number, cpuSeconds: number): Rate => ({
  perSecond: Math.round(many / seconds),
  perCpuSecond: Math.round(many / cpuSeconds),
})

function compared<T extends Rate>(ours: T, theirs?: T): Compared<T> {
  if (!theirs) return { ours }
  return { ours, theirs, perCpuSecondRatio: Math.round((ours.perCpuSecond / theirs.perCpuSecond) * 1000) / 1000 }
}
