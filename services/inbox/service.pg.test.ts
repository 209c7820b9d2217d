import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { errorOf } from '../../prove/testing/until'
import { apply, type Inbox, type InboxState, type Notice } from './model'
import { inbox } from './service'
import { bench, who, type Bench } from './testing'

let at: Bench
beforeAll(async () => {
  at = await bench([inbox({ secret: 'a secret', contact: 'mailto:a@b.test', mayPushHere: true })])
}, 60_000)
afterAll(() => at.stop())

const [ani, budi] = [who('ani'), who('budi')]
const notice = (change: Partial<Notice> = {}): Notice => ({
  ...{ to: ['ani'], kind: 'report.done', tag: crypto.randomUUID(), url: '/reports/7' },
  title: { en: 'Fixed', id: 'Selesai' },
  body: { en: 'The lamp in B2 is on.', id: 'Lampu di B2 menyala.' },
  ...change,
})
const tell = (...notices: Notice[]): Promise<unknown> =>
  at.registry.execute(budi, 'teller.tell', { key: crypto.randomUUID(), notices })
const list = async (actor = ani, input: object = {}): Promise<Inbox> =>
  (await at.registry.execute(actor, 'inbox.list', input)) as unknown as Inbox
const read = (input: object, actor = ani): Promise<Record<string, unknown>> =>
  at.registry.execute(actor, 'inbox.read', input)
const refusal = async (promise: Promise<unknown>): Promise<unknown> =>
  ((await errorOf(promise)) as { code: string }).code

describe('what somebody is told', () => {
  test('is in the list of each whom it concerns and of nobody else, with where the topic stands', async () => {
    const [first, second] = [notice({ to: ['citra', 'dewi', 'citra'] }), notice({ to: ['citra'], urgent: true })]
    await tell(first, second)
    const { notifications, unread, position } = await list(who('citra'))
    expect(unread).toBe(2)
    expect(notifications).toMatchObject([
      { tag: second.tag, urgent: true, read: false },
      { tag: first.tag, title: first.title, body: first.body, url: '/reports/7', kind: 'report.done', actions: [] },
    ])
    expect(position).toMatchObject({ topic: 'inbox:citra', offset: 2 })
    expect((await list(who('dewi'))).notifications).toHaveLength(1)
    expect((await list(budi)).notifications).toEqual([])
    expect(at.told('dewi')).toMatchObject([
      { kind: 'notification', actor: 'budi', notification: { tag: first.tag, kind: 'report.done' } },
    ])
  })

  test('is told once for a tag, however often and in whatever words it is repeated', async () => {
    const once = notice({ to: ['eka'] })
    await Promise.all([tell(once), tell({ ...once, title: { en: 'Again', id: 'Lagi' } }), tell(once, once)])
    expect((await list(who('eka'))).notifications).toHaveLength(1)
    expect(at.told('eka')).toHaveLength(1)
  })

  test('is not told at all where what it tells of was undone', async () => {
    const key = crypto.randomUUID()
    await errorOf(at.registry.execute(budi, 'teller.tell', { key, notices: [notice({ to: ['fajar'] })], fail: true }))
    expect(await list(who('fajar'))).toMatchObject({ notifications: [], unread: 0, position: { offset: 0 } })
  })

  test('can be told by services only, and leads nowhere but into the app', async () => {
    expect(await refusal(at.registry.execute(budi, 'inbox.notify', { key: 'k', ...notice() }))).toBe('not_found')
    for (const url of ['https://evil.test', '//evil.test', '/\\evil.test', 'javascript:alert(1)', '', '/a b']) {
      expect(await refusal(at.registry.perform('inbox.notify', { key: 'k', ...notice({ url }) }))).toBe('invalid')
    }
  })

  test('is heard by its owner alone, who need not ask for it', async () => {
    expect(await at.registry.authorize(ani, 'inbox:ani')).toMatchObject({ own: true, roster: false })
    expect(await refusal(at.registry.authorize(who('boss', 'admin'), 'inbox:ani').then(String))).toBe('not_found')
  })

  test('is paged from the newest back', async () => {
    const gita = who('gita')
    for (let nth = 0; nth < 5; nth++) await tell(notice({ to: ['gita'], tag: `t${nth}` }))
    const page = await list(gita, { limit: 2 })
    expect(page.notifications.map(({ tag }) => tag)).toEqual(['t4', 't3'])
    const next = await list(gita, { limit: '2', before: page.notifications[1]!.id })
    expect(next.notifications.map(({ tag }) => tag)).toEqual(['t2', 't1'])
  })
})

describe('reading', () => {
  test('marks what was named, what came up to it, or what leads to a page, and tells the other devices', async () => {
    const hana = who('hana')
    for (const [tag, url] of [
      ['a', '/x'],
      ['b', '/y'],
      ['c', '/y'],
      ['d', '/x'],
    ] as const) {
      await tell(notice({ to: ['hana'], tag, url }))
    }
    const [d, c, b, a] = (await list(hana)).notifications
    expect(await read({ url: '/y' }, hana)).toEqual({ unread: 2 })
    expect((await list(hana, { unread: 'true' })).notifications.map(({ tag }) => tag)).toEqual(['d', 'a'])
    expect(await read({ upTo: c!.id }, hana)).toEqual({ unread: 1 })
    expect(await read({ ids: [d!.id] }, hana)).toEqual({ unread: 0 })
    expect(at.told('hana').slice(-3)).toMatchObject([
      { kind: 'seen', unread: 2, ids: expect.arrayContaining([b!.id, c!.id]) as unknown },
      { kind: 'seen', unread: 1, upTo: c!.id },
      { kind: 'seen', unread: 0, ids: [d!.id] },
    ])
    expect(a!.read).toBe(false)
  })

  test('a second time changes nothing and tells nobody', async () => {
    await tell(notice({ to: ['indra'] }))
    const indra = who('indra')
    const { id } = (await list(indra)).notifications[0]!
    await read({ ids: [id] }, indra)
    const before = at.told('indra').length
    expect(await read({ ids: [id] }, indra)).toEqual({ unread: 0 })
    expect(at.told('indra')).toHaveLength(before)
  })

  test('of what belongs to another is nothing', async () => {
    await tell(notice({ to: ['joko'] }))
    const { id } = (await list(who('joko'))).notifications[0]!
    await read({ ids: [id] }, ani)
    await read({ upTo: id }, ani)
    expect((await list(who('joko'))).unread).toBe(1)
    expect(await refusal(read({ ids: [id], url: '/x' }, ani))).toBe('invalid')
    expect(await refusal(read({}, ani))).toBe('invalid')
  })

  test('a screen that folds what it hears shows what a new look would', async () => {
    const kiki = who('kiki')
    let state: InboxState = { notifications: [], unread: 0 }
    for (const tag of ['a', 'b', 'c']) await tell(notice({ to: ['kiki'], tag }))
    const { notifications } = await list(kiki)
    await read({ ids: [notifications[0]!.id] }, kiki)
    await tell(notice({ to: ['kiki'], tag: 'd' }))
    await read({ upTo: notifications[1]!.id }, kiki)
    for (const { kind, at: when, ...data } of at.told('kiki')) {
      state = apply(state, { kind: kind as string, at: when as string, data })
    }
    const now = await list(kiki)
    expect(state.unread).toBe(now.unread)
    expect(state.notifications.map(({ id, tag, read: isRead }) => [id, tag, isRead])).toEqual(
      now.notifications.map(({ id, tag, read: isRead }) => [id, tag, isRead]),
    )
    expect(now.unread).toBe(1)
  })
})
