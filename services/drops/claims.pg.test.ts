import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { Claimed } from './model'
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

const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
const code = expect.stringMatching(/^[0-9A-Z]{10}$/)
const fair = async (drop: string): Promise<void> => expect((await n1.proof(drop)).faults).toEqual([])
const confirm = (who: string, claim: string | undefined, node = n1) => node.call(person(who), 'confirm', { claim })
const release = (who: string, claim: string | undefined, node = n1) => node.call(person(who), 'release', { claim })

describe('a claim', () => {
  test('is sold at once where there is no hold, and then nothing is left', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 0 })
    expect(await n1.claim('ani', drop)).toEqual({ verdict: 'sold', claim: uuid, code })
    expect(await n1.claim('budi', drop)).toEqual({ verdict: 'sold_out' })
    expect(await n1.drop(drop)).toMatchObject({ stock: 1, free: 0, held: 0, sold: 1, waiting: 0, status: 'sold_out' })
    await fair(drop)
  })

  test('is held until a time, and sold when it is confirmed, however often', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 120 })
    const held = await n1.claim('ani', drop)
    expect(held).toEqual({ verdict: 'held', claim: uuid, until: expect.any(String) })
    const seconds = (Date.parse(held.until!) - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(110)
    expect(seconds).toBeLessThan(121)
    expect(await n1.numbers(drop)).toEqual([0, 1, 0, 0])
    expect(await n1.claim('budi', drop)).toEqual({ verdict: 'sold_out' })
    const sold = await confirm('ani', held.claim)
    expect(sold).toEqual({ verdict: 'sold', claim: held.claim!, code })
    expect(await confirm('ani', held.claim, n2)).toEqual(sold)
    expect(await release('ani', held.claim)).toEqual(sold)
    expect(await n1.numbers(drop)).toEqual([0, 0, 1, 0])
    await fair(drop)
  })

  test('is not open before its time, nor while the drop is paused', async () => {
    const drop = await n1.create({ opensAt: inSeconds(60) })
    expect(await n1.claim('ani', drop)).toEqual({ verdict: 'not_open' })
    expect((await n1.drop(drop)).status).toBe('scheduled')
    await n1.later(drop, 61)
    await n1.call(seller, 'pause', { drop })
    expect(await n1.claim('ani', drop)).toEqual({ verdict: 'not_open' })
    expect((await n1.drop(drop)).status).toBe('paused')
    await n1.call(seller, 'resume', { drop })
    expect(await n1.claim('ani', drop)).toMatchObject({ verdict: 'held' })
    await fair(drop)
  })

  test('counts against the limit of a person, in one batch as well, until it is given back', async () => {
    const drop = await n1.create({ stock: 9, perPerson: 3 })
    const verdicts = await Promise.all([2, 2, 1, 1].map((quantity) => n1.claim('ani', drop, { quantity })))
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['held', 'limit_reached', 'held', 'limit_reached'])
    expect(await n1.claim('budi', drop, { quantity: 4 })).toEqual({ verdict: 'limit_reached' })
    await release('ani', verdicts[0]!.claim)
    expect(await n1.claim('ani', drop, { quantity: 2 })).toMatchObject({ verdict: 'held' })
    expect(await n1.claim('ani', drop)).toEqual({ verdict: 'limit_reached' })
    await fair(drop)
  })

  test('counts by its units, not as one of many, in later batches too', async () => {
    const drop = await n1.create({ stock: 9, perPerson: 5 })
    for (const quantity of [3, 1]) expect(await n1.claim('ani', drop, { quantity })).toMatchObject({ verdict: 'held' })
    expect(await n1.claim('ani', drop, { quantity: 2 })).toEqual({ verdict: 'limit_reached' })
    expect(await n1.claim('ani', drop)).toMatchObject({ verdict: 'held' })
    await fair(drop)
  })

  test('counts against the limit when it is sold, and when it waits', async () => {
    const atOnce = await n1.create({ stock: 3, holdSeconds: 0 })
    const scarce = await n1.create({ stock: 1, waitlist: true })
    await n1.claim('budi', scarce)
    for (const [drop, verdict] of [[atOnce, 'sold'] as const, [scarce, 'waiting'] as const]) {
      expect(await n1.claim('ani', drop)).toMatchObject({ verdict })
      expect(await n1.claim('ani', drop)).toEqual({ verdict: 'limit_reached' })
      await fair(drop)
    }
  })

  test('is all of what was asked or nothing', async () => {
    const drop = await n1.create({ stock: 3, perPerson: 5 })
    await n1.claim('ani', drop, { quantity: 2 })
    expect(await n1.claim('budi', drop, { quantity: 2 })).toEqual({ verdict: 'sold_out' })
    expect(await n1.claim('budi', drop)).toMatchObject({ verdict: 'held' })
    await fair(drop)
  })

  test('belongs to who made it: to others it is not there', async () => {
    const drop = await n1.create()
    const { claim } = await n1.claim('ani', drop)
    for (const verb of ['confirm', 'release', 'decline']) {
      expect(await errorOf(n1.call(person('budi'), verb, { claim }))).toMatchObject({ code: 'not_found' })
    }
    expect(await n1.numbers(drop)).toEqual([1, 1, 0, 0])
    expect(await errorOf(n1.claim('ani', 'nothing'))).toMatchObject({ code: 'not_found' })
  })

  test('of a guest is refused, unless the drop is for guests too', async () => {
    const [closed, open] = [await n1.create(), await n1.create({ guests: true })]
    const guest = person('guest', 'guest')
    expect(await errorOf(n1.call(guest, 'claim', { drop: closed }))).toMatchObject({ code: 'forbidden' })
    expect(await n1.call(guest, 'claim', { drop: open })).toMatchObject({ verdict: 'held' })
  })
})

describe('one key', () => {
  test('is one claim with one answer, on every node, whatever happened since', async () => {
    const drop = await n1.create({ stock: 1 })
    const key = crypto.randomUUID()
    const answers = await Promise.all([n1, n2, n1, n2].map((node) => node.claim('ani', drop, { key })))
    expect(answers[0]!.verdict).toBe('held')
    await confirm('ani', answers[0]!.claim)
    answers.push(await n2.claim('ani', drop, { key }))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await n1.numbers(drop)).toEqual([0, 0, 1, 0])
    expect(await errorOf(n1.claim('ani', await n1.create(), { key }))).toMatchObject({ code: 'conflict' })
  })

  test('that was refused may do better later', async () => {
    const drop = await n1.create({ stock: 1, opensAt: inSeconds(60) })
    const [ani, budi] = [crypto.randomUUID(), crypto.randomUUID()]
    expect(await n1.claim('ani', drop, { key: ani })).toEqual({ verdict: 'not_open' })
    await n1.later(drop, 61)
    expect(await n2.claim('ani', drop, { key: ani })).toMatchObject({ verdict: 'held' })
    expect(await n1.claim('budi', drop, { key: budi })).toEqual({ verdict: 'sold_out' })
    await n1.call(seller, 'restock', { drop, stock: 2 })
    expect(await n1.claim('budi', drop, { key: budi })).toMatchObject({ verdict: 'held' })
  })
})

describe('many at once', () => {
  test('over several drops in opposite order, on two nodes: nobody waits for ever and no unit is lost or sold twice', async () => {
    const drops = await Promise.all([1, 2, 3].map(() => n1.create({ stock: 40, holdSeconds: 0 })))
    const asked: Promise<Claimed>[] = []
    for (let n = 0; n < 60; n++) {
      for (const drop of drops) asked.push(n1.claim(`p${n}`, drop))
      for (const drop of drops.toReversed()) asked.push(n2.claim(`q${n}`, drop))
    }
    const verdicts = (await Promise.all(asked)).map(({ verdict }) => verdict)
    expect(verdicts.filter((verdict) => verdict === 'sold').length).toBe(120)
    expect(verdicts.filter((verdict) => verdict === 'sold_out').length).toBe(240)
    for (const drop of drops) {
      expect(await n1.numbers(drop)).toEqual([0, 0, 40, 0])
      await fair(drop)
    }
  }, 20_000)

  test('the database itself refuses counters that do not add up', async () => {
    const drop = await n1.create()
    const lane = n1.db.lane('tests', { connections: 1 })
    for (const change of ['sold = sold + 1', 'free = -1, sold = 3', 'waiting = -1']) {
      const broken = lane.unprepared(`UPDATE drops.drop SET ${change} WHERE id = '${drop}'`)
      expect(await errorOf(broken)).toMatchObject({ code: '23514' })
    }
  })
})

describe('the public topic', () => {
  test('tells the counters with every event, and people under pseudonyms of this drop only', async () => {
    const [one, two] = [await n1.create({ stock: 1 }), await n1.create({ stock: 1 })]
    for (const drop of [one, two]) await confirm('ani-wijaya', (await n1.claim('ani-wijaya', drop)).claim)
    const [first, second] = [await n1.events(one), await n1.events(two)]
    expect(first.map(({ kind }) => kind)).toEqual(['created', 'opened', 'held', 'sold'])
    expect(JSON.stringify([first, second])).not.toContain('ani-wijaya')
    const codes = await n1.mine('ani-wijaya', one)
    expect(JSON.stringify([first, second])).not.toContain(codes[0]!.code!)
    const whoIn = (events: typeof first): unknown => (events[2]!.data as { who: string }).who
    expect(whoIn(first)).not.toBe(whoIn(second))
    const mine = await n1.call<{ who: Record<string, string> }>(person('ani-wijaya'), 'mine', {})
    expect(mine.who).toMatchObject({ [one]: whoIn(first), [two]: whoIn(second) })
  })

  test('is for everybody who is signed in, if there is such a drop', async () => {
    const drop = await n1.create()
    await n1.registry.authorize(person('ani'), `drops:${drop}`)
    await n1.registry.authorize(person('ani'), 'drops')
    expect(await errorOf(n1.registry.authorize(person('ani'), 'drops:nothing'))).toMatchObject({ code: 'not_found' })
  })

  test('is the public record as it is given out, page by page', async () => {
    const drop = await n1.create({ stock: 1 })
    await n1.claim('ani', drop)
    const { events, head } = await n1.call<{ events: { kind: string; offset: number }[]; head: number }>(
      ...([person('x'), 'record', { drop, after: 1 }] as const),
    )
    expect(events.map(({ offset, kind }) => [offset, kind])).toEqual([
      [2, 'opened'],
      [3, 'held'],
    ])
    expect(head).toBe(3)
  })
})
