/** What an organiser has beside the sale itself: rehearsals, who is first, what people are told, numbers and lists. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf, until } from '../../prove/testing/until'
import { mostInside } from './budget'
import { exportRoute } from './export'
import type { Said, Sheet, Tallies } from './model'
import { inSeconds, Node, person, seller } from './testing'

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

interface Told {
  notification: {
    kind: string
    tag: string
    title: { en: string; id: string }
    url: string
    urgent: boolean
    actions: { action: string; url: string; does?: { command: string; input: Record<string, string> } }[]
  }
}
const told = async (who: string, drop: string): Promise<string[]> => {
  const events = (await n1.inbox(who)).filter((event) => event['kind'] === 'notification') as unknown as Told[]
  return events
    .map(({ notification }) => notification)
    .filter(({ url }) => url === `/drops/${drop}`)
    .map(({ kind }) => kind)
}

describe('people are told', () => {
  test('of an offer and of a hold that ran out, once, and not of what they did themselves', async () => {
    const drop = await n1.create({ stock: 1, waitlist: true, holdSeconds: 60 })
    const { claim } = await n1.claim('t-ani', drop)
    await n1.claim('t-budi', drop)
    await n1.later(drop, 60)
    await Promise.all([n1.tick(), n1.tick()])
    await n1.tick()
    expect(await n1.call(person('t-ani'), 'confirm', { claim })).toMatchObject({ verdict: 'expired' })
    expect([await told('t-ani', drop), await told('t-budi', drop)]).toEqual([['drops.expired'], ['drops.offered']])
    const [offer] = (await n1.inbox('t-budi')).filter((event) => event['kind'] === 'notification') as unknown as Told[]
    expect(offer!.notification).toMatchObject({ urgent: true, title: { en: 'It is your turn: Kaos' } })
    // It can be declined where it is read; the way to the page stands behind it.
    const [, decline] = offer!.notification.actions
    const { command, input } = decline!.does!
    expect([command, decline!.url]).toEqual(['drops.decline', `/drops/${drop}?decline=${input['claim']}`])
    expect(await n1.call(person('t-budi'), 'decline', input)).toMatchObject({ verdict: 'declined' })
    expect((await n1.proof(drop)).faults).toEqual([])
  })

  test('that they were drawn, all in one notice', async () => {
    const drop = await n1.create({ stock: 2, mode: 'lobby', opensAt: inSeconds(30) })
    for (const who of ['d-a', 'd-b', 'd-c']) await n1.call(person(who), 'enter', { drop })
    await n1.later(drop, 30)
    await n1.tick()
    const kinds = await Promise.all(['d-a', 'd-b', 'd-c'].map((who) => told(who, drop)))
    expect(kinds.flat()).toEqual(['drops.drawn', 'drops.drawn'])
  })
})

describe('the thread of a drop', () => {
  const lines = async (drop: string): Promise<string[]> => {
    const lane = n1.db.lane('tests', { connections: 1 })
    const rows = await lane.query<{ note: { kind: string } }>(
      `SELECT m.note FROM discussion.message m JOIN discussion.channel c ON c.id = m.channel
       WHERE c.service = 'drops' AND c.subject = $1 ORDER BY m."offset"`,
      [drop],
    )
    return rows.map(({ note }) => note.kind)
  }

  test('hears that it opened, paused, went on, sold out and closed, each time once, and nothing of a storm', async () => {
    const drop = await n1.create({ stock: 3, holdSeconds: 0, opensAt: inSeconds(30) })
    expect(await lines(drop)).toEqual([])
    expect((await n1.drop(drop)).thread).toBeString()
    await n1.later(drop, 30)
    await Promise.all([n1.tick(), n1.tick()])
    for (const verb of ['pause', 'pause', 'resume', 'pause', 'resume']) await n1.call(seller, verb, { drop })
    const claims = await Promise.all(Array.from({ length: 50 }, (_, n) => n1.claim(`th-${n}`, drop)))
    // What happens to it afterwards is no news.
    for (const { code } of claims.filter((claim) => claim.code)) await n1.call(seller, 'redeem', { code })
    expect(await lines(drop)).toEqual(['opened', 'paused', 'resumed', 'paused', 'resumed', 'sold_out'])
    await n1.call(seller, 'restock', { drop, stock: 4 })
    await n1.call(seller, 'restock', { drop, stock: 3 })
    expect((await lines(drop)).slice(6)).toEqual(['sold_out'])
    for (const _ of [1, 2]) await n1.call(seller, 'close', { drop })
    expect((await lines(drop)).slice(7)).toEqual(['closed'])
  })

  test('hears nothing after the end, though the last unit is taken then', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 60 })
    const { claim } = await n1.claim('th-last', drop)
    await n1.call(seller, 'close', { drop })
    expect(await n1.call(person('th-last'), 'confirm', { claim })).toMatchObject({ verdict: 'sold' })
    expect(await lines(drop)).toEqual(['opened', 'closed'])
  })
})

describe('those who are first', () => {
  test('are drawn before all others, by chance among themselves, and the record proves it', async () => {
    const lane = n1.db.lane('tests', { connections: 1 })
    const drop = await n1.create({ stock: 2, mode: 'lobby', opensAt: inSeconds(30), waitlist: true })
    // As `create` does with a class; the names in it are known to the drop alone.
    await lane.query(`UPDATE drops.drop SET first_name = 'Angkatan akhir', first_people = 2 WHERE id = $1`, [drop])
    await lane.query(`INSERT INTO drops.first VALUES ($1, 'f-1'), ($1, 'f-2')`, [drop])
    await lane.query(
      `UPDATE kernel.events SET data = jsonb_set(data::jsonb, '{first}', '{"name": "Angkatan akhir", "people": 2}')::json
       WHERE topic = 'drops:' || $1 AND kind = 'created'`,
      [drop],
    )
    for (const who of ['o-1', 'o-2', 'o-3', 'f-1', 'f-2']) await n1.call(person(who), 'enter', { drop })
    await n1.later(drop, 30)
    await n1.tick()
    const states = await Promise.all(['f-1', 'f-2', 'o-1', 'o-2', 'o-3'].map((who) => n1.mine(who, drop)))
    expect(states.map(([claim]) => claim!.state)).toEqual(['held', 'held', 'waiting', 'waiting', 'waiting'])
    expect((await n1.drop(drop)).first).toEqual({ name: 'Angkatan akhir', people: 2 })
    expect((await n1.proof(drop)).faults).toEqual([])
    const events = await n1.events(drop)
    const cheat = events.find(({ kind, data }) => kind === 'entered' && !(data as Said<'entered'>).first)!
    ;(cheat.data as Said<'entered'>).first = true
    const { verify } = await import('./model/verify')
    expect(verify(events).faults[0]).toContain('is served first, as more than were announced')
  })

  test('need a lobby, and a class that is there', async () => {
    const first = { class: crypto.randomUUID(), name: 'Angkatan akhir' }
    const input = { title: 'Kaos', stock: 1, opensAt: inSeconds(60), first }
    const refused = (more: object) => errorOf(n1.call(seller, 'create', { ...input, ...more }))
    expect(await refused({})).toMatchObject({ code: 'invalid', text: { en: expect.stringContaining('only a lobby') } })
    expect(await refused({ mode: 'lobby' })).toMatchObject({
      code: 'invalid',
      text: { en: expect.stringContaining('no such class') },
    })
  })
})

describe('a drop that is closed', () => {
  test('takes no claims any more, lets the line go and tells it, and keeps what was claimed before', async () => {
    const drop = await n1.create({ stock: 2, waitlist: true, holdSeconds: 60 })
    const held = await n1.claim('c-ani', drop)
    const lost = await n1.claim('c-budi', drop)
    await n1.claim('c-cici', drop)
    await n1.claim('c-dodi', drop)
    expect(await errorOf(n1.call(person('c-ani'), 'close', { drop }))).toMatchObject({ code: 'forbidden' })

    expect(await n1.call(seller, 'close', { drop })).toMatchObject({ verdict: 'closed', held: 2, waiting: 0 })
    expect(await n1.call(seller, 'close', { drop })).toMatchObject({ verdict: 'closed' })
    expect(await n1.drop(drop)).toMatchObject({ status: 'closed', held: 2, waiting: 0 })
    for (const who of ['c-cici', 'c-dodi']) {
      expect(await n1.mine(who, drop)).toMatchObject([{ state: 'released' }])
      expect(await told(who, drop)).toEqual(['drops.released'])
    }
    expect(await n1.claim('c-cici', drop)).toEqual({ verdict: 'not_open' })
    for (const [verb, more] of [
      ['resume', {}],
      ['pause', {}],
      ['restock', { stock: 9 }],
    ] as const) {
      expect(await errorOf(n1.call(seller, verb, { drop, ...more }))).toMatchObject({ code: 'conflict' })
    }

    expect(await n1.call(person('c-ani'), 'confirm', { claim: held.claim })).toMatchObject({ verdict: 'sold' })
    await n1.call(person('c-budi'), 'release', { claim: lost.claim })
    expect(await n1.claim('c-eka', drop)).toEqual({ verdict: 'not_open' })
    expect(await n1.numbers(drop)).toEqual([1, 0, 1, 0])
    expect((await n1.proof(drop)).faults).toEqual([])
  })

  test('before its time never opens, nor is its lobby drawn', async () => {
    const drop = await n1.create({ stock: 2, mode: 'lobby', opensAt: inSeconds(30) })
    await n1.call(person('c-a'), 'enter', { drop })
    await n1.call(seller, 'close', { drop })
    expect(await n1.call(person('c-b'), 'enter', { drop })).toMatchObject({ verdict: 'closed' })
    await n1.later(drop, 31)
    await n1.tick()
    expect((await n1.events(drop)).map(({ kind }) => kind)).toEqual(['created', 'entered', 'closed'])
    expect(await n1.claim('c-a', drop)).toEqual({ verdict: 'not_open' })
    expect(await n1.drop(drop)).toMatchObject({ status: 'closed', free: 2 })
  })
})

describe('a rehearsal', () => {
  test('plays the drop through with synthetic buyers, is seen by nobody else, and leaves nothing behind', async () => {
    const drop = await n1.create({ stock: 20, holdSeconds: 1, waitlist: 5, opensAt: inSeconds(86_400) })
    const { id } = await n1.call<{ id: string }>(seller, 'rehearse', { drop, buyers: 100 })
    expect(await errorOf(n1.call(seller, 'rehearse', { drop }))).toMatchObject({ code: 'conflict' })
    expect(await n1.drop(id)).toMatchObject({ rehearsal: drop, stock: 20, holdSeconds: 1, status: 'scheduled' })
    for (const verb of ['get', 'claim']) {
      expect(await errorOf(n1.call(person('r-nosy'), verb, { drop: id }))).toMatchObject({ code: 'not_found' })
    }
    expect(await errorOf(n1.registry.authorize(person('r-nosy'), `drops:${id}`))).toMatchObject({ code: 'not_found' })
    const { drops: listed } = await n1.call<{ drops: { id: string }[] }>(seller, 'list', {})
    expect(listed.map((one) => one.id)).not.toContain(id)

    const counted = n1.counts.length
    await n1.later(id, 10)
    const ticking = setInterval(() => void n1.tick(), 100)
    await n1.work('drops-rehearse').finally(() => clearInterval(ticking))
    const { sold, held, free, stock } = await n1.drop(id)
    expect({ stock, sum: sold + held + free }).toEqual({ stock: 20, sum: 20 })
    expect(sold).toBeGreaterThan(4)
    const { faults, claims } = await n1.proof(id)
    expect(faults).toEqual([])
    // Who came when the line was full too; each claimed once, although the job ran twice.
    expect(new Set(claims.map(({ who }) => who)).size).toBe(claims.length)
    const { totals } = await until(async () => {
      const found = await n1.call<Tallies>(seller, 'tallies', { drop: id })
      return found.totals.length > 0 && found
    })
    expect(totals.find(({ verdict }) => verdict === 'held')!.count).toBeGreaterThanOrEqual(20)
    expect(n1.counts.length).toBe(counted)
    expect(await n1.drop(drop)).toMatchObject({ free: 20, status: 'scheduled' })

    expect(await errorOf(n1.call(seller, 'discard', { drop }))).toMatchObject({ code: 'conflict' })
    await n1.call(seller, 'discard', { drop: id })
    expect(await errorOf(n1.drop(id))).toMatchObject({ code: 'not_found' })
    const left = await n1.db.lane('tests', { connections: 1 }).query('SELECT 1 FROM drops.claim WHERE drop = $1', [id])
    expect(left).toEqual([])
  }, 40_000)

  test('is for who manages the drop', async () => {
    const drop = await n1.create()
    expect(await errorOf(n1.call(person('x', 'organiser'), 'rehearse', { drop }))).toMatchObject({ code: 'not_found' })
    expect(await errorOf(n1.call(person('x'), 'rehearse', { drop }))).toMatchObject({ code: 'forbidden' })
  })
})

describe('numbers and lists', () => {
  test('tell the organiser how claims were answered, by node and second, also those refused from memory', async () => {
    const drop = await n1.create({ stock: 1, holdSeconds: 0 })
    await n1.claim('n-1', drop)
    for (let n = 2; n < 12; n++) await n1.claim(`n-${n}`, drop)
    const { totals, seconds } = await until(async () => {
      const found = await n1.call<Tallies>(seller, 'tallies', { drop })
      return found.totals.reduce((sum, { count }) => sum + count, 0) === 11 && found
    })
    expect(totals).toEqual([
      { node: 'n1', verdict: 'sold', count: 1 },
      { node: 'n1', verdict: 'sold_out', count: 10 },
    ])
    expect(seconds.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1)
    const sums = (of: 'verdicts' | 'nodes', name: string): number =>
      seconds.reduce((sum, second) => sum + (second[of][name] ?? 0), 0)
    expect([sums('verdicts', 'sold'), sums('verdicts', 'sold_out'), sums('nodes', 'n1')]).toEqual([1, 10, 11])
    for (const verb of ['tallies', 'sheet']) {
      const refused = await errorOf(n1.call(person('n-1', 'organiser'), verb, { drop }))
      expect(refused).toMatchObject({ code: 'forbidden' })
    }
  })

  test('give out every claim as a table that no spreadsheet runs', async () => {
    const drop = await n1.create({ stock: 3, holdSeconds: 0, title: 'Kaos: "angkatan"' })
    for (const who of ['s-1', 's-2']) await n1.claim(who, drop)
    const page = await n1.call<Sheet>(seller, 'sheet', { drop })
    expect(page.claims.map(({ user, state }) => [user, state])).toEqual([
      ['s-1', 'sold'],
      ['s-2', 'sold'],
    ])
    const ask = async (format: string) =>
      exportRoute.run(new Request('http://x'), {
        ...{ actor: seller, params: { drop, format }, lang: 'id', address: '', asSystem: async () => ({}) },
        ...{ origin: 'http://x', body: async () => ({}) },
        execute: (name, input) => n1.registry.execute(seller, name, input),
      })
    const { body, headers } = await ask('csv')
    expect(headers!['content-disposition']).toContain(`filename*=UTF-8''Kaos%3A%20%22angkatan%22.csv`)
    const lines = (body as string).split('\r\n')
    expect(lines[0]).toStartWith('\ufeffKlaim,Nama,Samaran')
    expect(lines.length).toBe(4)
    expect((await ask('xlsx')).body).toBeInstanceOf(Uint8Array)
    expect(await errorOf(ask('exe'))).toMatchObject({ code: 'not_found' })
  })
})

describe('a storm', () => {
  test('is let in up to a bound; the others are told at once to come again, and nothing of theirs was done', async () => {
    const drop = await n1.create({ stock: 5000, holdSeconds: 0 })
    const all = Array.from({ length: 4000 }, (_, n) => n1.claim(`storm-${n}`, drop).catch((error) => error))
    const answers = await Promise.all(all)
    const later = answers.filter(({ code }) => code === 'overloaded')
    expect(later.length).toBe(4000 - mostInside)
    expect(later[0].retryAfterMs).toBeGreaterThan(0)
    expect(answers.filter(({ verdict }) => verdict === 'sold').length).toBe(mostInside)
    expect(await n1.numbers(drop)).toEqual([5000 - mostInside, 0, mostInside, 0])
    expect(await n1.claim('storm-3999', drop)).toMatchObject({ verdict: 'sold' })
  }, 30_000)
})

describe('a campus behind one address', () => {
  test('is served, all two thousand of it: nothing here asks where somebody is, and one account that asks all the time is slowed', async () => {
    const drop = await n1.create({ stock: 2000, holdSeconds: 0 })
    const answers = await Promise.all(Array.from({ length: 2000 }, (_, n) => n1.claim(`nat-${n}`, drop)))
    expect(answers.every(({ verdict }) => verdict === 'sold')).toBe(true)
    const greedy = await Promise.all(
      Array.from({ length: 300 }, () => n1.claim('greedy', drop).catch((error) => error)),
    )
    const limited = greedy.filter(({ code }) => code === 'limited')
    expect(limited.length).toBeGreaterThan(150)
    expect(limited[0].retryAfterMs).toBeGreaterThan(0)
    expect(await n1.claim('nat-late', drop)).toMatchObject({ verdict: 'sold_out' })
  }, 30_000)
})
