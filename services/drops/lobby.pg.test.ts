/** The lobby: an order that nobody could steer, and that anybody can check. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { DropEvent } from './model'
import { commitmentOf, shuffled } from './model/lobby'
import { verify } from './model/verify'
import { inSeconds, Node, person, seller } from './testing'

let database: TestDatabase
let n1: Node
let n2: Node
beforeAll(async () => {
  database = await testDatabase()
  ;[n1, n2] = [await Node.start(database.url), await Node.start(database.url, { name: 'n2' })]
}, 60_000)
afterAll(async () => {
  await Promise.all([n1?.stop(), n2?.stop()])
  await database?.stop()
})

const people = Array.from({ length: 12 }, (_, n) => `p${n}`)
const enter = (who: string, drop: string, more: object = {}, node = n1) =>
  node.call<{ verdict: string; claim?: string }>(person(who), 'enter', { drop, ...more })
const lobby = (more: object = {}): Promise<string> =>
  n1.create({ mode: 'lobby', stock: 5, opensAt: inSeconds(60), ...more })

/** All have entered, and it is time. */
async function full(more: object = {}): Promise<string> {
  const drop = await lobby(more)
  await Promise.all(people.map((who, n) => enter(who, drop, {}, n % 2 ? n1 : n2)))
  await n1.later(drop, 61)
  return drop
}

test('everyone enters once, before it opens, and the seed is known by its hash only', async () => {
  const drop = await lobby({ perPerson: 2 })
  const first = await enter('ani', drop, { nonce: 'my-own-nonce' })
  expect(first).toEqual({ verdict: 'entered', claim: expect.any(String), nonce: 'my-own-nonce', entries: 1 })
  expect(await enter('ani', drop, {}, n2)).toEqual(first)
  expect(await enter('budi', drop, { quantity: 3 })).toEqual({ verdict: 'limit_reached' })
  expect(await n1.claim('ani', drop)).toEqual({ verdict: 'not_open' })
  const before = await n1.drop(drop)
  expect(before).toMatchObject({ status: 'lobby', entries: 1 })
  expect(before.commitment).toMatch(/^[0-9a-f]{64}$/)
  expect(before.seed).toBeUndefined()
  await n1.later(drop, 61)
  expect(await enter('budi', drop)).toEqual({ verdict: 'closed' })
  const after = await n1.drop(drop)
  expect(commitmentOf(after.seed!)).toBe(before.commitment!)
  expect((await n1.proof(drop)).faults).toEqual([])
})

test('it is drawn at its time though nobody comes; who got a unit is told', async () => {
  const drop = await full()
  await Promise.all([n1.tick(), n2.tick()])
  const { faults, order, claims } = await n1.proof(drop)
  expect(faults).toEqual([])
  expect(order.length).toBe(12)
  expect(claims.filter(({ state }) => state === 'held').map(({ who }) => who)).toEqual(order.slice(0, 5))
  const told = await Promise.all(
    people.map(async (who) => (await n1.inbox(who)).filter((event) => event['drop'] === drop)),
  )
  expect(told.flat().map(({ state }) => state)).toEqual(Array(5).fill('held'))
  expect((await n1.events(drop)).filter(({ kind }) => kind === 'drawn').length).toBe(1)
})

test.each(['by the first who claims', 'by the tick'])(
  'drawn %s, everyone finds their own result by claiming, and who comes later stands behind them',
  async (by) => {
    const drop = await full({ waitlist: true })
    if (by === 'by the tick') await n1.tick()
    const results = await Promise.all(people.map((who) => n1.claim(who, drop)))
    const late = await n2.claim('late', drop)
    expect(results.filter(({ verdict }) => verdict === 'held').length).toBe(5)
    const places = results.flatMap(({ place }) => place ?? [])
    expect(places.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(late).toMatchObject({ verdict: 'waiting', place: 8 })
    const { order } = await n1.proof(drop)
    for (const [n, who] of people.entries()) {
      const { who: pseudonyms } = await n1.call<{ who: Record<string, string> }>(person(who), 'mine', { drop })
      const place = order.indexOf(pseudonyms[drop]!) - 4
      expect(results[n]!.place ?? 0).toBe(Math.max(0, place))
    }
    // The same intent again gives the same answer; another one is over the limit.
    expect(await n1.claim(people[0]!, drop)).toEqual({ verdict: 'limit_reached' })
    expect((await n1.proof(drop)).faults).toEqual([])
  },
)

test('what those who were drawn do not take goes to those behind them, in the order that was drawn', async () => {
  const drop = await full({ holdSeconds: 60 })
  await n1.tick()
  await n1.later(drop, 61)
  await n1.tick()
  const { faults, order, claims } = await n1.proof(drop)
  expect(faults).toEqual([])
  const offered = claims.filter(({ state }) => state === 'offered').map(({ who }) => who)
  expect(offered).toEqual(order.slice(5, 10))
})

test('where nothing is held, what is drawn is sold', async () => {
  const drop = await full({ holdSeconds: 0 })
  const results = await Promise.all(people.map((who) => n1.claim(who, drop)))
  expect(results.filter(({ verdict, code }) => verdict === 'sold' && code).length).toBe(5)
  expect(await n1.numbers(drop)).toEqual([0, 0, 5, 7])
  expect((await n1.proof(drop)).faults).toEqual([])
})

test('a paused lobby is not drawn until it goes on, and can not be entered meanwhile', async () => {
  const drop = await lobby()
  await enter('ani', drop)
  await n1.call(seller, 'pause', { drop })
  expect(await enter('budi', drop)).toEqual({ verdict: 'not_open' })
  await n1.later(drop, 61)
  await n1.tick()
  expect(await n1.claim('ani', drop)).toEqual({ verdict: 'not_open' })
  await n1.call(seller, 'resume', { drop })
  expect(await n1.claim('ani', drop)).toMatchObject({ verdict: 'held' })
  expect((await n1.proof(drop)).faults).toEqual([])
})

test('there is no lobby before it opens, nor where it is first come, first served', async () => {
  const early = await lobby({ lobbyAt: inSeconds(30) })
  expect(await enter('ani', early)).toEqual({ verdict: 'not_open' })
  expect((await n1.drop(early)).status).toBe('scheduled')
  expect(await errorOf(enter('ani', await n1.create()))).toMatchObject({ code: 'conflict' })
  expect(await errorOf(lobby({ lobbyAt: inSeconds(90) }))).toMatchObject({ code: 'invalid' })
  expect(await errorOf(n1.call(person('g', 'guest'), 'enter', { drop: early }))).toMatchObject({ code: 'forbidden' })
})

test('a record that was tampered with is caught, wherever that was', async () => {
  const drop = await full({ holdSeconds: 60 })
  await Promise.all(people.map((who) => n1.claim(who, drop)))
  await n1.later(drop, 61)
  await n1.tick()
  const events = await n1.events(drop)
  expect(verify(events).faults).toEqual([])
  const { faults: none, order } = verify(events)
  const { counters } = await n1.drop(drop).then(({ stock, free, held, sold, waiting }) => ({
    counters: { stock, free, held, sold, waiting },
  }))
  const offset = events.length
  expect(await n1.call(seller, 'verify', { drop })).toEqual({ faults: none, order, counters, offset })
  const drawn = events.findIndex(({ kind }) => kind === 'drawn')
  const offered = events.findIndex(({ kind }) => kind === 'offered')
  const edited = (nth: number, edit: (data: Record<string, unknown>) => object): DropEvent[] =>
    events.map((event, at) =>
      at === nth ? { ...event, data: { ...(event.data as object), ...edit(event.data as never) } } : event,
    )
  const faults = (changed: DropEvent[]): string => verify(changed).faults.join('\n')
  // The organiser looks for a seed that pleases.
  expect(faults(edited(drawn, () => ({ seed: 'another' })))).toContain('not the one that was committed to')
  // Somebody's nonce is changed after the fact, with the root or without.
  expect(faults(edited(3, () => ({ nonce: 'changed-later' })))).toContain('root is not that of the entries')
  // A friend is put in somebody's place.
  expect(faults(edited(4, () => ({ who: 'a-friend' })))).toContain('root is not that of the entries')
  // The next but one in the line is served first.
  const second = shuffled(...orderOf(events, drawn))[6]!
  const jumped = edited(offered, () => ({ claim: second.claim, who: second.who }))
  expect(faults(jumped)).toContain('before its turn')
  // An entry disappears.
  const without = events.filter((_, at) => at !== 5).map((event, at) => ({ ...event, offset: at + 1 }))
  expect(faults(without)).not.toBe('')
})

type Entered = { claim: string; who: string; nonce: string; quantity: number }
function orderOf(events: DropEvent[], drawn: number): [string, string, Entered[]] {
  const { seed, root } = events[drawn]!.data as { seed: string; root: string }
  const entries = events.filter(({ kind }) => kind === 'entered').map(({ data }) => data as Entered)
  return [seed, root, entries]
}
