/**
 * G7, A2, A3, A11: of simultaneous check-ins of one person exactly one is accepted and the others are told which; the
 * board of whoever watches is the table; no node's clock changes a verdict. While nodes are killed in mid-commit.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Client } from '../../client/client'
import { Db, type Lane } from '../../kernel/db'
import type { Role } from '../../protocol/roles'
import { apply, topicOf, type Board, type BoardAnswer, type Checked } from '../../services/attendance/model'
import { countsOf } from '../../services/attendance/model/seats'
import { testCluster, type TestCluster, type TestNode } from '../testing/cluster'
import { until } from '../testing/until'

let cluster: TestCluster
let db: Db
let lane: Lane
/** Its clock is wrong, and jumps. */
const wrongClock = `--preload=${join(import.meta.dir, '../testing/wrong-clock.ts')}`
beforeAll(async () => {
  cluster = await testCluster({ nodeEnv: { n2: { BUN_OPTIONS: wrongClock } } })
  db = new Db(cluster.postgres.url, 'tests')
  lane = db.lane('tests', { connections: 2 })
}, 60_000)
afterAll(async () => {
  await db?.close()
  await cluster?.stop()
})

const tokens = new Map<string, Promise<string>>()
async function headersOf(user: string, role: Role): Promise<Record<string, string>> {
  if (!tokens.has(user)) tokens.set(user, cluster.token(user, role))
  return { authorization: `Bearer ${await tokens.get(user)!}`, 'content-type': 'application/json' }
}

/** Asks until it is answered, each time with the same key and on whichever node takes the connection. */
async function ask<T>(user: string, verb: string, input: object, role: Role = 'student'): Promise<T> {
  const headers = await headersOf(user, role)
  const send = async (): Promise<{ answer: T } | false> => {
    const init = { method: 'POST', headers, body: JSON.stringify(input), keepalive: false }
    const response = await fetch(`${cluster.url}/api/attendance/${verb}`, {
      ...init,
      signal: AbortSignal.timeout(8000),
    })
    return response.status === 503 ? false : { answer: (await response.json()) as T }
  }
  return (await until(send, { what: `${verb} for ${user}`, timeoutMs: 40_000, everyMs: 30 })).answer
}

const open = async (more: object = {}): Promise<string> =>
  (await ask<{ id: string }>('guru', 'open', { title: 'Fisika', key: crypto.randomUUID(), ...more }, 'teacher')).id
const faultsOf = async (session: string): Promise<unknown> =>
  (await ask<{ faults: unknown[] }>('guru', 'verify', { session }, 'teacher')).faults

interface Press {
  user: string
  key: string
  answer?: Checked & { node: string }
}

const press = async (session: string, one: Press, more: object = {}): Promise<void> => {
  one.answer = await ask(one.user, 'check', { session, direction: 'in', key: one.key, ...more })
}

/** Nodes that don't lead, so that every commit of theirs is one of the crowd's. */
async function followers(): Promise<TestNode[]> {
  const leader = await until(
    async () => (await lane.query<{ node: string }>(`SELECT node FROM kernel.duties WHERE duty = 'lead'`))[0]?.node,
  )
  return cluster.nodes.filter(({ id }) => id !== leader)
}

/** Is killed at that moment of a commit, by itself, and started again. */
async function diesAt(node: TestNode, moment: string): Promise<{ back: Promise<void> }> {
  await node.kill()
  await node.start({ ALUN_FAILPOINTS: moment })
  return { back: node.exited().then(() => node.start()) }
}

/** So many at a time work through all of `items`. */
async function crowd<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const one = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

/** A teacher's board, as the app has it: a snapshot and the stream after it. */
async function watch(session: string): Promise<{ board(): Board | undefined; close(): void }> {
  const client = new Client({
    ...{ url: `ws://127.0.0.1:${cluster.port}/connection/websocket`, lang: 'en' },
    getToken: () => cluster.token('guru', 'teacher'),
  }).connect()
  const live = client.live<Board>({
    topic: topicOf(session),
    query: async () => {
      const { position, counts: _, ...state } = (await client.query('attendance.board', { session })) as BoardAnswer
      return { state, position }
    },
    apply,
  })
  await until(() => live.store.get().phase === 'live', { what: 'a board to be live', timeoutMs: 15_000 })
  return { board: () => live.store.get().state, close: () => (live.close(), client.close()) }
}

/**
 * Two things keep tries apart: the lock of the session's chain, and the key of its links, on which a second transaction
 * that decided beside the first would stumble. The key is taken away here, so that nothing holds but the lock. Without
 * `FOR UPDATE` in `lockChains`, or with the person's last record read before it, each node accepts one.
 */
test('100 tries of one person at once over three nodes, one killed in mid-commit, one with a wrong clock: one is accepted, 99 name it', async () => {
  await lane.query('ALTER TABLE attendance.attempt DROP CONSTRAINT attempt_pkey')
  for (const moment of ['after-commit:1']) {
    const session = await open()
    const [victim] = await followers()
    const { back } = await diesAt(victim!, moment)
    const presses: Press[] = Array.from({ length: 100 }, (_, n) => ({ user: 'ani', key: `${moment}-${n}` }))
    await Promise.all(presses.map((one) => press(session, one)))
    await crowd(Array.from({ length: 400 }), 8, async () => {
      if (victim!.running) await press(session, { user: 'ani', key: crypto.randomUUID() })
    })
    await back
    const accepted = presses.filter(({ answer }) => answer!.verdict === 'accepted')
    expect(accepted.length).toBe(1)
    const winner = accepted[0]!.answer!.record!
    for (const { answer } of presses) expect(answer!.record).toEqual(winner)
    expect(presses.filter(({ answer }) => answer!.verdict === 'duplicate').length).toBe(99)
    // The same key gets the same answer, now that everybody is back.
    for (const one of presses.slice(0, 10)) {
      const again = await ask<Checked>('ani', 'check', { session, direction: 'in', key: one.key })
      expect(again).toMatchObject({ verdict: one.answer!.verdict, record: winner })
    }
    expect(await faultsOf(session)).toEqual([])
  }
  // Refused where one place in a chain was given twice.
  await lane.query('ALTER TABLE attendance.attempt ADD PRIMARY KEY (session, seq)')
}, 90_000)

test('2,000 students check in while nodes die: each exactly once, every try kept, and every board is the table', async () => {
  const session = await open({ opensAt: '2026-01-01T00:00:00Z', startsAt: '2026-01-01T00:00:00Z' })
  const boards = await Promise.all([1, 2, 3, 4].map(() => watch(session)))
  const presses: Press[] = Array.from({ length: 2400 }, (_, n) => ({ user: `p${n % 2000}`, key: `key-${n}` }))
  const [one, two] = (await followers()) as [TestNode, TestNode]
  const deaths = await Promise.all([diesAt(one, 'after-commit:2'), diesAt(two, 'before-commit:2')])
  const begun = performance.now()
  await crowd(presses, 100, (each) => press(session, each))
  const seconds = (performance.now() - begun) / 1000
  // Whoever got no commit to die in meets one now.
  await crowd(Array.from({ length: 400 }), 8, async () => {
    if (one.running || two.running) await press(session, { user: 'late', key: crypto.randomUUID() })
  })
  await Promise.all(deaths.map(({ back }) => back))

  const winners = new Map<string, string>()
  for (const { user, answer } of presses) {
    if (answer!.verdict === 'accepted') {
      expect(winners.has(user)).toBe(false)
      winners.set(user, answer!.record!.id)
    }
  }
  expect(winners.size).toBe(2000)
  for (const { user, answer } of presses) expect(answer!.record!.id).toBe(winners.get(user)!)
  const { records, counts } = await ask<BoardAnswer>('guru', 'board', { session }, 'teacher')
  expect(new Set(records.filter(({ user }) => user !== 'late').map(({ id }) => id))).toEqual(new Set(winners.values()))
  await until(() => boards.every(({ board }) => board()?.records.length === records.length), {
    what: 'every board to have every record',
    timeoutMs: 15_000,
  })
  for (const { board } of boards) {
    expect(board()!.records).toEqual(records)
    expect(countsOf(board()!)).toEqual(counts)
  }
  expect(await faultsOf(session)).toEqual([])
  const tries = await lane.query<{ verdict: string; count: number }>(
    `SELECT verdict, count(*)::int AS count FROM attendance.attempt WHERE session = $1 AND user_id LIKE 'p%'
     GROUP BY verdict ORDER BY verdict`,
    [session],
  )
  expect(tries).toEqual([
    { verdict: 'accepted', count: 2000 },
    { verdict: 'duplicate', count: 400 },
  ])
  for (const board of boards) board.close()
  console.info(`2,400 checks answered in ${seconds.toFixed(1)} s with two deaths in mid-commit`)
}, 90_000)

test('a node whose clock is minutes off and jumps decides, dates and reads codes as the others do', async () => {
  const n2 = cluster.node('n2')
  if (!n2.running) await n2.start()
  const times: string[] = []
  const session = await open({ rules: { code: true, codeSeconds: 30 }, once: true })
  const on = new Map(
    await Promise.all(
      ['n1', 'n2', 'n3'].map(async (node) => [node, await cluster.client('guru', { node, role: 'teacher' })] as const),
    ),
  )
  for (const [shows, reads] of [
    ['n2', 'n1'],
    ['n1', 'n2'],
    ['n3', 'n2'],
  ] as const) {
    const { code } = await on.get(shows)!.rpc<{ code: string }>('attendance.code', { session })
    const student = await cluster.client(`from-${shows}-to-${reads}`, { node: reads })
    const answer = await student.rpc<Checked>('attendance.check', { session, code, key: crypto.randomUUID() })
    expect(answer).toMatchObject({ verdict: 'accepted', late: false, record: { node: reads } })
    times.push(answer.record!.at)
  }
  const [{ now }] = (await lane.query<{ now: Date }>('SELECT clock_timestamp() AS now')) as [{ now: Date }]
  for (const at of times) expect(Math.abs(Date.parse(at) - now.getTime())).toBeLessThan(60_000)
  expect(times.toSorted()).toEqual(times)
}, 60_000)

test('with its neighbours as they are: a class is the list, its thread hears of it, and who is low is warned before the teacher', async () => {
  const users = await lane.query<{ id: string; name: string }>(
    `INSERT INTO auth."user" (name, email, "emailVerified", role)
     SELECT name, name || '@campus.example', true, CASE name WHEN 'Ratna' THEN 'teacher' ELSE 'student' END
     FROM unnest(ARRAY['Ratna', 'Wati', 'Yudi']) name RETURNING id, name`,
  )
  const [ratna, wati, yudi] = users.map(({ id }) => id) as [string, string, string]
  const client = await cluster.client(ratna, { role: 'teacher' })
  const surely = <T>(name: string, input: object) => client.surely<T>(name, { ...input, key: crypto.randomUUID() })
  const { id: klass } = await surely<{ id: string }>('people.class_create', { name: 'Kalkulus' })
  await surely('people.enrol', { class: klass, users: [wati, yudi], role: 'student' })
  for (let n = 0; n < 4; n++) {
    const asked = { title: 'Kalkulus', class: klass, warnBelow: 75, thread: n === 3 }
    const { id } = await surely<{ id: string }>('attendance.open', asked)
    const { people } = await client.rpc<BoardAnswer>('attendance.board', { session: id })
    expect(people.map(({ name }) => name)).toEqual(['Wati', 'Yudi'])
    await press(id, { user: yudi, key: `yudi-${n}` })
    await surely('attendance.close', { session: id })
    // One after the other, as lessons are: the job of this one is done before the next begins.
    if (n === 2) await until(async () => (await noticesOf(wati)).length > 0, { what: 'the warning', timeoutMs: 20_000 })
  }
  await until(async () => (await noticesOf(ratna)).length > 0, { what: 'the teacher to hear', timeoutMs: 20_000 })
  expect(await noticesOf(wati)).toEqual(['attendance.warning'])
  expect(await noticesOf(yudi)).toEqual([])
  const notes = `SELECT data -> 'note' ->> 'kind' AS kind FROM kernel.events WHERE kind = 'noted' ORDER BY at`
  await until(async () => (await lane.query(notes)).length === 2, {
    what: 'both notes in the thread',
    timeoutMs: 20_000,
  })
}, 60_000)

async function noticesOf(user: string): Promise<string[]> {
  const rows = await lane.query<{ kind: string }>(
    `SELECT data -> 'notification' ->> 'kind' AS kind FROM kernel.events WHERE topic = $1 AND kind = 'notification'`,
    [`inbox:${user}`],
  )
  return rows.map(({ kind }) => kind)
}
