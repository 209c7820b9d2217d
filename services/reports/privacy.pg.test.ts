/** Who sees what of a report (law 4), the receipt, the alarm and the thread. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { othersThan } from '../../prove/testing/others'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { Refusal } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { alarmJob } from './alarm'
import { Node } from './testing'

let database: TestDatabase
let n1: Node
let ani: Actor, budi: Actor, tini: Actor, admin: Actor
beforeAll(async () => {
  database = await testDatabase()
  n1 = new Node(database.url, othersThan('reports'))
  ani = await n1.person('Ani Rahasia')
  budi = await n1.person('Budi')
  tini = await n1.person('Tini', 'technician')
  admin = await n1.person('Adi', 'admin')
}, 60_000)
afterAll(async () => {
  await n1?.db.close()
  await database?.stop()
})

const refusal = async (promise: Promise<unknown>): Promise<string> => ((await errorOf(promise)) as Refusal).code
const topic = async (who: Actor, name: string): Promise<string> =>
  n1.registry.authorize(who, name).then(
    () => 'read',
    (error: Refusal) => error.code,
  )

describe('a hidden name', () => {
  test('is on no topic and in no answer but those of handlers and their own', async () => {
    const report = await n1.submit(ani, { hideName: true })
    await n1.call(ani, 'update', { report, note: 'Masih begitu' })
    await n1.call(tini, 'claim', { report })
    await n1.call(tini, 'finish', { report, note: 'Beres', photos: [await n1.photo(tini)] })
    await n1.call(ani, 'reopen', { report })
    const said = [...(await n1.reportEvents(report)), ...(await n1.events('reports:board'))]
    const seen = await n1.get(budi, report)
    for (const text of [JSON.stringify(said), JSON.stringify(seen)]) {
      expect(text).not.toContain('Rahasia')
      expect(text).not.toContain(ani.id)
    }
    expect((await n1.get(tini, report)).viewer.reporter).toEqual({ id: ani.id, name: ani.name })
  })

  test('is not given away by opening the thread of a public report', async () => {
    const report = await n1.submit(ani, { hideName: true, title: `Pecah ${'😀'.repeat(60)}` })
    const { channel } = await n1.call<{ channel: string }>(ani, 'discuss', { report })
    await n1.call(tini, 'reject', { report, reason: `Bukan milik kami! ${'😀'.repeat(200)}` })
    expect(JSON.stringify(await n1.events(`discussion:${channel}`))).not.toContain(ani.id)
    const members = await n1.registry.reads.query('SELECT user_id FROM discussion.member WHERE channel = $1', [channel])
    expect(members).toEqual([])
  })

  test('is not among the members of the thread either, and what happens is told there', async () => {
    const report = await n1.submit(ani, { hideName: true, private: true })
    const { channel } = await n1.call<{ channel: string }>(tini, 'discuss', { report })
    expect(await topic(tini, `discussion:${channel}`)).toBe('read')
    expect(await topic(budi, `discussion:${channel}`)).toBe('not_found')
    expect(await n1.call<{ channel: string }>(tini, 'discuss', { report })).toMatchObject({ channel })
    await n1.call(tini, 'claim', { report })
    const said = JSON.stringify(await n1.events(`discussion:${channel}`))
    expect(said).toContain('Tini menangani')
    expect(said).not.toContain(ani.id)
  })
})

describe('a private report', () => {
  test('is not there for others: not by id, number, board, search, sticker, table or topic', async () => {
    const title = 'Sangat rahasia'
    const report = await n1.submit(ani, { title, place: 'Ruang X', private: true })
    const { number } = (await n1.get(ani, report)).report
    expect(await refusal(n1.get(budi, report))).toBe('not_found')
    expect(await refusal(n1.call(budi, 'get', { report: number }))).toBe('not_found')
    expect(await refusal(n1.call(budi, 'follow', { report }))).toBe('not_found')
    expect(await refusal(n1.call(budi, 'discuss', { report }))).toBe('not_found')
    for (const [verb, input] of [
      ['similar', { place: 'Ruang X' }],
      ['public', {}],
      ['open_data', {}],
    ] as const) {
      expect(JSON.stringify(await n1.call(budi, verb, input))).not.toContain(title)
    }
    expect(await topic(budi, `reports:${report}`)).toBe('not_found')
    expect(await topic(ani, `reports:${report}`)).toBe('read')
    expect(await topic(tini, `reports:${report}`)).toBe('read')
  })

  test('is followed by whoever holds its receipt', async () => {
    const { id, receipt } = await n1.call<{ id: string; receipt: string }>(ani, 'submit', {
      ...{ title: 'Pelecehan', place: 'Kantin', private: true },
    })
    const guest: Actor = { id: crypto.randomUUID(), name: 'Tamu', role: 'guest' }
    expect(await refusal(n1.call(guest, 'receipt', { receipt: `${receipt}x` }))).toBe('not_found')
    const other = await n1.call<{ id: string; receipt: string }>(ani, 'submit', { title: 'Bocor', place: 'Kantin' })
    const used = [receipt, receipt, other.receipt, receipt].map((one) => n1.call(guest, 'receipt', { receipt: one }))
    await Promise.all([...used, n1.call(budi, 'receipt', { receipt })])
    expect((await n1.get(guest, id)).report.followers).toBe(2)
    expect((await n1.get(guest, other.id)).report.followers).toBe(1)
    expect((await n1.get(guest, id)).viewer.receipt).toBeUndefined()
    expect(await topic(guest, `reports:${id}`)).toBe('read')
  })
})

test('the board is for technicians and admins', async () => {
  expect(await topic(budi, 'reports:board')).toBe('not_found')
  expect(await topic(tini, 'reports:board')).toBe('read')
  expect(await refusal(n1.call(budi, 'board'))).toBe('forbidden')
})

describe('an emergency', () => {
  test('rings with those on duty first, then with all, then with admins too, until somebody has it', async () => {
    const tono = await n1.person('Tono', 'technician')
    await n1.call(tini, 'duty', { on: true, team: 'building' })
    await n1.call(tono, 'duty', { on: true, team: 'plumbing' })
    const report = await n1.submit(ani, { priority: 'emergency' })
    const rang = async (): Promise<number[]> =>
      Promise.all(
        [tini, tono, admin].map(
          async (who) => (await n1.told(who)).filter((kind) => kind === 'report.emergency').length,
        ),
      )
    const rounds: number[][] = []
    const pauses: number[] = []
    for (let round = 0; round < 4; round++) {
      pauses.push(n1.jobs.find(({ queue }) => queue === 'reports-alarm')!.startAfterSeconds ?? 0)
      await n1.work({ later: true })
      rounds.push(await rang())
    }
    expect(pauses).toEqual([0, 60, 60, 120])
    const { notification } = (await n1.events(`inbox:${tini.id}`)).at(-1)!.data as { notification: object }
    const claims = { action: 'claim', does: { command: 'reports.claim', input: { report } } }
    expect(notification).toMatchObject({ kind: 'report.emergency', urgent: true, actions: [claims] })
    const { thread } = (await n1.get(tini, report)).report
    const said = (await n1.events(`discussion:${thread}`)).filter(({ kind }) => kind === 'noted')
    expect(said.map(({ data }) => (data['note'] as { kind: string }).kind)).toEqual(
      pauses.map(() => 'report.emergency'),
    )
    const channels = async (who: Actor): Promise<(string | null)[]> => {
      const listed = await n1.registry.execute(who, 'discussion.channels', {})
      return (listed['channels'] as { id: string }[]).map(({ id }) => id)
    }
    for (const who of [tini, tono, admin]) expect(await channels(who)).toContain(thread!)
    expect(await channels(budi)).not.toContain(thread!)
    expect(rounds).toEqual([
      [1, 0, 0],
      [2, 0, 0],
      [3, 1, 0],
      [4, 2, 1],
    ])
    await n1.call(tono, 'claim', { report })
    await n1.work({ later: true })
    expect(n1.jobs.filter(({ queue }) => queue === 'reports-alarm')).toEqual([])
    expect(await rang()).toEqual([4, 2, 1])
    await n1.call(tono, 'release', { report })
    await n1.call(tono, 'claim', { report })
    await n1.call(tono, 'release', { report })
    await n1.work({ later: true })
    await n1.work({ later: true })
    expect(await rang()).toEqual([6, 2, 1])
    expect(n1.jobs.filter(({ queue }) => queue === 'reports-alarm')).toHaveLength(1)
    await n1.call(tono, 'claim', { report })
    await n1.call(tono, 'finish', { report, note: 'Beres', photos: [await n1.photo(tono)] })
    await n1.work({ later: true })
    expect(await rang()).toEqual([6, 2, 1])
    await n1.call(ani, 'reopen', { report })
    await n1.work({ later: true })
    expect(await rang()).toEqual([7, 2, 1])
  })

  test('rings once for a round, though its job is worked on twice', async () => {
    const report = await n1.submit(ani, { priority: 'emergency' })
    const job = n1.jobs.find(({ data }) => (data as { report: string }).report === report)!
    const ring = (): Promise<void> =>
      alarmJob.run({ id: 'the-job-of-this-test', data: job.data, attempt: 1 }, n1.registry.jobGround)
    await Promise.all([ring(), ring()])
    await ring()
    const { timeline } = (await n1.get(ani, report)).report
    expect(timeline.filter(({ kind }) => kind === 'alerted')).toHaveLength(1)
  })
})

test('guests are held to a bound', async () => {
  const guest: Actor = { id: crypto.randomUUID(), name: 'Tamu', role: 'guest' }
  const all = await Promise.allSettled(Array.from({ length: 35 }, () => n1.submit(guest)))
  const refused = all.filter((one) => one.status === 'rejected').map((one) => (one.reason as Refusal).code)
  expect(refused).toEqual(Array.from({ length: 5 }, () => 'limited'))
})
