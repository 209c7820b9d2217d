import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { codes, refuse, type Refusal } from '../protocol/errors'
import { testDatabase, type TestDatabase } from '../prove/testing/database'
import { by, openShop, ShopNode, stock, type ShopNodeOptions, type Took } from '../prove/testing/shop'
import { rewriting } from '../prove/testing/sql'
import { errorOf, until } from '../prove/testing/until'
import { done, type Decider } from './batch'
import type { Lane } from './db'
import { read } from './log'

let database: TestDatabase
const nodes: ShopNode[] = []
let items = 0
/** A name that no other test uses. */
let item = ''

beforeAll(async () => {
  database = await testDatabase()
  await openShop(database.url)
}, 30_000)

beforeEach(() => {
  item = `item${++items}`
})

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()))
  await database.stop()
})

const node = (name: string, options?: ShopNodeOptions): ShopNode => {
  const made = new ShopNode(database.url, name, options)
  nodes.push(made)
  return made
}

const many = <T>(count: number, make: (nth: number) => T): T[] => Array.from({ length: count }, (_, nth) => make(nth))

async function count(at: ShopNode, table: string, where: string, value: string): Promise<number> {
  const [row] = await at.lane.query<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${where} = $1`, [value])
  return row!.n
}

/** A lane whose transactions go through `around`. */
function around(lane: Lane, change: Lane['transaction']): Lane {
  return new Proxy(lane, {
    get: (target, name) => {
      if (name === 'transaction') return change
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value
    },
  })
}

describe('a batch', () => {
  test('decides many calls in few transactions, in the order in which they came', async () => {
    let transactions = 0
    const n1 = node('n1', {
      lane: (lane) => around(lane, (work) => (transactions++, lane.transaction(work))),
    })
    await stock(database.url, item, 50)
    const answers = await Promise.all(many(300, (nth) => n1.take.submit(by(`u${nth}`, item, { items: [item] }))))
    expect(answers.map(({ result }) => result)).toEqual([
      ...many(50, () => 'took'),
      ...many(250, () => 'sold_out'),
    ] as Took['result'][])
    expect(answers.slice(0, 50).map(({ nth }) => nth)).toEqual(many(50, (nth) => nth + 1))
    expect(transactions).toBe(2)
    expect(await count(n1, 'shop.sales', 'item', item)).toBe(50)
    const { events } = await read(n1.lane, `shop:${item}`, 0, 100)
    expect(events.map(({ json }) => (JSON.parse(json) as { actor: string }).actor)).toEqual(
      many(50, (nth) => `u${nth}`),
    )
    expect(n1.published.map(({ offset }) => offset)).toEqual(many(50, (nth) => nth + 1))
  })

  /** How many calls each flight took; one lasts long enough for anybody to be waited for. */
  const slowly = (flights: number[]): Decider<object, string> => ({
    name: 'shop.slow',
    async runMany(tx, calls) {
      flights.push(calls.length)
      await tx.query('SELECT pg_sleep(0.06)')
      return calls.map(() => done('yes'))
    },
  })
  const turns = async (many: number): Promise<void> => {
    for (let nth = 0; nth < many; nth++) await new Promise((resolve) => setImmediate(resolve))
  }

  for (const others of [0, 1]) {
    test(`waits for a crowd that was just answered, though ${others ? 'somebody else waits' : 'the first of it are back at once'}`, async () => {
      const flights: number[] = []
      const batch = node('crowd').batch(slowly(flights))
      let round = 0
      const twice = async (nth: number): Promise<void> => {
        await batch.submit(by(`u${nth}`, `${item}-${round}-1`, {}))
        await turns(nth % 5)
        await batch.submit(by(`u${nth}`, `${item}-${round}-2`, {}))
      }
      // More than once, for on a busy machine some may be back too late.
      const together = async (): Promise<boolean> => {
        flights.length = 0
        round++
        const crowd = many(20, twice)
        await until(() => flights.length === 1, { everyMs: 1 })
        await Promise.all([...crowd, ...many(others, (nth) => batch.submit(by(`other${nth}`, `${item}-${round}`, {})))])
        return flights.join() === `20,${20 + others}`
      }
      await until(together, { what: 'a crowd that goes on together', timeoutMs: 10_000 })
    }, 15_000)
  }

  test('does not wait for a few: the first of them to come back goes at once', async () => {
    const flights: number[] = []
    const batch = node('few').batch(slowly(flights))
    let round = 0
    const atOnce = async (): Promise<boolean> => {
      flights.length = 0
      round++
      await Promise.all(many(3, (nth) => batch.submit(by(`u${nth}`, `${item}-${round}-1`, {}))))
      const since = performance.now()
      const again = batch.submit(by('u0', `${item}-${round}-2`, {}))
      await until(() => flights.length === 2, { everyMs: 1 })
      const waitedMs = performance.now() - since
      await again
      return waitedMs < 15
    }
    await until(atOnce, { what: 'one who is not kept waiting', timeoutMs: 10_000 })
  }, 15_000)

  test('answers with the offsets that its events really got, nested ones too', async () => {
    const [n1, n2] = [node('n1'), node('n2')]
    await stock(database.url, item, 1000)
    const noted = await Promise.all(
      many(60, (nth) => (nth % 2 ? n1 : n2).note.submit(by('ann', `${item}-${nth}`, { text: `${item} ${nth}` }))),
    )
    const rows = await n1.lane.query<{ text: string; offset: number }>(
      'SELECT text, "offset" FROM shop.notes WHERE text LIKE $1',
      [`${item} %`],
    )
    expect(new Map(noted.map(({ text, offset }) => [text, offset]))).toEqual(
      new Map(rows.map(({ text, offset }) => [text, offset])),
    )
    const { events } = await read(n1.lane, 'shop:notes', 0, 10_000)
    for (const { text, offset } of noted) expect(events[offset - 1]!.json).toContain(`"text":"${text}"`)
  })

  test('lets a second press join the first while that is under way', async () => {
    let asked = 0
    const n1 = node('n1', { lane: (lane) => around(lane, (work) => (asked++, lane.transaction(work))) })
    await stock(database.url, item, 5)
    const presses = await Promise.all(many(10, () => n1.take.submit(by('ann', item, { items: [item] }))))
    expect(presses).toEqual(many(10, () => presses[0]!))
    expect(asked).toBe(1)
    expect(await count(n1, 'shop.sales', 'item', item)).toBe(1)
  })

  test('lets a second press wait with the first in the queue, not only in flight', async () => {
    const n1 = node('n1', { batch: { batchCalls: 1 } })
    await stock(database.url, item, 5)
    const first = n1.take.submit(by('bob', item, { items: [item] }))
    const presses = many(4, () => n1.take.submit(by('ann', item, { items: [item] })))
    const other = await errorOf(n1.take.submit(by('ann', item, { items: [item, item] })))
    expect((other as Refusal).code).toBe('conflict')
    expect((await Promise.all([first, ...presses])).map(({ nth }) => nth)).toEqual([1, 2, 2, 2, 2])
  })

  test('refuses at once when too many wait, and still serves those', async () => {
    const go = Promise.withResolvers<void>()
    const n1 = node('n1', {
      batch: { batchCalls: 5, waitingCalls: 20 },
      lane: (lane) => around(lane, async (work) => (await go.promise, lane.transaction(work))),
    })
    await stock(database.url, item, 1000)
    const flying = many(5, (nth) => n1.take.submit(by(`u${nth}`, item, { items: [item] })))
    await until(() => n1.take.waiting === 0, { what: 'the first batch to fly' })
    const waiting = many(20, (nth) => n1.take.submit(by(`v${nth}`, item, { items: [item] })))
    const since = performance.now()
    const refused = (await errorOf(n1.take.submit(by('w', item, { items: [item] })))) as Refusal
    expect(performance.now() - since).toBeLessThan(20)
    expect([refused.code, codes[refused.code].retry]).toEqual(['overloaded', true])
    expect(refused.retryAfterMs).toBeGreaterThan(0)
    go.resolve()
    expect((await Promise.all([...flying, ...waiting])).every(({ result }) => result === 'took')).toBe(true)
    expect((await n1.take.submit(by('w', item, { items: [item] }))).result).toBe('took')
  })

  test('keeps what makes it fail from the others: only the one at fault hears of it', async () => {
    const n1 = node('n1')
    const texts = many(60, (nth) =>
      nth === 7 || nth === 41 ? `poison ${item}` : nth === 50 ? `bug ${item}` : `${item} fine ${nth}`,
    )
    const settled = await Promise.allSettled(
      texts.map((text, nth) => n1.note.submit(by('ann', `${item}-${nth}`, { text }))),
    )
    expect(settled.flatMap(({ status }, nth) => (status === 'rejected' ? [nth] : []))).toEqual([7, 41, 50])
    const fine = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(fine.map(({ offset }) => offset)).toEqual(fine.map(({ offset }) => offset).sort((a, b) => a - b))
    const rows = await n1.lane.query<{ text: string }>(
      'SELECT text FROM shop.notes WHERE text LIKE $1 ORDER BY "offset"',
      [`%${item}%`],
    )
    expect(rows.map(({ text }) => text)).toEqual(fine.map(({ text }) => text))
    expect(n1.published).toHaveLength(57)
    expect(settled[7]).toMatchObject({ reason: { code: '22012' } })
  })

  test('takes keys for new until one is not, and then looks for a while before it decides', async () => {
    let looks = 0
    let transactions = 0
    const counting = (lane: Lane): Lane =>
      around(lane, (work) => {
        transactions++
        const noting = (text: string): string => ((looks += text.includes('CROSS JOIN LATERAL') ? 1 : 0), text)
        return lane.transaction((sql, last) => work(rewriting(sql, noting), last))
      })
    const [n1, n2] = [node('n1', { lane: counting }), node('n2')]
    await stock(database.url, item, 100)
    const calls = many(20, (nth) => by(`u${nth}`, item, { items: [item] }))
    const takeAll = (from: ShopNode, some = calls) => Promise.all(some.map((call) => from.take.submit(call)))
    const before = await takeAll(n2, calls.slice(0, 3))
    await takeAll(n1, calls.slice(5))
    expect([transactions, looks]).toEqual([1, 0])
    // Three of these have an answer: what was decided without looking is undone.
    expect((await takeAll(n1)).slice(0, 3)).toEqual(before)
    expect([transactions, looks]).toEqual([3, 1])
    expect((await takeAll(n1)).slice(0, 3)).toEqual(before)
    expect([transactions, looks]).toEqual([4, 2])
    expect(await count(n1, 'shop.sales', 'item', item)).toBe(20)
    expect((await read(n1.lane, `shop:${item}`, 0, 100)).head).toBe(20)
  })

  test('gives the first answer also where doing it again would be a fault', async () => {
    const once: Decider<object, string> = {
      name: 'shop.once',
      async runMany(tx, calls) {
        await tx.query('INSERT INTO shop.items (id, stock, sold) SELECT unnest($1::text[]), 1, 0', [
          calls.map(({ key }) => key),
        ])
        return calls.map(({ key }) => done(key))
      },
    }
    const [n1, n2] = [node('n1').batch(once), node('n2').batch(once)]
    const call = by('ann', `${item}-once`, {})
    expect([await n1.submit(call), await n2.submit(call), await n2.submit(call)]).toEqual(many(3, () => call.key))
  })

  test('asks anew when somebody retries in the very moment of the refusal', async () => {
    const n1 = node('n1')
    await stock(database.url, item, 0)
    const call = by('ann', item, { items: [item] })
    const second = await n1.take.submit(call).then(async ({ result }) => {
      expect(result).toBe('sold_out')
      const retry = n1.take.submit(call)
      await stock(database.url, `${item}-other`, 0)
      return retry
    })
    expect(second.result).toBe('sold_out')
    const flaky: Decider<object, string> = {
      name: 'shop.flaky',
      runMany: async (_, calls) => calls.map(() => (++attempts === 1 ? refuse.limited(10) : done('yes'))),
    }
    let attempts = 0
    const batch = n1.batch(flaky)
    const retried = await batch.submit(by('ann', item, {})).catch(() => batch.submit(by('ann', item, {})))
    expect([retried, attempts]).toEqual(['yes', 2])
  })
})

describe('law 1: lock in one order', () => {
  /** A command that locks nothing but its key. */
  const mark: Decider<object, string> = {
    name: 'shop.mark',
    runMany: async (_, calls) => calls.map(() => done('marked')),
  }

  /** Two nodes get the same calls in opposite order, again and again; gives how many transactions were deadlock victims. */
  async function opposed(edit: (text: string) => string, rounds: number): Promise<number> {
    let deadlocks = 0
    const counting = (lane: Lane): Lane =>
      around(lane, (work) =>
        lane
          .transaction((sql, last) => work(rewriting(sql, edit), (one) => last({ ...one, text: edit(one.text) })))
          .catch((error: { code?: string }) => {
            if (error.code === '40P01') deadlocks++
            throw error
          }),
      )
    const [a, b] = [node('a', { lane: counting }), node('b', { lane: counting })]
    const [marksA, marksB] = [a.batch(mark), b.batch(mark)]
    const names = many(20, (nth) => `${item}-${nth}`)
    await Promise.all(names.map((name) => stock(database.url, name, 1000)))
    for (let round = 0; round < rounds && deadlocks === 0; round++) {
      const calls = many(20, (nth) =>
        by(`u${nth}`, `${item}-${round}`, { items: [names[nth]!, names[(nth * 7 + 3) % 20]!] }),
      )
      const marks = calls.map((call) => ({ ...call, input: {} }))
      const [ofA, ofB] = await Promise.all([
        Promise.all(calls.map((call) => a.bundle.submit(call))),
        Promise.all(calls.toReversed().map((call) => b.bundle.submit({ ...call, input: { items: call.input.items } }))),
        Promise.all(marks.map((call) => marksA.submit(call))),
        Promise.all(marks.toReversed().map((call) => marksB.submit(call))),
      ])
      expect(ofA).toEqual(ofB.toReversed())
      expect(ofA.every(({ result }) => result === 'took')).toBe(true)
    }
    const sold = await a.lane.query<{ n: number }>('SELECT sum(sold) AS n FROM shop.items WHERE id LIKE $1', [
      `${item}-%`,
    ])
    const effects = await a.lane.query<{ n: number }>(`SELECT count(*) AS n FROM shop.sales WHERE item LIKE $1`, [
      `${item}-%`,
    ])
    const answers = await a.lane.query<{ n: number }>(
      `SELECT count(*) AS n FROM kernel.answers WHERE command = 'shop.bundle' AND key LIKE $1`,
      [`${item}-%`],
    )
    expect([Number(sold[0]!.n), effects[0]!.n]).toEqual([answers[0]!.n * 2, answers[0]!.n * 2])
    return deadlocks
  }

  test('two nodes with the same keys in opposite order do not block each other for good, nested commands too', async () => {
    expect(await opposed((text) => text, 8)).toBe(0)
  }, 20_000)

  test('without the order of keys they would, and even then every effect is there once', async () => {
    expect(await opposed((text) => text.replaceAll('ORDER BY actor, key', ''), 400)).toBeGreaterThan(0)
  }, 20_000)
})

describe('law 2: the key has one owner', () => {
  test('the same key on two nodes at once has one effect and one answer', async () => {
    const [n1, n2, n3] = [node('n1'), node('n2'), node('n3')]
    await stock(database.url, item, 100)
    for (let round = 0; round < 15; round++) {
      const answers = await Promise.all(
        [n1, n2, n3].map((at) => at.take.submit(by('ann', `${item}-${round}`, { items: [item] }))),
      )
      expect(answers).toEqual(many(3, () => ({ result: 'took', items: [item], nth: round + 1, node: '' }) as Took))
    }
    expect(await count(n1, 'shop.sales', 'item', item)).toBe(15)
    expect((await read(n1.lane, `shop:${item}`, 0, 100)).head).toBe(15)
  })

  test('the same key with another input is a conflict, here and elsewhere, now and later', async () => {
    const [n1, n2] = [node('n1'), node('n2')]
    await stock(database.url, item, 100)
    const results = await Promise.allSettled([
      n1.take.submit(by('ann', item, { items: [item] })),
      n1.take.submit(by('ann', item, { items: [item, item] })),
      n2.take.submit(by('ann', item, { items: [item, item, item] })),
    ])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const codesSeen = results.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []))
    expect(codesSeen).toEqual(['conflict', 'conflict'])
    const later = (await errorOf(n2.take.submit(by('ann', item, { items: [] })))) as Refusal
    expect(later.code).toBe('conflict')
  })

  test('keys belong to one actor and one command: others may use the same', async () => {
    const n1 = node('n1')
    await stock(database.url, item, 100)
    const calls = [by('ann', item, { items: [item] }), by('bob', item, { items: [item] })]
    const answers = await Promise.all([...calls.map((call) => n1.take.submit(call)), n1.bundle.submit(calls[0]!)])
    expect(answers.map(({ nth }) => nth).sort((a, b) => a - b)).toEqual([1, 2, 3])
  })

  test('an answer without effect is not kept: the same key may do better later', async () => {
    const n1 = node('n1')
    await stock(database.url, item, 0)
    const call = by('ann', item, { items: [item] })
    expect((await n1.take.submit(call)).result).toBe('sold_out')
    await n1.lane.query('UPDATE shop.items SET stock = 1 WHERE id = $1', [item])
    expect((await n1.take.submit(call)).result).toBe('took')
    expect((await n1.take.submit(call)).result).toBe('took')
    expect(await count(n1, 'shop.sales', 'item', item)).toBe(1)
  })

  test('who won with a key elsewhere never hears that it is sold out', async () => {
    const committing = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const slow = node('slow', {
      lane: (lane) =>
        around(lane, (work) =>
          lane.transaction(async (sql, last) => {
            const result = await work(sql, last)
            committing.resolve()
            await go.promise
            return result
          }),
        ),
    })
    const quick = node('quick')
    await stock(database.url, item, 1)
    const call = by('ann', item, { items: [item] })
    const won = slow.take.submit(call)
    await committing.promise
    const pressedAgain = quick.take.submit(call)
    const other = quick.take.submit(by('bob', item, { items: [item] }))
    await until(
      async () =>
        (
          await slow.db
            .lane('watch', { connections: 1 })
            .query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'quick/shop'`)
        ).length > 0,
      { what: 'the second press to wait for the first' },
    )
    go.resolve()
    expect(await pressedAgain).toEqual(await won)
    expect((await won).result).toBe('took')
    expect((await other).result).toBe('sold_out')
  })

  test('a key that is used again after a restart gets its first answer, and nothing happens', async () => {
    const before = node('n1')
    await stock(database.url, item, 10)
    const first = await before.bundle.submit(by('ann', item, { items: [item] }))
    await before.stop()
    const after = node('n1')
    expect(await after.bundle.submit(by('ann', item, { items: [item] }))).toEqual(first)
    expect(after.published).toEqual([])
    expect(await count(after, 'shop.sales', 'item', item)).toBe(1)
  })

  test('replays and new calls of one batch each get their own answer', async () => {
    const n1 = node('n1')
    await stock(database.url, item, 100)
    const call = (nth: number) => by(`u${nth}`, item, { items: [item] })
    const first = await Promise.all([1, 3, 5, 7].map((nth) => n1.take.submit(call(nth))))
    const all = await Promise.all(many(9, (nth) => n1.take.submit(call(nth))))
    expect([1, 3, 5, 7].map((nth) => all[nth]!)).toEqual(first)
    expect([0, 2, 4, 6, 8].map((nth) => all[nth]!.nth)).toEqual([5, 6, 7, 8, 9])
  })
})
