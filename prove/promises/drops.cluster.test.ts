/**
 * G6, S1 to S3: a drop sells exactly its stock, to as many people as that, however often they press and whatever dies
 * meanwhile. Judged by the log's history at every offset, not by a counter.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Db, type Lane } from '../../kernel/db'
import type { Role } from '../../protocol/roles'
import type { Claimed } from '../../services/drops/model'
import { verify, type Proof } from '../../services/drops/model/verify'
import { history } from '../../services/drops/testing'
import { testCluster, type TestCluster, type TestNode } from '../testing/cluster'
import { random } from '../testing/random'
import { until } from '../testing/until'

let cluster: TestCluster
let lane: Lane
beforeAll(async () => {
  cluster = await testCluster()
  lane = new Db(cluster.postgres.url, 'tests').lane('tests', { connections: 2 })
}, 60_000)
afterAll(async () => {
  await lane?.close()
  await cluster?.stop()
})

interface Refused {
  code: string
}

const tokens = new Map<string, Promise<string>>()
async function headersOf(user: string, role: Role): Promise<Record<string, string>> {
  if (!tokens.has(user)) tokens.set(user, cluster.token(user, role))
  return { authorization: `Bearer ${await tokens.get(user)!}`, 'content-type': 'application/json' }
}

/** Asks until it is answered, each time with the same key and on whichever node takes the connection. */
async function ask<T>(user: string, verb: string, input: object, role: Role = 'student'): Promise<T> {
  const headers = await headersOf(user, role)
  const send = async (): Promise<{ answer: T } | false> => {
    const url = `${cluster.url}/api/drops/${verb}`
    const init = { method: 'POST', headers, body: JSON.stringify(input), keepalive: false }
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(8000) })
    return response.status === 503 ? false : { answer: (await response.json()) as T }
  }
  return (await until(send, { what: `${verb} for ${user}`, timeoutMs: 40_000, everyMs: 30 })).answer
}

const create = async (more: object): Promise<string> => {
  const input = { title: 'Kaos', opensAt: '2026-01-01T00:00:00Z', key: crypto.randomUUID(), ...more }
  return (await ask<{ id: string }>('seller', 'create', input, 'organiser')).id
}

const proofOf = async (drop: string): Promise<Proof> => verify(await history(lane, drop))

/** So many at a time work through all of `items`. */
async function crowd<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const one = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
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

/** `alun …` as somebody types it. */
async function alun(words: readonly string[], env: Record<string, string>): Promise<{ exitCode: number; out: string }> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../main/cli.ts'), ...words], {
    ...{ env, stdout: 'pipe', stderr: 'inherit' },
  })
  const out = await new Response(child.stdout).text()
  return { exitCode: await child.exited, out }
}

interface Press {
  user: string
  key: string
  answer?: Claimed & Partial<Refused>
}

test('5,000 claims of 2,000 people for 100 units, while every node is killed and the database restarts', async () => {
  const [one, two] = (await followers()) as [TestNode, TestNode]
  const leader = cluster.nodes.find((node) => node !== one && node !== two)!
  const drop = await create({ stock: 100, holdSeconds: 0 })
  const presses: Press[] = Array.from({ length: 5000 }, (_, n) => ({ user: `p${n % 2000}`, key: `key-${n}` }))
  const deaths = await Promise.all([diesAt(one, 'after-commit:1'), diesAt(two, 'before-commit:1')])

  let answered = 0
  const begun = performance.now()
  const press = async (one: Press): Promise<void> => {
    one.answer = await ask<Claimed>(one.user, 'claim', { drop, key: one.key })
    answered++
  }
  const pressed = crowd(presses, 120, press)
  await until(() => answered > 1500, { timeoutMs: 40_000, what: 'the first 1,500 answers' })
  await Promise.all(deaths.map(({ back }) => back))
  await cluster.postgres.server.restart('kill')
  await until(() => answered > 3000, { timeoutMs: 40_000, what: '3,000 answers' })
  await leader.kill()
  await leader.start()
  await pressed
  const seconds = (performance.now() - begun) / 1000

  const { faults, claims, counters } = await proofOf(drop)
  expect(faults).toEqual([])
  expect(counters).toEqual({ stock: 100, free: 0, held: 0, sold: 100, waiting: 0 })
  expect(new Set(claims.map(({ who }) => who)).size).toBe(100)
  const told = presses.filter(({ answer }) => answer!.verdict === 'sold')
  expect(new Set(told.map(({ answer }) => answer!.claim!))).toEqual(new Set(claims.map(({ claim }) => claim)))
  const winners = new Set(told.map(({ user }) => user))
  expect(winners.size).toBe(100)
  const others = presses.filter(({ answer }) => answer!.verdict !== 'sold')
  const wrong = others.filter(
    ({ user, answer }) => answer!.verdict !== (winners.has(user) ? 'limit_reached' : 'sold_out'),
  )
  expect(wrong).toEqual([])

  await crowd(told, 50, async ({ user, key, answer }) => {
    const { node: _, ...again } = await ask<Claimed & { node: string }>(user, 'claim', { drop, key })
    const { node: __, ...first } = answer as Claimed & { node: string }
    expect(again).toEqual(first)
  })
  // As anybody can who stands outside, as a guest; and who has the database.
  for (const [words, env] of [
    [['--url', cluster.url], {}],
    [['--json'], { DATABASE_URL: cluster.postgres.url }],
  ] as const) {
    const { exitCode, out } = await alun(['drop', 'verify', drop, ...words], env)
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/every event follows|"faults":\[\]/)])
  }
  // Counters are a node's own, and these were all born after most of the crowd was gone.
  expect(await ask<Claimed>('late', 'claim', { drop, key: 'late' })).toMatchObject({ verdict: 'sold_out' })
  const metrics = await Promise.all(cluster.nodes.map(async (node) => (await node.health('metrics'))!.text()))
  expect(metrics.join('\n')).toMatch(/^flash_sale_requests_total\{status="failed",node="n\d"\} [1-9]/m)
  const rate = Math.round(presses.length / seconds)
  console.info(
    `${presses.length} claims answered in ${seconds.toFixed(1)} s (${rate} a second) with two deaths in mid-commit`,
  )
}, 90_000)

test('holds that run out while nobody is alive, and a line that is served until the last unit is sold, while nodes are killed and the database restarts', async () => {
  const chance = random(7)
  const drop = await create({ stock: 30, holdSeconds: 2, waitlist: true })
  const people = Array.from({ length: 150 }, (_, n) => `q${n}`)
  const owners = new Map<string, string>()
  const told = new Set<string>()
  await crowd(people, 50, async (user) => {
    const { claim } = await ask<Claimed>(user, 'claim', { drop, key: `claim-${user}` })
    owners.set(claim!, user)
  })
  // Nobody confirms, and no node is left: the holds run out by the database's clock.
  await Promise.all(cluster.nodes.map((node) => node.kill()))
  const over = `SELECT 1 FROM drops.claim WHERE drop = $1 AND state = 'held' AND until > clock_timestamp()`
  await until(async () => (await lane.query(over, [drop])).length === 0, {
    timeoutMs: 5000,
    what: 'all holds to be over',
  })
  expect((await proofOf(drop)).counters).toMatchObject({ held: 30, sold: 0, waiting: 120 })
  await Promise.all(cluster.nodes.map((node) => node.start()))

  const seen = new Set<string>()
  const acting: Promise<unknown>[] = []
  const act = async (claim: string): Promise<void> => {
    const verb = chance.chance(0.6) ? 'confirm' : chance.pick(['release', 'decline', 'nothing'])
    if (verb === 'nothing') return
    const { verdict } = await ask<{ verdict: string }>(owners.get(claim)!, verb, { claim, key: `${verb}-${claim}` })
    if (verdict === 'sold') told.add(claim)
  }
  let kills = 0
  const sold = async (): Promise<boolean> => {
    const { claims, counters } = await proofOf(drop)
    for (const { claim, state } of claims) {
      if (state !== 'offered' || seen.has(claim)) continue
      seen.add(claim)
      acting.push(act(claim))
    }
    if (counters.sold > 5 * (kills + 1) && kills < 3) {
      const node = cluster.nodes[kills++]!
      acting.push(node.kill().then(() => node.start()))
      // In the midst of what they say to their offers.
      if (kills === 2) await cluster.postgres.server.restart('kill')
    }
    return counters.sold === 30
  }
  await until(sold, { timeoutMs: 40_000, everyMs: 100, what: 'every unit to be sold' })
  await Promise.all(acting)

  const { faults, claims, counters } = await proofOf(drop)
  expect(faults).toEqual([])
  expect(counters).toMatchObject({ stock: 30, free: 0, held: 0, sold: 30 })
  expect(claims.filter(({ state }) => state === 'expired').length).toBeGreaterThanOrEqual(30)
  expect(told).toEqual(new Set(claims.filter(({ state }) => state === 'sold').map(({ claim }) => claim)))
  console.info(
    `${claims.length} claims: ${Object.entries(Object.groupBy(claims, ({ state }) => state))
      .map(([state, all]) => `${all!.length} ${state}`)
      .join(', ')}; ${kills} nodes killed, the database once`,
  )
}, 90_000)
