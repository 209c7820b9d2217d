/** Law 3: what a node answers from memory must not contradict a commit. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { until } from '../../prove/testing/until'
import { inSeconds, Node, past, person, seller } from './testing'

let database: TestDatabase
let n1: Node
let deaf: Node
beforeAll(async () => {
  database = await testDatabase()
  n1 = await Node.start(database.url)
  // Hears nothing of what n1 does, not even by sweeping the log.
  deaf = await Node.start(database.url, { name: 'n2', deaf: true })
}, 60_000)
afterAll(async () => {
  await Promise.all([n1?.stop(), deaf?.stop()])
  await database?.stop()
})

/** How many transactions of this service the database has seen from this node: each begins with one look at keys. */
async function transactions(node: Node, drop: string, work: () => Promise<unknown>): Promise<number> {
  const lane = node.db.lane('drops', { connections: 2 })
  const { transaction } = lane
  let seen = 0
  lane.transaction = (run) => (seen++, transaction.call(lane, run)) as never
  await work()
  lane.transaction = transaction
  expect(drop).toBeTruthy()
  return seen
}

/** Claims until this node answers from memory. */
const remembers = (node: Node, drop: string): Promise<unknown> =>
  until(async () => (await transactions(node, drop, () => node.claim(`warm${Math.random()}`, drop))) === 0, {
    what: 'an answer from memory',
  })

const soldOut = async (more: object = {}): Promise<string> => {
  const drop = await n1.create({ stock: 1, holdSeconds: 0, ...more })
  expect(await n1.claim('ani', drop, { key: `ani-${drop}` })).toMatchObject({ verdict: 'sold' })
  return drop
}

test('sold out is answered from memory, to a thousand people without one transaction', async () => {
  const drop = await soldOut()
  await remembers(n1, drop)
  const used = await transactions(n1, drop, async () => {
    const late = await Promise.all(Array.from({ length: 1000 }, (_, n) => n1.claim(`late${n}`, drop)))
    expect(new Set(late.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"verdict":"sold_out"}']))
  })
  expect(used).toBe(0)
})

/** What the node reads of the log's head while this runs. A reading may be made to fail. */
async function headsRead(node: Node, work: () => Promise<unknown>, fail = false): Promise<number> {
  const lane = node.db.lane('reads', { connections: 2 })
  const { query } = lane
  let seen = 0
  lane.query = (text, params) => {
    const isHead = text.includes('kernel.topics')
    if (isHead) seen++
    return (isHead && fail ? Promise.reject(new Error('cut')) : query.call(lane, text, params)) as never
  }
  await work()
  lane.query = query
  return seen
}

test('a crowd that asks again as soon as it was answered shares the readings of the log', async () => {
  const drop = await soldOut()
  await remembers(n1, drop)
  const [people, times] = [60, 20]
  const askOnAndOn = async (_: unknown, nth: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      expect(await n1.claim(`crowd${nth}x${time}`, drop)).toEqual({ verdict: 'sold_out' })
    }
  }
  const readings = await headsRead(n1, () => Promise.all(Array.from({ length: people }, askOnAndOn)))
  expect(readings).toBeGreaterThanOrEqual(times)
  expect(readings).toBeLessThan((people * times) / 15)
})

test('when the log can’t be read, nobody is refused from memory: the batch decides', async () => {
  const drop = await soldOut()
  await remembers(n1, drop)
  let used = 0
  const cut = async (): Promise<void> => {
    used = await transactions(n1, drop, async () => {
      expect(await n1.claim('budi', drop)).toEqual({ verdict: 'sold_out' })
    })
  }
  expect(await headsRead(n1, cut, true)).toBe(1)
  expect(used).toBe(1)
  await remembers(n1, drop)
})

test('the key that won hears what it won, also from a node that answers all others from memory', async () => {
  const drop = await soldOut()
  const won = await n1.claim('ani', drop, { key: `ani-${drop}` })
  for (const node of [n1, deaf]) {
    await remembers(node, drop)
    expect(await node.claim('ani', drop, { key: `ani-${drop}` })).toEqual(won)
    expect(await node.claim('ani', drop)).toEqual({ verdict: 'limit_reached' })
  }
})

test('a node that missed that there is more now does not say sold out: the batch decides', async () => {
  const drop = await soldOut()
  await remembers(deaf, drop)
  await n1.call(seller, 'restock', { drop, stock: 2 })
  expect(await deaf.claim('budi', drop, { key: `budi-${drop}` })).toMatchObject({ verdict: 'sold' })
  expect(await deaf.claim('cici', drop)).toEqual({ verdict: 'sold_out' })
})

test('a node that missed that somebody won there does not deny it', async () => {
  const drop = await soldOut()
  await remembers(deaf, drop)
  await n1.call(seller, 'restock', { drop, stock: 2 })
  const won = await n1.claim('budi', drop, { key: `budi-${drop}` })
  expect(won.verdict).toBe('sold')
  expect(await deaf.claim('budi', drop, { key: `budi-${drop}` })).toEqual(won)
})

test('nothing is refused from memory while a unit is held, or somebody waits or may wait', async () => {
  const held = await n1.create({ stock: 1, holdSeconds: 60 })
  await n1.claim('ani', held)
  const line = await soldOut({ waitlist: 1 })
  for (const drop of [held, line]) {
    await n1.claim('warm', drop)
    for (let n = 0; n < 5; n++) expect(await transactions(n1, drop, () => n1.claim(`p${n}`, drop))).toBe(1)
  }
  expect((await n1.mine('warm', line))[0]).toMatchObject({ state: 'waiting' })
})

test('not open is answered from memory before its time, and not a moment after', async () => {
  const drop = await n1.create({ opensAt: inSeconds(86_400) })
  await remembers(n1, drop)
  const used = await transactions(n1, drop, async () => {
    expect(await n1.claim('ani', drop)).toEqual({ verdict: 'not_open' })
  })
  expect(used).toBe(0)
  await n1.later(drop, 86_401)
  expect(await n1.claim('ani', drop)).toMatchObject({ verdict: 'held' })
})

test('paused is answered from memory, but not to who has something there', async () => {
  const drop = await n1.create({ stock: 5 })
  const held = await n1.claim('ani', drop, { key: `ani-${drop}` })
  await n1.call(seller, 'pause', { drop })
  await remembers(n1, drop)
  expect(await n1.claim('budi', drop)).toEqual({ verdict: 'not_open' })
  expect(await n1.claim('ani', drop, { key: `ani-${drop}` })).toEqual(held)
  await n1.call(seller, 'resume', { drop })
  expect(await n1.claim('budi', drop)).toMatchObject({ verdict: 'held' })
})

test('closed is answered from memory too, and as closed although everything is sold', async () => {
  const drop = await soldOut()
  await n1.call(seller, 'close', { drop })
  await remembers(n1, drop)
  const used = await transactions(n1, drop, async () => {
    expect(await n1.claim('budi', drop)).toEqual({ verdict: 'not_open' })
  })
  expect(used).toBe(0)
})

test('every answer is counted, as the drawn graph wants it and by verdict', async () => {
  const node = await Node.start(database.url, { name: 'n3' })
  const drop = await node.create({ stock: 1, opensAt: past() })
  await node.claim('ani', drop)
  await node.claim('budi', drop)
  await node.claim('budi', 'nothing').catch(() => undefined)
  expect(node.counts).toEqual([
    'flash_sale_requests_total success',
    'alun_drops_claims_total held',
    'flash_sale_requests_total failed',
    'alun_drops_claims_total sold_out',
    'flash_sale_requests_total failed',
    'alun_drops_claims_total not_found',
  ])
  expect(await node.call(person('x'), 'list', {})).toMatchObject({
    drops: expect.any(Array),
    position: { topic: 'drops' },
  })
  await node.stop()
})

test('of a crowd that won while the node only listened, each hears what they won', async () => {
  const drop = await n1.create({ stock: 20, holdSeconds: 0, opensAt: inSeconds(200_000) })
  await remembers(n1, drop)
  await n1.later(drop, 200_001)
  const crowd = Array.from({ length: 20 }, (_, n) => `winner${n}`)
  const claimAll = (): Promise<unknown[]> =>
    Promise.all(crowd.map((who) => n1.claim(who, drop, { key: `${who}-${drop}` })))
  const won = await claimAll()
  expect(won).toEqual(crowd.map(() => expect.objectContaining({ verdict: 'sold' })))
  await remembers(n1, drop)
  expect(await claimAll()).toEqual(won)
})
