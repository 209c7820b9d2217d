/** Devices and what reaches them, with a push service that reads what browsers would. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { errorOf } from '../../prove/testing/until'
import type { NewJob } from '../../kernel/batch'
import type { JobGround } from '../../kernel/jobs'
import type { Actor } from '../../protocol/roles'
import type { Device, Notice, Wishes } from './model'
import { mailJob } from './push/mail'
import { quietFor } from './push/message'
import { ensureServerKey } from './push/server-key'
import { PushService } from './push/testing/receiver'
import { inbox } from './service'
import { pushStanding } from './standing'
import { bench, who, type Bench } from './testing'

const means = { secret: 'a secret of the tests', contact: 'mailto:it@kampus.test', mayPushHere: true }
const service = inbox(means)
let at: Bench
let push: PushService
beforeAll(async () => {
  at = await bench([service])
  push = new PushService()
}, 60_000)
afterAll(async () => {
  await at.stop()
  await push.stop()
})

const run = (actor: Actor, name: string, input: object = {}): Promise<Record<string, unknown>> =>
  at.registry.execute(actor, `inbox.${name}`, input)
const refusal = async (promise: Promise<unknown>): Promise<unknown> =>
  ((await errorOf(promise)) as { code: string }).code
const subscribe = async (actor: Actor, device: string, lang = 'id'): Promise<string> =>
  (await run(actor, 'subscribe_push', { ...push.subscribe(device), label: device, lang }))['device'] as string
const settings = async (actor: Actor): Promise<{ wishes: Wishes; devices: Device[] }> =>
  (await run(actor, 'settings')) as never

const notice = (to: string, change: Partial<Notice> = {}): Notice => ({
  ...{ to: [to], kind: 'report.done', tag: crypto.randomUUID(), url: '/reports/7' },
  title: { en: 'Fixed', id: 'Selesai' },
  body: { en: 'The lamp is on.', id: 'Lampu menyala.' },
  ...change,
})
/** Tells, and gives the jobs that came of it. */
async function tell(...notices: Notice[]): Promise<NewJob[]> {
  at.jobs.length = 0
  await at.registry.execute(who('teller'), 'teller.tell', { key: crypto.randomUUID(), notices })
  return at.jobs.splice(0)
}
async function work(jobs: readonly NewJob[]): Promise<void> {
  for (const { queue, data } of jobs) {
    const definition = service.jobs!.find((one) => one.queue === queue)!
    await definition.run({ id: crypto.randomUUID(), data, attempt: 1 }, at.registry.jobGround)
  }
}

describe('who has no device', () => {
  const letters: Record<string, unknown>[] = []
  const ground = (): JobGround => ({
    ...at.registry.jobGround,
    perform: <O>(name: string, input: object, key: string) => {
      letters.push({ name, ...input, key })
      return Promise.resolve({} as O)
    },
  })
  const mail = async (jobs: readonly NewJob[]): Promise<unknown[]> => {
    for (const { data } of jobs) await mailJob.run({ id: 'j', data, attempt: 1 }, ground())
    return letters.splice(0)
  }

  test('is mailed after a while what says so, under one key however often the job runs', async () => {
    const told = notice('dewi', { mail: true })
    const jobs = await tell(told, notice('dewi'))
    expect(jobs).toMatchObject([{ queue: 'inbox-mail', startAfterSeconds: 120 }])
    const { title, body, url } = told
    const written = await mail([...jobs, ...jobs])
    expect(written).toMatchObject(Array(2).fill({ name: 'people.write', user: 'dewi', title, body, url }))
    expect(new Set(written.map((one) => (one as { key: string }).key)).size).toBe(1)
  })

  test('is not mailed what they read meanwhile, or do not want to be called for', async () => {
    const [early, late] = [await tell(notice('eka', { mail: true })), await tell(notice('eka', { mail: true }))]
    const { notifications } = (await run(who('eka'), 'list')) as { notifications: { id: string }[] }
    await run(who('eka'), 'read', { ids: [notifications[1]!.id] })
    expect(await mail(early)).toEqual([])
    await run(who('eka'), 'wish', { levels: { report: 'bell' } })
    expect(await mail(late)).toEqual([])
    expect(await tell(notice('eka', { mail: true }))).toEqual([])
  })

  test('has one, and is told there instead', async () => {
    await subscribe(who('fitri'), 'fitri-phone')
    expect(await tell(notice('fitri', { mail: true }))).toMatchObject([{ queue: 'inbox-push' }])
  })
})

describe('a device', () => {
  test('is told in its language, with what push services need to know, once however often the job runs', async () => {
    const { key } = await run(who('ani'), 'push_key')
    expect(await run(who('ani'), 'push_key')).toEqual({ key })
    await subscribe(who('ani'), 'ani-phone')
    await subscribe(who('ani'), 'ani-tablet', 'en')
    const does = { command: 'reports.confirm', input: { report: '7' }, said: { en: 'Good', id: 'Syukurlah' } }
    const told = notice('ani', {
      urgent: true,
      actions: [{ action: 'yes', title: { en: 'Yes', id: 'Ya' }, url: '/reports/7', does }],
    })
    const jobs = await tell(told)
    expect(jobs).toHaveLength(2)
    await work([...jobs, ...jobs])
    expect(push.of('ani-phone').map(({ payload }) => payload)).toEqual([
      {
        ...{
          title: 'Selesai',
          body: 'Lampu menyala.',
          url: '/reports/7',
          tag: told.tag,
          kind: 'report.done',
          urgent: true,
          unread: 1,
        },
        actions: [{ action: 'yes', title: 'Ya', url: '/reports/7', does: { ...does, said: 'Syukurlah' } }],
      } as never,
    ])
    expect(push.of('ani-tablet')[0]!.payload.title).toBe('Fixed')
    const { headers } = push.of('ani-phone')[0]!
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '3600' })
    expect(headers['authorization']).toEndWith(`, k=${key as string}`)
    expect(headers['topic']).toBe(push.of('ani-tablet')[0]!.headers['topic']!)
  })

  test('that is gone is forgotten; one that fails for now is tried again, one that is refused says why', async () => {
    const budi = who('budi')
    for (const device of ['budi-old', 'budi-lost', 'budi-busy', 'budi-odd']) await subscribe(budi, device)
    push.answers.set('budi-old', [410])
    push.answers.set('budi-lost', [404])
    push.answers.set('budi-busy', [503, 429])
    push.answers.set('budi-odd', [403])
    const jobs = await tell(notice('budi'))
    const results = await Promise.all(jobs.map((job) => work([job]).then(() => 'ended', String)))
    expect(results.sort()).toEqual(['Error: the push service said 503 not now', 'ended', 'ended', 'ended'])
    expect((await settings(budi)).devices.map(({ label, trouble }) => [label, trouble])).toEqual([
      ['budi-odd', '403 not now'],
      ['budi-busy', undefined],
    ])
    await errorOf(work(jobs))
    await work(jobs)
    expect(push.of('budi-busy')).toHaveLength(1)
    expect(push.of('budi-odd')).toHaveLength(0)
  })

  test('that changes hands tells its new owner only, and what was meant for the old one goes nowhere', async () => {
    const subscription = push.subscribe('shared')
    await run(who('citra'), 'subscribe_push', subscription)
    const jobs = await tell(notice('citra'))
    await run(who('dewi'), 'subscribe_push', subscription)
    await work(jobs)
    expect(push.of('shared')).toEqual([])
    expect(await tell(notice('citra'))).toEqual([])
    expect((await settings(who('citra'))).devices).toEqual([])
    const [device] = (await settings(who('dewi'))).devices
    await run(who('citra'), 'unsubscribe_push', { device: device!.id })
    expect((await settings(who('dewi'))).devices).toHaveLength(1)
    await run(who('dewi'), 'unsubscribe_push', { endpoint: subscription.endpoint })
    expect((await settings(who('dewi'))).devices).toEqual([])
  })

  test('has an address of a push service and the keys of a browser, and there are not too many of them', async () => {
    const good = push.subscribe('x')
    const eka = who('eka')
    expect(await refusal(run(eka, 'subscribe_push', { ...good, endpoint: 'http://10.0.0.1/x' }))).toBe('invalid')
    expect(await refusal(run(eka, 'subscribe_push', { ...good, keys: { ...good.keys, p256dh: 'AAAA' } }))).toBe(
      'invalid',
    )
    expect(await refusal(run(eka, 'subscribe_push', { ...good, keys: { ...good.keys, auth: 'AAAA' } }))).toBe('invalid')
    for (const bad of [{ label: 'a\0b' }, { endpoint: `${good.endpoint}\0` }, { label: '\ud800' }]) {
      expect(await refusal(run(eka, 'subscribe_push', { ...good, ...bad }))).toBe('invalid')
    }
    expect(await refusal(run(eka, 'wish', { zone: 'Asia/Jakarta\0' }))).toBe('invalid')
    for (let nth = 0; nth < 12; nth++) await subscribe(eka, `eka-${nth}`)
    const labels = (await settings(eka)).devices.map(({ label }) => label)
    expect(labels).toHaveLength(10)
    expect(labels).toContain('eka-11')
    expect(labels).not.toContain('eka-0')
  })

  test('cannot be reached by who has a copy of the database and not the secret', async () => {
    const lane = at.db.lane('look', { connections: 1 })
    const mine = await ensureServerKey(lane, means.secret)
    const [row] = await lane.query<{ sealed: Buffer }>('SELECT sealed_private_key AS sealed FROM inbox.server_key')
    expect(row!.sealed.includes(Buffer.from(mine.privateKey, 'base64url'))).toBe(false)
    expect(await ensureServerKey(lane, means.secret)).toEqual(mine)
    // With another secret it is another installation to push services: devices subscribe anew.
    expect((await ensureServerKey(lane, 'another secret')).publicKey).not.toBe(mine.publicKey)
  })
})

describe('a person', () => {
  test('is told only of the kinds they want, in the bell or on their devices too', async () => {
    const fajar = who('fajar')
    await subscribe(fajar, 'fajar')
    expect((await settings(fajar)).wishes).toEqual({ levels: {}, quiet: null, zone: 'Asia/Jakarta' })
    await run(fajar, 'wish', { levels: { report: 'bell', drop: 'off' } })
    expect(await run(fajar, 'wish', { levels: { poll: 'push' } })).toMatchObject({
      levels: { report: 'bell', drop: 'off', poll: 'push' },
    })
    expect(await tell(notice('fajar'), notice('fajar', { kind: 'drop.open' }))).toEqual([])
    expect((await at.registry.execute(fajar, 'inbox.list', {}))['unread']).toBe(1)
    const jobs = await tell(notice('fajar', { kind: 'chat.mention' }))
    await run(fajar, 'wish', { levels: { chat: 'bell' } })
    await work(jobs)
    expect(push.of('fajar')).toEqual([])
  })

  test('is left alone in quiet hours, but for what is urgent, and told afterwards in one word', async () => {
    const gita = who('gita')
    const device = await subscribe(gita, 'gita', 'en')
    const zone = 'Pacific/Auckland'
    const [{ minute }] = (await statementRows(
      `SELECT (extract(hour FROM t)*60 + extract(minute FROM t))::int AS minute FROM (SELECT now() AT TIME ZONE '${zone}' AS t) x`,
    )) as [{ minute: number }]
    const quiet = { from: (minute + 1440 - 60) % 1440, to: (minute + 120) % 1440 }
    await run(gita, 'wish', { quiet, zone })
    const jobs = [
      ...(await tell(notice('gita'))),
      ...(await tell(notice('gita', { urgent: true }))),
      ...(await tell(notice('gita'))),
    ]
    at.jobs.length = 0
    await work(jobs)
    expect(push.of('gita').map(({ payload }) => payload)).toMatchObject([{ urgent: true }])
    const held = at.jobs.splice(0)
    expect(held).toMatchObject([
      { queue: 'inbox-digest', data: { device }, singletonKey: device },
      { queue: 'inbox-digest', singletonKey: device },
    ])
    expect(held[0]!.startAfterSeconds).toBeWithin(110 * 60, 121 * 60)
    await work([held[0]!])
    expect(push.of('gita')[1]!.payload).toMatchObject({ title: '3 things are new', tag: 'digest', url: '/inbox' })
    await run(gita, 'read', { url: '/reports/7' })
    await work([held[1]!])
    expect(push.of('gita')).toHaveLength(2)
    expect(await refusal(run(gita, 'wish', { zone: 'Mars/Olympus' }))).toBe('invalid')
    expect(await run(gita, 'wish', { quiet: null })).toMatchObject({ quiet: null, zone })
  })

  test('is not told of what they read meanwhile, nor of yesterday', async () => {
    const hana = who('hana')
    await subscribe(hana, 'hana')
    const seen = await tell(notice('hana', { url: '/seen' }))
    await run(hana, 'read', { url: '/seen' })
    const old = await tell(notice('hana', { url: '/old' }))
    await statementRows(
      `UPDATE inbox.notification SET at = at - interval '25 hours' WHERE user_id = 'hana' AND url = '/old'`,
    )
    await work([...seen, ...old])
    expect(push.of('hana')).toEqual([])
  })
})

test('what was read a month ago is forgotten, unread after three; and so is a device that nobody opened for half a year', async () => {
  const [ika, joko] = [who('ika'), who('joko')]
  for (const [url, days] of [
    ['/read-lately', 29],
    ['/read', 31],
    ['/unread', 89],
    ['/old', 91],
  ] as const) {
    await tell(notice('ika', { url }))
    if (url.startsWith('/read')) await run(ika, 'read', { url })
    await statementRows(
      `UPDATE inbox.notification SET at = at - interval '${days} days' WHERE user_id = 'ika' AND url = '${url}'`,
    )
  }
  for (const [device, days] of [
    ['joko-used', 179],
    ['joko-lost', 181],
  ] as const) {
    const id = await subscribe(joko, device)
    await statementRows(`UPDATE inbox.device SET seen_at = seen_at - interval '${days} days' WHERE id = '${id}'`)
  }
  await at.registry.duties.find(({ name }) => name === 'inbox.retention')!.run()
  const { notifications } = await at.registry.execute(ika, 'inbox.list', {})
  expect((notifications as { url: string }[]).map(({ url }) => url).sort()).toEqual(['/read-lately', '/unread'])
  expect((await settings(joko)).devices.map(({ label }) => label)).toEqual(['joko-used'])
})

const statementRows = (text: string): Promise<unknown[]> => at.db.lane('look', { connections: 1 }).unprepared(text)

test('quiet hours may go over midnight', () => {
  const night = { from: 22 * 60, to: 6 * 60 }
  const at = (hour: number, minute = 0): number => quietFor(night, hour * 60 + minute)
  expect([at(21, 59), at(22), at(23), at(0), at(5, 59), at(6), at(12)]).toEqual([0, 480, 420, 360, 1, 0, 0])
  expect(quietFor({ from: 60, to: 60 }, 60)).toBe(0)
  expect(quietFor(undefined, 60)).toBe(0)
})

test('devices that know a key which this secret can’t open are missed by nobody but their owners: an admin is told', async () => {
  await run(who('dodi'), 'push_key')
  await subscribe(who('dodi'), 'dodi-phone')
  const { devices } = await pushStanding(at.registry.reads, means.secret)
  expect(devices).toBeGreaterThan(0)
  expect(await pushStanding(at.registry.reads, means.secret)).toEqual({ key: 'ours', devices })
  expect(await pushStanding(at.registry.reads, 'a third secret')).toEqual({ key: 'lost', devices })
})
