import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { Refusal } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { testNode, type TestNode } from '../people/testing/node'
import type { Finding, Machine } from './model/health'
import type { WatchMeans } from './means'
import { breakEveryMs, type Proof, type Sale } from './model'
import { watch } from './service'

let database: TestDatabase
let stage: TestNode
let production: TestNode
beforeAll(async () => {
  database = await testDatabase()
  stage = await testNode(database.url, { demo: true, services: [watch(means(true))] })
  production = await testNode(database.url, { services: [watch(means(false))] })
}, 60_000)
afterAll(async () => {
  await stage.stop()
  await production.stop()
  await database.stop()
})

function means(demo: boolean): WatchMeans {
  const nobody = (): never => {
    throw new Error('nobody asks for that here')
  }
  const machine = async (): Promise<Machine> => ({
    ...{ freeBytes: 1e12, mail: 'none', publicUrl: 'https://alun.kampus.test' },
    backups: { kept: 7, isElsewhere: false, isDemo: demo, upSince: 0 },
  })
  const push = async () => ({ key: 'ours', devices: 2 }) as const
  return { demo, jobs: nobody, ask: nobody, prove: nobody, machine, push }
}
const as = (role: Role) => ({ id: crypto.randomUUID(), name: 'U', role })
const events = (kind: string) =>
  stage.sql.query<{ actor: string; data: Record<string, unknown> }>(
    `SELECT actor, data FROM kernel.events WHERE topic = 'watch' AND kind = $1 ORDER BY "offset"`,
    [kind],
  )
const refusalOf = async (promise: Promise<unknown>) => (await errorOf(promise)) as Refusal

test('nothing is broken or sold to bots outside of a demonstration, whoever asks', async () => {
  for (const [name, input] of [
    ['watch.break', { what: 'kill', node: 'n1' }],
    ['watch.break', { what: 'bus' }],
    ['watch.sell_to_bots', {}],
  ] as const) {
    expect(await refusalOf(production.call(as('admin'), name, input))).toMatchObject({ code: 'forbidden' })
  }
  expect([...(await events('broken')), ...(await events('sale'))]).toEqual([])
})

test('an admin, and nobody else, is told how the installation is, and what to do', async () => {
  const health = (role: Role) => production.registry.execute(as(role), 'watch.health', {})
  const { node, findings } = (await health('admin')) as { node: string; findings: Finding[] }
  expect(node).toBe('n1')
  const of = (about: string) => findings.find((one) => one.about === about)
  expect(of('database')).toMatchObject({ verdict: 'ok' })
  expect(of('database')!.found.en).toMatch(/^PostgreSQL \d+[\d.]*, [\d.,]+ MB$/)
  expect(of('backups')).toMatchObject({ verdict: 'fail', todo: { en: expect.stringContaining('supervisor') } })
  expect(of('push')).toMatchObject({ verdict: 'ok', found: { id: 'beres; 2 perangkat ingin notifikasi' } })
  // Its queue can't be asked here: nothing is said rather than something wrong.
  expect(of('jobs')).toBeUndefined()
  for (const role of ['student', 'teacher', 'technician', 'organiser', 'guest'] as const)
    expect(await refusalOf(health(role))).toMatchObject({ code: 'forbidden' })
})

test('in a demonstration anybody breaks things, says which node, and no more often than a cluster mends', async () => {
  const guest = as('guest')
  expect(await refusalOf(stage.call(guest, 'watch.break', { what: 'hang' }))).toMatchObject({ code: 'invalid' })
  const crowd = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => stage.call(as('guest'), 'watch.break', { what: 'kill', node: `n${n}` })),
  )
  expect(crowd.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const refusal = await refusalOf(stage.call(guest, 'watch.break', { what: 'kill', node: 'n2' }))
  expect(refusal.code).toBe('limited')
  expect(refusal.retryAfterMs).toBeWithin(1000, breakEveryMs.kill + 1)
  await stage.call(guest, 'watch.break', { what: 'bus' })
  expect((await events('broken')).map(({ data }) => data['what'])).toEqual(['kill', 'bus'])

  await stage.sql.query(`UPDATE watch.pace SET at = at - interval '1 minute'`)
  await stage.call(guest, 'watch.break', { what: 'kill', node: 'n2' })
  expect((await events('broken')).at(-1)).toEqual({ actor: guest.id, data: { what: 'kill', target: 'n2' } })
})

test('one sale to bots goes on at a time; the next begins once it is over, or its worker long dead', async () => {
  const sell = () => stage.call(as('guest'), 'watch.sell_to_bots', { buyers: 10, stock: 3 })
  const pass = (seconds: number) =>
    stage.sql.query(`UPDATE watch.run SET at = at - make_interval(secs => $1) WHERE kind = 'sale'`, [seconds])
  const { run } = await sell()
  expect(stage.jobs).toMatchObject([{ queue: 'watch-sell', data: { run, buyers: 10, stock: 3 } }])
  expect(await stage.call(as('guest'), 'watch.sale', {})).toMatchObject({ sale: { run, stage: 'wanted' } })
  await pass(60)
  expect((await refusalOf(sell())).code).toBe('limited')

  const { sale } = (await stage.call(as('guest'), 'watch.sale', {})) as { sale: Sale }
  await stage.perform('watch.tell_sale', { ...sale, stage: 'judged', sold: 3, lost: 0, doubled: 0, oversold: 0 })
  expect((await events('sale')).map(({ data }) => data['stage'])).toEqual(['wanted', 'judged'])
  expect((await refusalOf(sell())).code).toBe('limited')
  await pass(60)
  const next = await sell()
  // What a worker of the one before still says changes nothing here.
  await stage.perform('watch.tell_sale', { ...sale, stage: 'failed' })
  expect(await stage.call(as('guest'), 'watch.sale', {})).toMatchObject({ sale: { run: next['run'], stage: 'wanted' } })
  await pass(300)
  await sell()
})

test('one proof runs at a time, for admins and in a demonstration for everybody', async () => {
  expect((await refusalOf(production.call(as('organiser'), 'watch.prove', { scenario: 'chat' }))).code).toBe(
    'forbidden',
  )
  expect((await refusalOf(stage.call(as('guest'), 'watch.prove', { scenario: 'none' }))).code).toBe('invalid')
  const { run } = await stage.call(as('guest'), 'watch.prove', { scenario: 'chat' })
  expect(stage.jobs.at(-1)).toMatchObject({ queue: 'watch-prove', data: { run, scenario: 'chat' } })
  expect((await refusalOf(production.call(as('admin'), 'watch.prove', { scenario: 'sale' }))).code).toBe('limited')
  const { proof } = (await stage.call(as('guest'), 'watch.proof', {})) as { proof: Proof }
  const promises = [{ promise: 'G1', verdict: 'held', looked: 9 }]
  await stage.perform('watch.tell_proof', { ...proof, stage: 'held', promises })
  expect(await stage.call(as('guest'), 'watch.proof', {})).toMatchObject({ proof: { run, stage: 'held', promises } })
  await stage.sql.query(`UPDATE watch.run SET at = at - interval '1 minute' WHERE kind = 'proof'`)
  expect((await production.call(as('admin'), 'watch.prove', { scenario: 'sale' }))['run']).not.toBe(run)
})

test('probes are for admins, and in a demonstration for everybody', async () => {
  expect((await refusalOf(production.call(as('student'), 'watch.probe', { n: 1 }))).code).toBe('forbidden')
  await production.call(as('admin'), 'watch.probe', { n: 1 })
  await stage.call(as('guest'), 'watch.probe', { n: 2 })
  expect((await events('probed')).map(({ data }) => data['n'])).toEqual([1, 2])
})
