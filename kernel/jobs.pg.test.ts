import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { emptyDatabase, ownPostgres, type OwnPostgres } from '../prove/testing/database'
import { by, openShop, ShopNode } from '../prove/testing/shop'
import { errorOf, until } from '../prove/testing/until'
import { done, type NewJob } from './batch'
import { postgresBus, type Bus } from './bus'
import { Db, type Sql } from './db'
import { Jobs, type JobDefinition, type JobGround } from './jobs'

let own: OwnPostgres
const parts: { stop(): Promise<void> }[] = []
/** Killed in the middle of a job, at the beginning: who takes over is looked at in the end. */
let orphan: Promise<{ id: string; killedAt: number; heir: Node }>

beforeAll(async () => {
  own = await ownPostgres()
  await openShop(own.url)
  orphan = orphanAJob()
}, 30_000)

afterAll(async () => {
  await orphan.catch(() => undefined)
  for (const part of parts.reverse()) await part.stop()
  await own.stop()
}, 30_000)

interface Ran {
  id: string
  data: unknown
  attempt: number
  at: number
}

interface Node {
  jobs: Jobs
  bus: Bus
  shop: ShopNode
  ran: Ran[]
  failures: string[]
  /** A command that enqueues these and then, perhaps, fails. */
  order(jobs: NewJob[], fails?: boolean): Promise<string>
}

/** A node over the real bus. `work`: what its workers do; without it, it only enqueues. */
async function start(name: string, definitions: Partial<JobDefinition>[], work = true): Promise<Node> {
  const db = new Db(own.url, name)
  const bus = postgresBus(db, name)
  const ran: Ran[] = []
  const failures: string[] = []
  const full = definitions.map(({ run, ...rest }) => ({
    queue: 'test-queue',
    ...rest,
    run: async (job: { id: string; data: unknown; attempt: number }, ground: JobGround) => {
      ran.push({ ...job, at: performance.now() })
      await run?.(job, ground)
    },
  }))
  const events = { failed: (_: string, __: string, error: unknown) => failures.push((error as Error).message) }
  const jobs = new Jobs(
    ...([db.lane('jobs', { connections: 3 }), bus, full, { works: work, leads: () => true }] as const),
    { ...events, trouble: () => undefined },
    () => ({ node: name, now: () => 0, sql: shop.lane, perform }),
  )
  const shop = new ShopNode(own.url, name, { jobs })
  const notes = shop.batch<object, unknown>({
    name: 'shop.done',
    runMany: async (tx, calls) => {
      await tx.query('INSERT INTO shop.notes (text) SELECT unnest($1::text[])', [calls.map(({ key }) => key)])
      return calls.map(() => done('noted'))
    },
  })
  const perform = <O>(command: string, input: object, key: string): Promise<O> =>
    command === 'shop.done' ? (notes.submit(by('', key, input)) as Promise<O>) : Promise.reject(new Error(command))
  await bus.run()
  await jobs.run()
  parts.push(shop, { stop: () => db.close() }, bus, jobs)
  const batch = shop.batch<{ jobs: NewJob[]; fails: boolean }, string>({
    name: 'shop.order',
    runMany: async (tx, calls) =>
      calls.map(({ input }) => {
        for (const job of input.jobs) tx.enqueue(job)
        if (input.fails) tx.ordered(() => ({ text: 'SELECT 1 / 0', params: [] }))
        return done('ordered')
      }),
  })
  let keys = 0
  const order = (wanted: NewJob[], fails = false): Promise<string> =>
    batch.submit(by('ann', `${name}-${++keys}`, { jobs: wanted, fails }))
  return { jobs, bus, shop, ran, failures, order }
}

const count = async ({ shop }: Node, queue: string): Promise<number> =>
  (await shop.lane.query(`SELECT 1 FROM jobs.job WHERE name = $1`, [queue])).length

async function orphanAJob(): Promise<{ id: string; killedAt: number; heir: Node }> {
  const queue = 'orphan-queue'
  const command = [process.execPath, join(import.meta.dir, '../prove/testing/worker.ts'), own.url, queue]
  const worker = Bun.spawn(command, { stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' })
  try {
    const node = await start('orphaner', [{ queue }], false)
    await node.order([{ queue, data: { photo: 1 } }])
    const reader = worker.stdout.getReader()
    const id = new TextDecoder().decode((await reader.read()).value).trim()
    worker.kill('SIGKILL')
    await worker.exited
    return { id, killedAt: performance.now(), heir: await start('heir', [{ queue }]) }
  } finally {
    worker.kill('SIGKILL')
  }
}

describe('a job', () => {
  test('is enqueued with the transaction that asked for it, or not at all', async () => {
    const node = await start('n1', [{ queue: 'whole-queue' }], false)
    expect(String(await errorOf(node.order([{ queue: 'whole-queue', data: { nth: 1 } }], true)))).toContain('zero')
    expect(await count(node, 'whole-queue')).toBe(0)
    await node.order([
      { queue: 'whole-queue', data: { nth: 2 } },
      { queue: 'whole-queue', data: { nth: 3 } },
    ])
    expect(await count(node, 'whole-queue')).toBe(2)
  })

  test('may ask for a command, and asks for it once however often it runs', async () => {
    const queue = 'asking-queue'
    const worker = await start('asking', [
      {
        queue,
        retryDelaySeconds: 1,
        run: async ({ id, attempt }, ground) => {
          expect(await ground.perform<string>('shop.done', {}, `done-${id}`)).toBe('noted')
          if (attempt === 1) throw new Error('died after it asked')
        },
      },
    ])
    await worker.order([{ queue, data: {} }])
    await until(() => worker.ran.length === 2, { what: 'the second run' })
    await until(
      async () =>
        (await worker.shop.lane.query(`SELECT 1 FROM jobs.job WHERE name = '${queue}' AND state = 'completed'`))
          .length === 1,
      { what: 'its end' },
    )
    expect(worker.failures).toEqual(['died after it asked'])
    expect(await worker.shop.lane.query(`SELECT 1 FROM shop.notes WHERE text LIKE 'done-%'`)).toHaveLength(1)
  })

  test('runs once, with its data, on a node that is told of it over the bus, in moments', async () => {
    const worker = await start('worker', [{ queue: 'quick-queue' }])
    const asker = await start('asker', [{ queue: 'quick-queue' }], false)
    const latencies: number[] = []
    for (let nth = 0; nth < 10; nth++) {
      await asker.order([{ queue: 'quick-queue', data: { nth, text: 'é "' } }])
      const committed = performance.now()
      const job = await until(() => worker.ran[nth], { what: `job ${nth}` })
      expect(job).toMatchObject({ data: { nth, text: 'é "' }, attempt: 1 })
      latencies.push(job.at - committed)
    }
    expect(latencies.toSorted((a, b) => a - b)[7]!).toBeLessThan(100)
    await until(
      async () =>
        (await worker.shop.lane.query(`SELECT 1 FROM jobs.job WHERE name = 'quick-queue' AND state <> 'completed'`))
          .length === 0,
    )
    expect(worker.ran).toHaveLength(10)
  })

  test('is found by looking when nobody was told', async () => {
    const worker = await start('looker', [{ queue: 'quiet-queue' }])
    const asker = await start('mute', [{ queue: 'quiet-queue' }], false)
    await asker.bus.stop()
    const since = performance.now()
    await asker.order([{ queue: 'quiet-queue', data: {} }])
    await until(() => worker.ran.length === 1)
    expect(performance.now() - since).toBeLessThan(4000)
  })

  test('that lasts keeps no other one waiting: all hands are called', async () => {
    const go = Promise.withResolvers<void>()
    const run = (): Promise<void> => go.promise
    const node = await start('handy', [{ queue: 'long-queue', concurrency: 2, atOnce: 1, run }])
    await node.order([1, 2].map((nth) => ({ queue: 'long-queue', data: { nth } })))
    await until(() => node.ran.length === 2, { what: 'both to be at work', timeoutMs: 8000 })
    go.resolve()
  }, 20_000)

  test('that fails is tried again, later each time, and ends among the failed', async () => {
    const run = async (): Promise<void> => {
      throw new Error('no paper')
    }
    const node = await start('failing', [{ queue: 'bad-queue', retryLimit: 2, retryDelaySeconds: 1, run }])
    await node.order([{ queue: 'bad-queue', data: { page: 7 } }])
    await until(() => node.ran.length === 3, { timeoutMs: 12_000 })
    expect(node.ran.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    const [first, second, third] = node.ran.map(({ at }) => at) as [number, number, number]
    expect(second - first).toBeGreaterThan(900)
    expect(third - second).toBeGreaterThan(second - first - 500)
    const failed = await until(
      async () =>
        (await node.shop.lane.query<{ data: unknown }>(`SELECT data FROM jobs.job WHERE name = 'bad-queue-failed'`))[0],
    )
    expect(failed.data).toEqual({ page: 7 })
    expect(node.failures).toEqual(['no paper', 'no paper', 'no paper'])
  }, 20_000)

  test('that failed for good is listed with its reason, and is run again or forgotten when somebody says so', async () => {
    let isMended = false
    const mends = async (): Promise<void> => {
      if (!isMended) throw new Error('no paper')
    }
    const node = await start('mends', [{ queue: 'mend-queue', retryLimit: 0, run: mends }])
    await node.order([1, 2].map((page) => ({ queue: 'mend-queue', data: { page } })))
    const failed = await until(
      async () => {
        const all = await node.jobs.failed(10)
        return all.length === 2 && all
      },
      { what: 'both to fail', timeoutMs: 15_000 },
    )
    expect(failed.map(({ queue, error, attempts }) => ({ queue, error, attempts }))).toEqual(
      [1, 2].map(() => ({ queue: 'mend-queue', error: 'no paper', attempts: 1 })),
    )
    isMended = true
    const [again, forgotten] = failed
    const act = (work: (tx: Sql) => Promise<boolean>): Promise<boolean> => node.shop.lane.transaction(work)
    expect(await act((tx) => node.jobs.retry(tx, 'mend-queue', again!.id))).toBe(true)
    expect(await act((tx) => node.jobs.discard(tx, 'mend-queue', forgotten!.id))).toBe(true)
    for (const gone of failed) {
      expect(await act((tx) => node.jobs.retry(tx, 'mend-queue', gone.id))).toBe(false)
      expect(await act((tx) => node.jobs.discard(tx, 'mend-queue', gone.id))).toBe(false)
    }
    await until(() => node.ran.length === 3, { what: 'the third run', timeoutMs: 15_000 })
    expect(node.ran[2]!.data).toEqual(again!.data)
    expect(await node.jobs.failed(10)).toEqual([])
    expect((await node.jobs.overview()).map(({ queue }) => queue)).toEqual(['mend-queue'])
  }, 40_000)

  test('that fails does not take with it those that were fetched together', async () => {
    const run = async ({ data }: { data: unknown }): Promise<void> => {
      if ((data as { nth: number }).nth === 3) throw new Error('third')
    }
    const node = await start('mixed', [{ queue: 'mixed-queue', retryLimit: 0, run }])
    await node.order(Array.from({ length: 6 }, (_, nth) => ({ queue: 'mixed-queue', data: { nth } })))
    const states = (): Promise<{ state: string; n: number }[]> =>
      node.shop.lane.query(
        `SELECT state::text, count(*) AS n FROM jobs.job WHERE name = 'mixed-queue' GROUP BY 1 ORDER BY 1`,
      )
    await until(async () => (await states()).every(({ state }) => state === 'completed' || state === 'failed'))
    expect(await states()).toEqual([
      { state: 'completed', n: 5 },
      { state: 'failed', n: 1 },
    ])
    expect(node.ran).toHaveLength(6)
  })

  test('waits until its time, and goes before those of lower priority', async () => {
    const asker = await start('planner', [{ queue: 'order-queue' }], false)
    await asker.order([
      { queue: 'order-queue', data: 'late', startAfterSeconds: 2, priority: 9 } as unknown as NewJob,
      { queue: 'order-queue', data: { what: 'low' } },
      { queue: 'order-queue', data: { what: 'high' }, priority: 5 },
    ])
    const rows = await asker.shop.lane.query<{ what: string }>(
      `SELECT data->>'what' AS what FROM jobs.job WHERE name = 'order-queue' AND start_after <= now() ORDER BY priority DESC`,
    )
    expect(rows.map(({ what }) => what)).toEqual(['high', 'low'])
    const worker = await start('ordered', [{ queue: 'order-queue' }])
    await until(() => worker.ran.length === 2)
    await until(() => worker.ran.length === 3, { timeoutMs: 6000 })
    expect(worker.ran[2]!.data).toBe('late')
  }, 15_000)

  test('with a key is not added while another one with it waits', async () => {
    const asker = await start('single', [{ queue: 'single-queue' }], false)
    for (let nth = 0; nth < 3; nth++)
      await asker.order([{ queue: 'single-queue', data: { nth }, singletonKey: 'digest' }])
    await asker.order([{ queue: 'single-queue', data: { nth: 9 }, singletonKey: 'other' }])
    expect(await count(asker, 'single-queue')).toBe(2)
  })
})

describe('jobs', () => {
  test('with keys do not block each other for good, in whatever order they are asked for', async () => {
    const [a, b] = [await start('keys-a', [{ queue: 'keys-queue' }], false), await start('keys-b', [], false)]
    const keys = Array.from({ length: 40 }, (_, nth) => String(nth))
    let deadlocks = 0
    for (let round = 0; round < 10; round++) {
      const enqueue = ({ jobs, shop }: Node, order: string[]): Promise<void> =>
        shop.lane
          .transaction((sql) =>
            jobs.enqueue(
              sql,
              order.map((key) => ({ queue: 'keys-queue', data: {}, singletonKey: `${round}-${key}` })),
            ),
          )
          .catch((error: { code?: string }) => {
            if (error.code !== '40P01') throw error
            deadlocks++
          })
      await Promise.all([a, b, a, b].map((node, nth) => enqueue(node, nth % 2 ? keys : keys.toReversed())))
    }
    expect([deadlocks, await count(a, 'keys-queue')]).toEqual([0, 400])
  }, 20_000)

  test('drain quickly, though there are many, and no node ends in the middle of one', async () => {
    const go = Promise.withResolvers<void>()
    const run = async ({ data }: { data: unknown }): Promise<void> => {
      if ((data as { last?: true }).last) await go.promise
    }
    const node = await start('drainer', [{ queue: 'many-queue', run }])
    const since = performance.now()
    await node.order(Array.from({ length: 300 }, (_, nth) => ({ queue: 'many-queue', data: { nth } })))
    await until(() => node.ran.length === 300, { timeoutMs: 8000 })
    expect(performance.now() - since).toBeLessThan(6000)
    await node.order([{ queue: 'many-queue', data: { last: true } }])
    await until(() => node.ran.length === 301)
    let drained = false
    const draining = node.jobs.drain().then(() => (drained = true))
    await until(() => node.shop.lane.query('SELECT pg_sleep(0.2)'))
    expect(drained).toBe(false)
    go.resolve()
    await draining
    const open = await node.shop.lane.query(`SELECT 1 FROM jobs.job WHERE name = 'many-queue' AND state <> 'completed'`)
    expect(open).toEqual([])
  }, 20_000)

  test('go on after the database was away', async () => {
    const node = await start('survivor', [{ queue: 'away-queue' }])
    await node.order([{ queue: 'away-queue', data: { nth: 1 } }])
    await until(() => node.ran.length === 1)
    await own.server.restart('kill')
    await until(() => node.order([{ queue: 'away-queue', data: { nth: 2 } }]), { timeoutMs: 5000 })
    await until(() => node.ran.some(({ data }) => (data as { nth: number }).nth === 2), { timeoutMs: 8000 })
  }, 20_000)

  test('of a node that started while the database was away are added and done once it is back', async () => {
    const stopped = own.server.stop()
    const starting = start('early', [{ queue: 'early-queue' }])
    await stopped
    await own.server.start()
    const node = await starting
    await node.order([{ queue: 'early-queue', data: {} }])
    await until(() => node.ran.length === 1, { what: 'the job', timeoutMs: 8000 })
  }, 30_000)

  test('can be set up by many processes at once', async () => {
    const empty = await emptyDatabase()
    const dbs = Array.from({ length: 5 }, (_, nth) => new Db(empty.url, `migrate${nth}`))
    await Promise.all(dbs.map((db) => Jobs.migrate(db.lane('jobs', { connections: 1 }))))
    await Promise.all(dbs.map((db) => db.close()))
    await empty.stop()
  }, 20_000)

  test('of a worker that is killed go to another', async () => {
    const { id, killedAt, heir } = await orphan
    const job = await until(() => heir.ran[0], { timeoutMs: 20_000, what: 'the orphan to be adopted' })
    expect(job).toMatchObject({ id, data: { photo: 1 }, attempt: 2 })
    expect(job.at - killedAt).toBeGreaterThan(5000)
    expect(job.at - killedAt).toBeLessThan(16_000)
  }, 30_000)
})
