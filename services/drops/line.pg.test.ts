/** Units that come back: expiry by the database's clock, the waiting list, and the organiser's hand on the stock. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import { Node, person, seller } from './testing'

let database: TestDatabase
let n1: Node
beforeAll(async () => {
  database = await testDatabase()
  n1 = await Node.start(database.url)
}, 60_000)
afterAll(async () => {
  await n1?.stop()
  await database?.stop()
})

const fair = async (drop: string): Promise<void> => expect((await n1.proof(drop)).faults).toEqual([])
const states = async (drop: string, ...people: string[]): Promise<string[]> =>
  (await Promise.all(people.map((who) => n1.mine(who, drop)))).map((claims) => claims.map(({ state }) => state).join())
const change = (verb: string, who: string, claim: string | undefined) => n1.call(person(who), verb, { claim })
/** These claim one after the other. */
async function claims(drop: string, ...people: [string, number][]): Promise<(string | undefined)[]> {
  const made: (string | undefined)[] = []
  for (const [who, quantity] of people) made.push((await n1.claim(who, drop, { quantity })).claim)
  return made
}

describe('a hold', () => {
  test('that is over is refused when it is confirmed, though nobody came before', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 60 })
    const [claim] = await claims(drop, ['ani', 1])
    await n1.later(drop, 60)
    expect(await change('confirm', 'ani', claim)).toEqual({ verdict: 'expired', claim: claim! })
    expect(await n1.numbers(drop)).toEqual([1, 0, 0, 0])
    await fair(drop)
  })

  test('that is over gives its unit to who claims next', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 60 })
    await claims(drop, ['ani', 1])
    await n1.later(drop, 59)
    expect(await n1.claim('budi', drop)).toEqual({ verdict: 'sold_out' })
    await n1.later(drop, 1)
    expect(await n1.claim('budi', drop)).toMatchObject({ verdict: 'held' })
    expect(await states(drop, 'ani', 'budi')).toEqual(['expired', 'held'])
    await fair(drop)
  })

  test('that is over counts no more against the limit of who held it, in the very batch that ends it', async () => {
    const drop = await n1.create({ stock: 5, perPerson: 3, holdSeconds: 60 })
    await n1.claim('ani', drop, { quantity: 2 })
    await n1.later(drop, 30)
    await n1.claim('ani', drop)
    await n1.later(drop, 30)
    expect(await n1.claim('ani', drop, { quantity: 2 })).toMatchObject({ verdict: 'held' })
    expect(await n1.claim('ani', drop)).toEqual({ verdict: 'limit_reached' })
    await fair(drop)
  })

  test('that is over is ended by the tick although nobody comes, and its owner is told', async () => {
    const drop = await n1.create({ stock: 2, holdSeconds: 60 })
    await claims(drop, ['citra', 1])
    await n1.later(drop, 60)
    await Promise.all([n1.tick(), n1.tick()])
    expect(await n1.numbers(drop)).toEqual([2, 0, 0, 0])
    const told = (await n1.inbox('citra')).filter((event) => event['drop'] === drop)
    expect(told).toMatchObject([{ kind: 'claim', state: 'expired', title: 'Kaos' }])
    await fair(drop)
  })

  test('that another transaction works on is left to it by the tick', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 60 })
    await claims(drop, ['ani', 1])
    await n1.later(drop, 60)
    await n1.db.lane('other', { connections: 1 }).transaction(async (sql) => {
      await sql.query('SELECT 1 FROM drops.drop WHERE id = $1 FOR UPDATE', [drop])
      await n1.tick()
    })
    expect(await n1.numbers(drop)).toEqual([0, 1, 0, 0])
    await n1.tick()
    expect(await n1.numbers(drop)).toEqual([1, 0, 0, 0])
  })
})

describe('the line', () => {
  test('is served in strict order, each wholly, by an offer with a deadline that is told to its owner', async () => {
    const drop = await n1.create({ stock: 3, perPerson: 3, waitlist: true, holdSeconds: 60 })
    const [ani] = await claims(drop, ['ani', 1], ['budi', 2])
    const places = [
      await n1.claim('cici', drop, { quantity: 2 }),
      await n1.claim('dedi', drop),
      await n1.claim('eka', drop, { quantity: 2 }),
    ]
    expect(places.map(({ verdict, place }) => [verdict, place])).toEqual([
      ['waiting', 1],
      ['waiting', 2],
      ['waiting', 3],
    ])
    // One unit is not enough for the head, and nobody behind it may take it.
    await change('release', 'ani', ani)
    expect(await n1.numbers(drop)).toEqual([1, 2, 0, 3])
    expect(await n1.claim('fitri', drop)).toMatchObject({ verdict: 'waiting', place: 4 })
    await n1.later(drop, 60)
    await n1.tick()
    expect(await states(drop, 'budi', 'cici', 'dedi', 'eka', 'fitri')).toEqual([
      ...['expired', 'offered', 'offered', 'waiting', 'waiting'],
    ])
    const [offer] = (await n1.inbox('cici')).filter((event) => event['drop'] === drop)
    expect(offer).toMatchObject({ kind: 'claim', state: 'offered', quantity: 2, claim: places[0]!.claim })
    expect(Date.parse(offer!['until'] as string)).toBeGreaterThan(Date.now() + 50_000)
    expect((await n1.mine('fitri', drop))[0]).toMatchObject({ place: 2 })
    await fair(drop)
  })

  test('tells by when it is one’s turn, sooner when others give back, later only when a unit is taken for good', async () => {
    const drop = await n1.create({ stock: 2, waitlist: true, holdSeconds: 60 })
    const [ani, budi] = await claims(drop, ['ani', 1], ['budi', 1], ['cici', 1], ['dedi', 1], ['eka', 1])
    const turns = async (): Promise<(number | null)[]> => {
      const lines = await Promise.all(['cici', 'dedi', 'eka'].map((who) => n1.mine(who, drop)))
      return lines.map(([claim]) => (claim!.turnBy == null ? null : Date.parse(claim!.turnBy)))
    }
    const [until] = (await n1.mine('budi', drop)).map((claim) => Date.parse(claim.until!))
    const first = await turns()
    // The third has to wait for an offer to run out that begins when the first hold has.
    expect(first[1]).toBe(until! + 1000)
    expect(first[2]! - first[0]!).toBe(61_000)
    await change('release', 'ani', ani)
    const [none, sooner, third] = await turns()
    expect(none).toBeNull()
    expect(sooner).toBe(until! + 1000)
    expect(third).toBeLessThan(first[2]!)
    await change('confirm', 'budi', budi)
    expect((await turns())[1]).toBeGreaterThan(sooner!)
    await change('confirm', 'cici', (await n1.mine('cici', drop))[0]!.claim)
    expect(await turns()).toEqual([null, null, null])
    expect(await states(drop, 'cici', 'dedi', 'eka')).toEqual(['sold', 'waiting', 'waiting'])
    await fair(drop)
  })

  test('moves on when an offer is declined, given back or over, and when its head leaves', async () => {
    const drop = await n1.create({ stock: 1, waitlist: true, holdSeconds: 60 })
    const [first, b, c, , e] = await claims(
      drop,
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((who): [string, number] => [who, 1]),
    )
    await change('release', 'a', first)
    expect(await change('decline', 'b', b)).toEqual({ verdict: 'declined', claim: b! })
    expect(await change('release', 'c', c)).toEqual({ verdict: 'released', claim: c! })
    expect(await change('decline', 'e', e)).toEqual({ verdict: 'declined', claim: e! })
    await n1.later(drop, 60)
    await n1.tick()
    expect(await states(drop, 'a', 'b', 'c', 'd', 'e', 'f')).toEqual([
      ...['released', 'declined', 'released', 'expired', 'declined', 'offered'],
    ])
    expect(await change('confirm', 'f', (await n1.mine('f', drop))[0]!.claim)).toMatchObject({ verdict: 'sold' })
    expect(await n1.numbers(drop)).toEqual([0, 0, 1, 0])
    await fair(drop)
  })

  test('moves on when a head that wants more than is free leaves', async () => {
    const drop = await n1.create({ stock: 2, perPerson: 2, waitlist: true })
    const [ani, , big] = await claims(drop, ['ani', 1], ['budi', 1], ['cici', 2], ['dedi', 1])
    await change('release', 'ani', ani)
    expect(await states(drop, 'cici', 'dedi')).toEqual(['waiting', 'waiting'])
    await change('release', 'cici', big)
    expect(await states(drop, 'cici', 'dedi')).toEqual(['released', 'offered'])
    await fair(drop)
  })

  test('serves several that leave and several that are next in one transaction', async () => {
    const drop = await n1.create({ stock: 4, perPerson: 4, waitlist: true })
    const people: [string, number][] = [
      ['a', 2],
      ['b', 2],
      ['c', 1],
      ['d', 2],
      ['e', 1],
      ['f', 1],
    ]
    const made = await claims(drop, ...people)
    await Promise.all([0, 1, 3].map((nth) => change('release', people[nth]![0], made[nth])))
    expect(await states(drop, 'a', 'b', 'c', 'd', 'e', 'f')).toEqual([
      ...['released', 'released', 'offered', 'released', 'offered', 'offered'],
    ])
    expect(await n1.numbers(drop)).toEqual([1, 3, 0, 0])
    await fair(drop)
  })

  test('is as long as was announced, and takes nobody who could never be served', async () => {
    const drop = await n1.create({ stock: 1, perPerson: 5, waitlist: 1 })
    await claims(drop, ['ani', 1])
    expect(await n1.claim('budi', drop, { quantity: 2 })).toEqual({ verdict: 'sold_out' })
    expect(await n1.claim('budi', drop)).toMatchObject({ verdict: 'waiting', place: 1 })
    expect(await n1.claim('cici', drop)).toEqual({ verdict: 'sold_out' })
    await fair(drop)
  })

  test('is offered units of a drop that sells at once, for a time', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 0, waitlist: true })
    await claims(drop, ['ani', 1], ['budi', 1])
    await n1.call(seller, 'restock', { drop, stock: 2 })
    expect((await n1.mine('budi', drop))[0]).toMatchObject({ state: 'offered', until: expect.any(String) })
    await fair(drop)
  })
})

describe('the stock', () => {
  test('can be raised: the line is served first', async () => {
    const drop = await n1.create({ stock: 1, waitlist: true })
    await claims(drop, ['ani', 1], ['budi', 1])
    expect(await n1.call(seller, 'restock', { drop, stock: 4 })).toEqual({
      ...{ verdict: 'restocked', stock: 4, free: 2, held: 2, sold: 0, waiting: 0 },
    })
    expect(await states(drop, 'budi')).toEqual(['offered'])
    await fair(drop)
  })

  test('can be lowered, but not below what is sold and held', async () => {
    const drop = await n1.create({ stock: 5, perPerson: 2 })
    const [ani] = await claims(drop, ['ani', 2], ['budi', 1])
    await change('confirm', 'ani', ani)
    expect(await errorOf(n1.call(seller, 'restock', { drop, stock: 2 }))).toMatchObject({ code: 'conflict' })
    expect(await n1.numbers(drop)).toEqual([2, 1, 2, 0])
    expect(await n1.call(seller, 'restock', { drop, stock: 3 })).toMatchObject({ stock: 3, free: 0 })
    expect(await n1.claim('cici', drop)).toEqual({ verdict: 'sold_out' })
    await fair(drop)
  })

  test('is a matter of who made the drop, and of admins', async () => {
    const drop = await n1.create()
    for (const verb of ['pause', 'resume', 'restock']) {
      for (const role of ['student', 'teacher', 'organiser'] as const) {
        const refused = n1.call(person('somebody', role), verb, { drop, stock: 9 })
        expect(await errorOf(refused)).toMatchObject({ code: 'forbidden' })
      }
    }
    expect(await n1.call(person('root', 'admin'), 'restock', { drop, stock: 9 })).toMatchObject({ stock: 9 })
    expect(await errorOf(n1.call(person('ani'), 'create', {}))).toMatchObject({ code: 'forbidden' })
  })
})

describe('a code', () => {
  test('is good once on all nodes; the second scan is told when and where the first was', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 0 })
    const { code } = await n1.claim('ani', drop)
    const asked = { code: ` ${code!.toLowerCase().slice(0, 5)}-${code!.slice(5)}`, place: 'Gerbang 1' }
    const scans = await Promise.all([1, 2, 3].map(() => n1.call(seller, 'redeem', asked)))
    expect(scans.map(({ verdict }) => verdict)).toEqual(['redeemed', 'already_redeemed', 'already_redeemed'])
    const later = await n1.call(person('guru', 'teacher'), 'redeem', { code, place: 'Gerbang 2' })
    expect(later).toEqual({ ...scans[0], verdict: 'already_redeemed' })
    expect(later).toMatchObject({ place: 'Gerbang 1', at: expect.any(String), title: 'Kaos', quantity: 1 })
    expect(await n1.numbers(drop)).toEqual([0, 0, 1, 0])
    await fair(drop)
  })

  test('is not there for who may not scan, nor before it was given out', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 0 })
    const { code } = await n1.claim('ani', drop)
    expect(await errorOf(n1.call(person('ani'), 'redeem', { code }))).toMatchObject({ code: 'not_found' })
    expect(await errorOf(n1.call(seller, 'redeem', { code: 'AAAAAAAAAA' }))).toMatchObject({ code: 'not_found' })
  })
})
