/**
 * Jobs: work done after the command that asked for it committed. Enqueued in the command's own transaction, so nothing
 * can be lost between two systems; run at least once, so a job's effect must be idempotent (G8).
 *
 * The queue is pg-boss, with its own NOTIFY off: that would run inside the command's transaction and put every commit
 * behind one lock. Hands are woken over our bus after commit. What nobody was told of (a retry, a job whose time has come,
 * a signal that was lost) is found by one look a second for all queues of a node, and not by each hand of each queue.
 */
import { PgBoss, type JobWithMetadata } from 'pg-boss'
import type { NewJob } from './batch'
import type { Bus } from './bus'
import type { Lane, Sql } from './db'

/** What a job may do on the node that runs it. */
export interface JobGround {
  node: string
  /** Milliseconds by the database's clock. */
  now(): number
  /** Reads, outside of any transaction. */
  sql: Sql
  /**
   * Runs a command as the installation itself, internal ones too. With a key made of the job's own data it has one
   * effect however often the job is run.
   * @throws Refusal as any command
   */
  perform<O>(command: string, input: object, key: string): Promise<O>
}

export interface JobDefinition {
  /** `service-name`: letters, digits, `-`, `_`. */
  queue: string
  /** Runs one job. Throwing means: try again later, with exponential backoff, then to the failed ones. */
  run(job: { id: string; data: unknown; attempt: number }, ground: JobGround): Promise<void>
  retryLimit?: number
  /** First pause before a retry; it doubles each time. */
  retryDelaySeconds?: number
  /** Hands that one node has for this queue. */
  concurrency?: number
  /** Jobs that a hand takes at a time; it takes no more until the last of them is done. Many, where all are quick. */
  atOnce?: number
}

export interface QueueCount {
  queue: string
  waiting: number
  running: number
  /** Since the count before. */
  done: number
  failed: number
}

export interface FailedJob {
  /** By which it is retried or discarded. */
  id: string
  queue: string
  data: object
  at: Date
  attempts: number
  error: string
}

/** What a process does about jobs beside adding them. */
export interface JobsPart {
  /** It has hands. */
  works: boolean
  /** Whether it looks after the queues for all: what died, what is done, how much waits. Two that do are one too many. */
  leads(): boolean
}

export interface JobsEvents {
  failed(queue: string, id: string, error: unknown): void
  trouble(error: unknown): void
}

/** A worker that dies is noticed after this long without a sign of life, and its job goes to another. */
const heartbeatSeconds = 10
const lookMs = 1000
const superviseSeconds = 2
/** Of a hand by itself: a look finds everything sooner. */
const pollSeconds = 60
/** pg-boss drains a backlog quickly only when it may fetch many at a time. */
const usuallyAtOnce = 20
const lastingSeconds = 7 * 24 * 3600

export class Jobs {
  private readonly boss: PgBoss
  /** By queue; each hand is a worker to the library, since it wakes one by its id. */
  private readonly hands = new Map<string, string[]>()
  private readonly started = Promise.withResolvers<void>()
  private isOpen = false
  private stopped = false

  constructor(
    private readonly lane: Lane,
    private readonly bus: Bus,
    private readonly definitions: readonly JobDefinition[],
    private readonly part: JobsPart,
    private readonly events: JobsEvents,
    /** Asked for when a job begins: what jobs call may be made later than this. */
    private readonly ground: () => JobGround,
  ) {
    this.boss = new PgBoss({
      db: executor(lane),
      schema: 'jobs',
      migrate: false,
      schedule: false,
      supervise: false,
      monitorIntervalSeconds: superviseSeconds,
    })
    this.boss.on('error', (error) => events.trouble(error))
    this.started.promise.catch(() => undefined)
    bus.onSignal('jobs', (queue) => this.wake(queue))
  }

  /** Creates the queue library's own schema. Any number of processes may call this at once. */
  static async migrate(lane: Lane): Promise<void> {
    const boss = new PgBoss({ db: executor(lane), schema: 'jobs', schedule: false, supervise: false })
    boss.on('error', () => undefined)
    await boss.start()
    await boss.stop({ graceful: false })
  }

  /** Resolves once jobs can be added and are worked on. A database that is away is waited for, however long. */
  async run(): Promise<void> {
    for (let attempt = 1; !this.stopped; attempt++) {
      try {
        await this.begin()
        return this.keepOn()
      } catch (error) {
        this.events.trouble(error)
        await pause(Math.min(2000, 100 * 2 ** attempt))
      }
    }
  }

  private async begin(): Promise<void> {
    await this.boss.start()
    for (const definition of this.definitions) await this.prepare(definition)
    this.isOpen = true
    this.started.resolve()
    if (!this.part.works) return
    for (const definition of this.definitions) await this.serve(definition)
  }

  private keepOn(): void {
    void this.again(superviseSeconds * 1000, async () => {
      if (this.part.leads()) await this.boss.supervise()
    })
    if (this.part.works) void this.again(lookMs, () => this.look())
  }

  private async again(everyMs: number, what: () => Promise<void>): Promise<void> {
    for (;;) {
      await pause(everyMs)
      if (this.stopped) return
      await what().catch((error) => this.events.trouble(error))
    }
  }

  /** Wakes all hands of the queues that have something to do. */
  private async look(): Promise<void> {
    const found = await this.lane.unprepared<{ queue: string }>(dueSql, [this.definitions.map(({ queue }) => queue)])
    for (const { queue } of found) for (const hand of this.hands.get(queue) ?? []) this.boss.notifyWorker(hand)
  }

  async drain(): Promise<void> {
    this.stopped = true
    await this.boss.stop({ graceful: true, timeout: 8000 })
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.boss.stop({ graceful: false }).catch(() => undefined)
  }

  /**
   * Adds jobs in the caller's transaction.
   * @throws of the kind `lost`, soon, while the queue could not be opened yet: the transaction's locks are not kept for it.
   */
  async enqueue(tx: Sql, jobs: readonly NewJob[]): Promise<void> {
    if (!this.isOpen) await Promise.race([this.started.promise, startingTooLong()])
    // Sorted, since two transactions that add jobs of the same keys wait for each other (law 1).
    const sorted = jobs.toSorted((a, b) => compare(a.queue, b.queue) || compare(a.singletonKey, b.singletonKey))
    for (const [queue, same] of Map.groupBy(sorted, (job) => job.queue)) {
      const rows = same.map(({ data, priority, startAfterSeconds, singletonKey }) => ({
        data,
        ...(priority === undefined ? {} : { priority }),
        ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
        singletonKey: singletonKey ?? crypto.randomUUID(),
      }))
      await this.boss.insert(queue, rows, { db: executor(tx) })
    }
  }

  /** Tells workers everywhere that committed jobs wait. */
  committed(jobs: readonly NewJob[]): void {
    for (const queue of new Set(jobs.map((job) => job.queue))) {
      this.wake(queue)
      this.bus.signal('jobs', queue)
    }
  }

  /** How much of each queue waits, runs and failed for good, by the queue library's last count: a few seconds old. */
  async overview(): Promise<QueueCount[]> {
    await this.started.promise
    const counts = new Map((await this.boss.getQueues()).map((queue) => [queue.name, queue]))
    return this.definitions.map(({ queue }) => {
      const { queuedCount = 0, activeCount = 0, completedDelta = 0 } = counts.get(queue) ?? {}
      return {
        queue,
        waiting: queuedCount,
        running: activeCount,
        done: completedDelta,
        failed: counts.get(failedOf(queue))?.queuedCount ?? 0,
      }
    })
  }

  /** Jobs that failed for good, the newest first. */
  async failed(limit: number): Promise<FailedJob[]> {
    await this.started.promise
    const queues = await Promise.all(
      this.definitions.map(async ({ queue }) => {
        const jobs = await this.boss.findJobs<object>(failedOf(queue), { queued: true })
        return jobs.map((job): FailedJob => ({
          id: job.id,
          queue,
          data: job.data,
          at: job.createdOn,
          attempts: (job.sourceRetryCount ?? 0) + 1,
          error: messageOf(job),
        }))
      }),
    )
    return queues
      .flat()
      .sort((a, b) => b.at.getTime() - a.at.getTime())
      .slice(0, limit)
  }

  /** Gives a failed job all its attempts again, in the caller's transaction. @returns false when it isn't there. */
  async retry(tx: Sql, queue: string, id: string): Promise<boolean> {
    if (!(await this.knows(queue))) return false
    return (await this.boss.redrive(failedOf(queue), { ids: [id], db: executor(tx) })) > 0
  }

  /** Forgets a failed job, in the caller's transaction. @returns false when it isn't there. */
  async discard(tx: Sql, queue: string, id: string): Promise<boolean> {
    if (!(await this.knows(queue))) return false
    const [job] = await this.boss.findJobs(failedOf(queue), { id, queued: true, db: executor(tx) })
    if (!job) return false
    await this.boss.deleteJob(failedOf(queue), id, { db: executor(tx) })
    return true
  }

  /** Queues are asked for by people too. */
  private async knows(queue: string): Promise<boolean> {
    await this.started.promise
    return this.definitions.some((one) => one.queue === queue)
  }

  /** One hand: it takes many at a time, and a look calls the others if that is not enough. */
  private wake(queue: string): void {
    const [hand] = this.hands.get(queue) ?? []
    if (hand) this.boss.notifyWorker(hand)
  }

  private async prepare({ queue, retryLimit = 8, retryDelaySeconds = 1 }: JobDefinition): Promise<void> {
    const failed = failedOf(queue)
    await this.boss.createQueue(failed, { deleteAfterSeconds: lastingSeconds })
    await this.boss.createQueue(queue, {
      // At most one job of a key waits; jobs that need not be alone have a key of their own.
      policy: 'short',
      retryLimit,
      retryDelay: retryDelaySeconds,
      retryBackoff: true,
      heartbeatSeconds,
      deadLetter: failed,
      notify: false,
    })
  }

  private async serve(definition: JobDefinition): Promise<void> {
    const options = {
      batchSize: definition.atOnce ?? usuallyAtOnce,
      burstWhenBatchFull: true,
      perJobResults: true as const,
      includeMetadata: true as const,
      pollingIntervalSeconds: pollSeconds,
    }
    const hands = this.hands.get(definition.queue) ?? []
    this.hands.set(definition.queue, hands)
    while (hands.length < (definition.concurrency ?? 2)) {
      const hand = await this.boss.work<object, unknown, typeof options>(definition.queue, options, (jobs) =>
        Promise.all(jobs.map((job) => this.runOne(definition, job))),
      )
      hands.push(hand)
    }
  }

  private async runOne(definition: JobDefinition, job: JobWithMetadata<object>) {
    try {
      await definition.run({ id: job.id, data: job.data, attempt: job.retryCount + 1 }, this.ground())
      return { id: job.id, status: 'completed' as const }
    } catch (error) {
      this.events.failed(definition.queue, job.id, error)
      const output = { message: error instanceof Error ? error.message : String(error) }
      return { id: job.id, status: 'failed' as const, output }
    }
  }
}

/** Where the library keeps what failed for good, with the reason. */
const failedOf = (queue: string): string => `${queue}-failed`

function messageOf({ sourceOutput, output }: { sourceOutput: object | null; output: object | null }): string {
  const { message } = { ...output, ...sourceOutput } as { message?: unknown }
  return typeof message === 'string' ? message : JSON.stringify(sourceOutput ?? output ?? '')
}

const startPatienceMs = 500

async function startingTooLong(): Promise<never> {
  await pause(startPatienceMs)
  throw Object.assign(new Error('the job queue is not open yet'), { code: 'unavailable' })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** LATERAL with LIMIT: one look into the library's own index for each queue, however many jobs wait or are done. */
const dueSql = `
  SELECT q.queue FROM unnest($1::text[]) AS q(queue)
  CROSS JOIN LATERAL (
    SELECT 1 FROM jobs.job j
    WHERE j.name = q.queue AND j.state < 'active' AND NOT j.blocked AND j.start_after <= jobs.job_now() LIMIT 1) due`

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

/** pg-boss over our lanes and transactions. */
function executor(sql: Sql): { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> } {
  return { executeSql: async (text, values = []) => ({ rows: await sql.unprepared(text, values) }) }
}
