/**
 * S13, S14: a drop's storm stays in its lane, whatever holds it up, and nobody is refused for where they are. The node runs
 * in this process, so that thousands can ask at once; what others ask meanwhile goes through its doors.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { mint } from '../../edge/sessions'
import { nodeConfig } from '../../main/config'
import { createNode } from '../../main/node'
import type { Role } from '../../protocol/roles'
import { claimPace, mostInside } from '../../services/drops/budget'
import type { Claimed } from '../../services/drops/model'
import { verify } from '../../services/drops/model/verify'
import { history, past } from '../../services/drops/testing'
import { freePort } from '../testing/cluster'
import { testDatabase, type TestDatabase } from '../testing/database'
import { lockingRow, type Locking } from '../testing/locks'
import { until } from '../testing/until'
import { Wire } from '../testing/wire'

const secret = 'a-secret-of-the-tests-that-is-long-enough'
const port = freePort()
let database: TestDatabase
let node: Awaited<ReturnType<typeof createNode>>

beforeAll(async () => {
  database = await testDatabase()
  const env = { ALUN_PORT: String(port), ALUN_PRIVATE_PORT: String(freePort()), ALUN_NODE_ID: 'n1' }
  const proxied = { ...env, ALUN_TRUSTED_PROXIES: '127.0.0.1' }
  node = await createNode(nodeConfig({ ...proxied, DATABASE_URL: database.url, ALUN_SECRET: secret }))
  await node.lifecycle.run()
}, 60_000)
afterAll(async () => {
  await node?.lifecycle.end(0)
  await database?.stop()
})

const tokenOf = async (user: string, role: Role): Promise<string> =>
  (await mint(secret, { id: user, name: user, role }, 600, Date.now())).token

interface Asked {
  role?: Role
  /** Where the proxy says that it comes from. */
  from?: string
}

/** Through the door, as `name` with a key of its own. */
async function ask(user: string, method: string, input: object, { role = 'student', from }: Asked = {}) {
  const [service, verb] = method.split('.')
  const response = await fetch(`http://127.0.0.1:${port}/api/${service}/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(user, role)}`, ...(from ? { 'x-forwarded-for': from } : {}) },
    body: JSON.stringify({ key: crypto.randomUUID(), ...input }),
  })
  const retryAfter = Number(response.headers.get('retry-after'))
  return { status: response.status, retryAfter, answer: (await response.json()) as Record<string, unknown> }
}

async function made(user: string, method: string, input: object, role: Role): Promise<string> {
  const { status, answer } = await ask(user, method, input, { role })
  expect(status).toBe(200)
  return answer['id'] as string
}

const create = (stock: number): Promise<string> =>
  made('seller', 'drops.create', { title: 'Kaos', stock, opensAt: past(), holdSeconds: 0 }, 'organiser')

const claim = (user: string, drop: string): Promise<Claimed> =>
  node.registry.execute({ id: user, name: user, role: 'student' }, 'drops.claim', { drop, key: user }) as Promise<never>

/** Asked again with the same key as long as there is no room or nobody knows. */
const surely = (user: string, drop: string): Promise<Claimed> =>
  until(() => claim(user, drop), { what: `what became of ${user}'s claim`, timeoutMs: 90_000, everyMs: 300 })

/** The connections that wait for somebody's lock, by node and lane. */
const stuck = async (): Promise<string[] | undefined> => {
  const rows = await node.registry.reads.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  )
  return rows.length > 0 ? rows.map(({ name }) => name) : undefined
}
const waiting = { what: 'somebody to wait for the drop', timeoutMs: 20_000 }

let held: Locking | undefined
afterEach(async () => {
  await held?.release()
  held = undefined
})

const stock = mostInside + 500

test('while claims are stuck, words, reports, check-ins and looks go through, and those whom no claim has room for are told to come again', async () => {
  const [drop, session] = await Promise.all([
    create(stock),
    made('guru', 'attendance.open', { title: 'Fisika', rules: { rollCall: false } }, 'teacher'),
  ])
  const lock = (held = await lockingRow(database.url, 'drops.drop', drop))
  // More kinds of transactions than a lane has connections: all of the drops' own are stuck.
  const desk = ['resume', 'restock'].map((verb) =>
    ask('seller', `drops.${verb}`, { drop, stock }, { role: 'organiser' }),
  )
  await until(() => lock.blocks(), { what: 'the first of them to wait for the drop', timeoutMs: 20_000 })
  const crowd = Array.from({ length: mostInside + 100 }, (_, nth) => `storm-${nth}`)
  const claims = crowd.map((user) => surely(user, drop))
  expect(await until(stuck, waiting)).toEqual(['alun/n1/drops'])

  const { late, refused } = await comingLate(drop)
  expect(refused.every(({ status }) => status === 503)).toBe(true)
  // Spread out: who was sent away together doesn't come back together.
  const waits = new Set(refused.map(({ retryAfter }) => retryAfter))
  expect(waits.size).toBeGreaterThan(1)
  expect(Math.min(...waits)).toBeGreaterThan(0)
  expect(node.registry.waiting().find(({ command }) => command === 'drops.claim')!.waiting).toBeLessThan(mostInside + 1)

  const others = Array.from({ length: 20 }, (_, nth) => [
    goesThrough(`p-${nth}`, 'discussion.post', { channel: 'general', text: 'Masih bisa bicara?' }),
    goesThrough(`p-${nth}`, 'reports.submit', { title: 'Keran bocor', place: 'r. 201', priority: 'normal' }),
    goesThrough(`p-${nth}`, 'attendance.check', { session, direction: 'in' }),
    goesThrough(`p-${nth}`, 'discussion.history', { channel: 'general' }),
    goesThrough(`p-${nth}`, 'drops.get', { drop }),
  ])
  await Promise.all(others.flat())
  const wire = await Wire.connected(port, await tokenOf('p-0', 'student'))
  const data = { channel: 'general', text: 'Ya', key: 'ya' }
  expect((await wire.ask('rpc', { method: 'discussion.post', data })).error).toBeUndefined()
  wire.close()
  expect(await until(stuck, waiting)).toEqual(['alun/n1/drops'])

  await lock.release()
  held = undefined
  // Nothing was done for who was sent away, and nothing twice for who was told that nobody knows.
  const won = await Promise.all(claims)
  expect(new Set(won.map((one) => one.claim)).size).toBe(crowd.length)
  const found = (await Promise.all(late)).filter(({ status }) => status === 200).length
  await Promise.all(desk)
  const { faults, counters } = verify(await history(node.registry.reads, drop))
  expect(faults).toEqual([])
  const sold = crowd.length + found
  expect(counters).toEqual({ stock, sold, held: 0, waiting: 0, free: stock - sold })
}, 120_000)

type Answer = Awaited<ReturnType<typeof ask>>

/** People come to a full house, until thirty of them were told so. Who found a gap waits with the others. */
async function comingLate(drop: string): Promise<{ late: Promise<Answer>[]; refused: Answer[] }> {
  const late: Promise<Answer>[] = []
  const refused: Answer[] = []
  const come = async (): Promise<void> => {
    const coming = ask(`late-${late.length}`, 'drops.claim', { drop })
    late.push(coming)
    const answer = await coming
    if (answer.answer['code'] === 'overloaded') refused.push(answer)
  }
  const enough = (): boolean => {
    if (refused.length >= 30) return true
    for (let nth = 0; nth < 5; nth++) void come()
    return false
  }
  await until(enough, { what: 'thirty to be told that there is no room', timeoutMs: 30_000, everyMs: 50 })
  return { late, refused }
}

/** At the first try, or, on a machine that is busy with everything else, at a later one: but while the storm lasts. */
const goesThrough = (user: string, method: string, input: object): Promise<boolean> => {
  const keyed = { ...input, key: crypto.randomUUID() }
  const tries = async (): Promise<boolean> => (await ask(user, method, keyed)).status === 200
  return until(tries, { what: `${method} in the storm`, timeoutMs: 30_000, everyMs: 200 })
}

test('2,000 people behind one address are all served in a drop, and one account behind 200 addresses is limited', async () => {
  const drop = await create(2001)
  const begunMs = performance.now()
  const bot = Promise.all(
    Array.from({ length: 400 }, (_, nth) => ask('bot', 'drops.claim', { drop }, { from: `10.0.1.${nth % 200}` })),
  )
  const verdicts: string[] = []
  const people = Array.from({ length: 2000 }, (_, nth) => `student-${nth}`).values()
  const one = async (): Promise<void> => {
    for (const user of people) {
      const { answer } = await ask(user, 'drops.claim', { drop }, { from: '36.68.1.1' })
      verdicts.push(String(answer['verdict'] ?? answer['code']))
    }
  }
  await Promise.all(Array.from({ length: 48 }, one))
  expect(
    Map.groupBy(verdicts, (verdict) => verdict)
      .keys()
      .toArray(),
  ).toEqual(['sold'])
  const answers = Map.groupBy(await bot, ({ answer }) => String(answer['verdict'] ?? answer['code']))
  const seconds = (performance.now() - begunMs) / 1000
  expect([...answers.keys()].sort()).toEqual(['limit_reached', 'limited', 'sold'])
  expect(answers.get('sold')).toHaveLength(1)
  expect(400 - answers.get('limited')!.length).toBeWithin(1, claimPace.burst + claimPace.perSecond * seconds + 2)
  for (const { status, retryAfter } of answers.get('limited')!) expect([status, retryAfter > 0]).toEqual([429, true])
}, 60_000)
