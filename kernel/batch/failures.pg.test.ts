/** What a batch does when the database misbehaves: every retry has a test in which the first attempt fails. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Refusal } from '../../protocol/errors'
import { ownPostgres, statement, type OwnPostgres } from '../../prove/testing/database'
import { PostgresProxy } from '../../prove/testing/proxy'
import { by, openShop, ShopNode, stock, type ShopNodeOptions } from '../../prove/testing/shop'
import { errorOf, until } from '../../prove/testing/until'
import { done, type Decider } from '../batch'
import { read } from '../log'

let own: OwnPostgres
const nodes: ShopNode[] = []
let items = 0

beforeAll(async () => {
  own = await ownPostgres()
  await openShop(own.url)
}, 30_000)

afterEach(async () => {
  own.server.thaw()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

afterAll(() => own.stop())

const node = (url: string, options?: ShopNodeOptions): ShopNode => {
  const made = new ShopNode(url, `n${nodes.length + 1}`, options)
  nodes.push(made)
  return made
}

async function newItem(units: number): Promise<string> {
  const item = `item${++items}`
  await stock(own.url, item, units)
  return item
}

const many = <T>(count: number, make: (nth: number) => T): T[] => Array.from({ length: count }, (_, nth) => make(nth))

async function sold(item: string): Promise<{ sales: number; head: number }> {
  const shop = node(own.url)
  const [row] = await shop.lane.query<{ n: number }>('SELECT count(*) AS n FROM shop.sales WHERE item = $1', [item])
  return { sales: row!.n, head: (await read(shop.lane, `shop:${item}`, 0, 1)).head }
}

interface Timed {
  code: string
  afterMs: number
}

/** Submits, and tells how it was refused and after how long. */
async function refusal(submitted: Promise<unknown>): Promise<Timed> {
  const since = performance.now()
  const error = (await errorOf(submitted)) as Refusal
  return { code: error.code, afterMs: performance.now() - since }
}

describe('contention', () => {
  const failing = (times: number, error: () => unknown): Decider<object, string> & { attempts: number } => ({
    name: 'shop.contended',
    attempts: 0,
    async runMany(tx, calls) {
      this.attempts++
      await tx.query(`INSERT INTO shop.notes (text) VALUES ('contended')`)
      if (this.attempts <= times) throw error()
      return calls.map(() => done('yes'))
    },
  })
  const sqlError = (code: string) => () => Object.assign(new Error('simulated'), { code })

  for (const code of ['40001', '40P01']) {
    test(`a transaction that another one beat (${code}) runs again, and nothing of the first try is left`, async () => {
      const n1 = node(own.url)
      await n1.lane.query('DELETE FROM shop.notes')
      const decider = failing(3, sqlError(code))
      const batch = n1.batch(decider)
      const answers = await Promise.all(many(5, (nth) => batch.submit(by(`u${nth}`, `${code}-a`, {}))))
      expect([answers, decider.attempts]).toEqual([many(5, () => 'yes'), 4])
      const notes = await n1.lane.query('SELECT 1 FROM shop.notes')
      expect(notes).toHaveLength(1)
    })
  }

  test('what is beaten for ever ends as unavailable, in bounded time', async () => {
    const batch = node(own.url).batch(failing(1e9, sqlError('40001')))
    const { code, afterMs } = await refusal(batch.submit(by('ann', 'for-ever', {})))
    expect(code).toBe('unavailable')
    expect(afterMs).toBeLessThan(5000)
  }, 10_000)

  test('a real deadlock between commands that lock in their own order ends well for both', async () => {
    const [x, y] = [await newItem(0), await newItem(0)]
    const lock = (first: string, second: string): Decider<object, string> => ({
      name: `shop.lock${first}`,
      async runMany(tx, calls) {
        await tx.query('UPDATE shop.items SET stock = stock + 1 WHERE id = $1', [first])
        await tx.query('SELECT pg_sleep(0.1)')
        await tx.query('UPDATE shop.items SET stock = stock + 1 WHERE id = $1', [second])
        return calls.map(() => done('yes'))
      },
    })
    const [n1, n2] = [node(own.url), node(own.url)]
    const answers = await Promise.all([
      n1.batch(lock(x, y)).submit(by('ann', 'deadlock', {})),
      n2.batch(lock(y, x)).submit(by('ann', 'deadlock', {})),
    ])
    expect(answers).toEqual(['yes', 'yes'])
    const rows = await n1.lane.query<{ stock: number }>('SELECT stock FROM shop.items WHERE id = ANY ($1::text[])', [
      [x, y],
    ])
    expect(rows.map((row) => row.stock)).toEqual([2, 2])
  })
})

describe('a connection that breaks around COMMIT', () => {
  for (const cut of ['before-commit', 'after-commit'] as const) {
    test(`${cut}: the answer is the true one, and the effect is there once`, async () => {
      const proxy = await PostgresProxy.open(own.url)
      try {
        const item = await newItem(3)
        const n1 = node(proxy.url)
        await n1.take.submit(by('warm', `warm-${item}`, { items: [await newItem(1)] }))
        proxy.plan.push(cut, cut)
        const answers = await Promise.all(many(5, (nth) => n1.take.submit(by(`u${nth}`, item, { items: [item] }))))
        expect(proxy.cuts).toBe(2)
        expect(answers.map(({ result }) => result)).toEqual(['took', 'took', 'took', 'sold_out', 'sold_out'])
        expect(answers.slice(0, 3).map(({ nth }) => nth)).toEqual([1, 2, 3])
        expect(await sold(item)).toEqual({ sales: 3, head: 3 })
      } finally {
        await proxy.close()
      }
    })
  }

  test('a backend that is terminated in mid-transaction costs a retry and nothing else', async () => {
    const item = await newItem(100)
    const n1 = node(own.url)
    const answers = []
    for (let nth = 0; nth < 60; nth++) {
      const killed = statement(
        own.url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'n1/shop%'`,
      )
      answers.push(await n1.take.submit(by(`u${nth}`, item, { items: [item] })))
      await killed
    }
    expect(answers.map(({ nth }) => nth)).toEqual(many(60, (nth) => nth + 1))
    expect(await sold(item)).toEqual({ sales: 60, head: 60 })
  }, 20_000)
})

describe('the database away', () => {
  /** Calls that come in all the while: none may wait for the patience of those before it. */
  async function refusedDuring(n1: ShopNode, item: string, forMs: number): Promise<Timed[]> {
    const refused: Promise<Timed>[] = []
    const end = performance.now() + forMs
    let nth = 0
    await until(
      () => {
        refused.push(refusal(n1.take.submit(by(`u${nth++}`, item, { items: [item] }))))
        return performance.now() > end
      },
      { everyMs: 50, timeoutMs: forMs + 1000 },
    )
    return Promise.all(refused)
  }

  const worst = (refused: Timed[]): number => Math.max(...refused.map(({ afterMs }) => afterMs))

  test('stopped: calls are unavailable within their patience, however many wait, and all heals by itself', async () => {
    const item = await newItem(1000)
    const n1 = node(own.url, { batch: { batchCalls: 4 } })
    await n1.take.submit(by('first', item, { items: [item] }))
    await own.server.stop()
    const refused = await refusedDuring(n1, item, 1200)
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['unavailable']))
    expect(worst(refused)).toBeLessThan(3000)
    await own.server.start()
    const since = performance.now()
    const healed = await until(() => n1.take.submit(by('last', item, { items: [item] })), { timeoutMs: 3000 })
    expect(performance.now() - since).toBeLessThan(1500)
    expect(healed).toEqual({ result: 'took', items: [item], nth: 2, node: '' })
    expect(await sold(item)).toEqual({ sales: 2, head: 2 })
  }, 20_000)

  test('restarting: calls made meanwhile are answered, each once', async () => {
    const item = await newItem(1000)
    const n1 = node(own.url)
    await n1.take.submit(by('first', item, { items: [item] }))
    for (const how of ['stop', 'kill'] as const) {
      const restarted = own.server.restart(how)
      const answers = await Promise.all(many(20, (nth) => n1.take.submit(by(`${how}${nth}`, item, { items: [item] }))))
      await restarted
      expect(new Set(answers.map(({ nth }) => nth)).size).toBe(20)
    }
    expect(await sold(item)).toEqual({ sales: 41, head: 41 })
  }, 20_000)

  test('frozen: calls are unavailable within seconds, and the same key learns the truth after the thaw', async () => {
    const item = await newItem(1000)
    const n1 = node(own.url, { batch: { batchCalls: 4 } })
    await n1.take.submit(by('first', item, { items: [item] }))
    own.server.freeze()
    const refused = await refusedDuring(n1, item, 1200)
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['unavailable']))
    expect(worst(refused)).toBeLessThan(6000)
    // Once it is known to be away, nobody waits for time-outs any more.
    expect((await refusal(n1.take.submit(by('known', item, { items: [item] })))).afterMs).toBeLessThan(2500)
    own.server.thaw()
    await until(() => n1.take.submit(by('u0', item, { items: [item] })), { timeoutMs: 5000 })
    const again = await Promise.all(many(4, (nth) => n1.take.submit(by(`u${nth}`, item, { items: [item] }))))
    expect(new Set(again.map(({ nth }) => nth)).size).toBe(4)
    const { sales, head } = await sold(item)
    expect(sales).toBe(head)
  }, 30_000)
})

describe('a commit that no standby has', () => {
  test('is not acknowledged, not even to who asks again, until it is replicated', async () => {
    const item = await newItem(10)
    const n1 = node(own.url)
    const watch = node(own.url).lane
    await n1.take.submit(by('first', item, { items: [item] }))
    const setStandby = async (name: string): Promise<void> => {
      await statement(own.url, `ALTER SYSTEM SET synchronous_standby_names = '${name}'`)
      await statement(own.url, 'SELECT pg_reload_conf()')
    }
    const cancelled = (): Promise<number> =>
      watch
        .query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`)
        .then(({ length }) => length)
    const cancelWait = (): Promise<unknown> => until(cancelled, { what: 'a commit that waits for its standby' })
    /** A process of the server's own reads the setting, some moment after it was made. */
    const commitsWait = (): Promise<unknown> =>
      until(
        async () => {
          let isOver = false
          const probe = statement(own.url, `INSERT INTO shop.notes (text) VALUES ('probe')`).then(() => (isOver = true))
          const waited = await until(async () => (await cancelled()) > 0 || (isOver && 'at once'))
          await probe
          return waited === true
        },
        { what: 'commits to wait for their standby' },
      )
    const call = by('ann', item, { items: [item] })
    await setStandby('nobody')
    try {
      await commitsWait()
      const submitted = refusal(n1.take.submit(call))
      await cancelWait()
      expect((await submitted).code).toBe('unavailable')
      const again = refusal(n1.take.submit(call))
      await cancelWait()
      expect((await again).code).toBe('unavailable')
    } finally {
      await setStandby('')
    }
    expect(await until(() => n1.take.submit(call))).toMatchObject({ result: 'took', nth: 2 })
    expect(await sold(item)).toEqual({ sales: 2, head: 2 })
  }, 20_000)
})
