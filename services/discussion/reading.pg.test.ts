import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Actor } from '../../protocol/roles'
import { plainInbox } from '../inbox/testing'
import { bench, type Answer, type Bench } from './testing'

let at: Bench
let [ani, budi, citra]: Actor[] = []
beforeAll(async () => {
  at = await bench([plainInbox])
  ;[ani, budi, citra] = [await at.person('Ani'), await at.person('Budi'), await at.person('Citra')]
}, 60_000)
afterAll(() => at.stop())

const post = (actor: Actor, channel: string, text = 'hello', more: object = {}): Promise<Answer> =>
  at.call(actor, 'post', { channel, text, ...more })
const listed = async (actor: Actor, channel: string): Promise<Answer> =>
  (await at.call(actor, 'channels')).channels.find(({ id }: { id: string }) => id === channel)
const index = async (): Promise<void> => {
  const duty = at.registry.duties.find(({ name }) => name === 'discussion.index')!
  while ((await duty.run()).more);
}
const found = async (actor: Actor, input: object): Promise<string[]> =>
  (await at.call(actor, 'search', input)).messages.map(({ text }: { text: string }) => text)

describe('ticks of direct messages', () => {
  test('tell the others what reached a device and what was read, without a row for each message', async () => {
    const { id: channel } = await at.call(ani!, 'direct', { people: [budi!.id] })
    const { offset } = await post(ani!, channel)
    await at.call(budi!, 'delivered', { channel, offset })
    expect(at.whispers.at(-1)!.data).toEqual({ kind: 'receipt', user: budi!.id, read: 0, delivered: offset })
    expect((await at.call(ani!, 'history', { channel })).receipts).toEqual([
      { user: budi!.id, read: 0, delivered: offset },
    ])
    await at.call(budi!, 'read', { channel, offset })
    expect((await at.call(ani!, 'history', { channel })).receipts).toMatchObject([{ read: offset }])
    const rows = await at.db
      .lane('tests', { connections: 1 })
      .query('SELECT 1 FROM discussion.cursor WHERE channel = $1', [channel])
    expect(rows).toHaveLength(1)
  })

  test('are not told by who would rather not, nor to them', async () => {
    const { id: channel } = await at.call(ani!, 'direct', { people: [citra!.id] })
    const { offset } = await post(ani!, channel)
    await at.call(citra!, 'receipts', { on: false })
    expect((await at.call(citra!, 'channels')).discreet).toBe(true)
    const before = at.whispers.length
    await at.call(citra!, 'read', { channel, offset })
    expect(at.whispers).toHaveLength(before)
    for (const one of [ani!, citra!]) expect((await at.call(one, 'history', { channel })).receipts).toEqual([])
    await at.call(citra!, 'receipts', { on: true })
    expect((await at.call(ani!, 'history', { channel })).receipts).toMatchObject([{ read: offset }])
  })

  test('say nothing of how far people read a public channel', async () => {
    const channel = await at.newChannel(ani!)
    await post(ani!, channel)
    const before = at.whispers.length
    await at.call(budi!, 'read', { channel, offset: 1 })
    expect(at.whispers).toHaveLength(before)
    expect(await at.call(ani!, 'history', { channel })).not.toHaveProperty('receipts')
  })
})

describe('what somebody wants to know', () => {
  const told = (user: Actor, kind: string): Answer[] =>
    at.told(`inbox:${user.id}`).flatMap(({ notification }) => (notification?.kind === kind ? [notification] : []))

  test('of direct messages is told once until they have read on, and not of what they read meanwhile', async () => {
    const { id: channel } = await at.call(ani!, 'direct', { people: [budi!.id, citra!.id] })
    const { offset } = await post(ani!, channel)
    expect(at.jobs.filter(({ queue }) => queue === 'discussion-tell').at(-1)).toMatchObject({ singletonKey: channel })
    await at.call(citra!, 'read', { channel, offset })
    const before = [told(budi!, 'discussion.message').length, told(citra!, 'discussion.message').length]
    const tell = (): Promise<unknown> => at.perform('discussion.tell', { channel })
    await tell()
    await post(ani!, channel, 'and more')
    await at.call(citra!, 'read', { channel, offset: 99 })
    await tell()
    expect(told(budi!, 'discussion.message')).toHaveLength(before[0]! + 1)
    expect(told(citra!, 'discussion.message')).toHaveLength(before[1]!)
    await at.call(budi!, 'read', { channel, offset: 99 })
    await post(ani!, channel, 'one more')
    await tell()
    expect(told(budi!, 'discussion.message')).toHaveLength(before[0]! + 2)
    expect(JSON.stringify(told(budi!, 'discussion.message'))).not.toContain('more')
  })

  test('is a matter of the channel: everything, mentions or nothing, and all devices know', async () => {
    const channel = await at.newChannel(ani!)
    const jobs = at.jobs.length
    await post(ani!, channel)
    expect(at.jobs).toHaveLength(jobs)
    await at.call(budi!, 'prefer', { channel, level: 'all' })
    await at.call(citra!, 'prefer', { channel, level: 'none' })
    expect(at.told(`inbox:${citra!.id}`).at(-1)).toMatchObject({ kind: 'preferred', channel })
    expect(await listed(citra!, channel)).toMatchObject({ level: 'none' })
    await post(ani!, channel, 'for @Citra')
    await at.perform('discussion.tell', { channel })
    expect(told(budi!, 'discussion.message').at(-1)).toMatchObject({ url: `/c/${channel}` })
    expect(told(citra!, 'discussion.mention').some(({ url }) => String(url).includes(channel))).toBe(false)
  })

  test('and began to write is kept for all their devices, and for nobody else', async () => {
    const channel = await at.newChannel(ani!)
    await at.call(budi!, 'draft', { channel, text: 'what I wan' })
    expect((await listed(budi!, channel)).draft).toBe('what I wan')
    expect((await listed(ani!, channel)).draft).toBeUndefined()
    expect(at.told(`inbox:${budi!.id}`).at(-1)).toMatchObject({ kind: 'drafted', channel })
    expect(JSON.stringify(at.told(`inbox:${budi!.id}`))).not.toContain('what I wan')
    await at.call(budi!, 'draft', { channel, text: '' })
    expect((await listed(budi!, channel)).draft).toBeUndefined()
  })
})

describe('search', () => {
  test('finds words as they are and by their stems in both languages, newest first', async () => {
    const channel = await at.newChannel(ani!)
    await post(ani!, channel, 'Dosen melaporkan kerusakan proyektor')
    await post(budi!, channel, 'We were reporting it yesterday')
    await post(budi!, channel, 'nothing of interest')
    await index()
    expect(await found(citra!, { q: 'laporan', channel })).toEqual(['Dosen melaporkan kerusakan proyektor'])
    expect(await found(citra!, { q: 'reports', channel })).toEqual(['We were reporting it yesterday'])
    expect(await found(citra!, { q: 'proyektor -dosen', channel })).toEqual([])
    expect(await found(citra!, { q: '"nothing of interest"', channel })).toHaveLength(1)
  })

  test('narrows by author, channel and date, and goes on page by page', async () => {
    const channel = await at.newChannel(ani!)
    for (let n = 0; n < 5; n++) await post(n % 2 ? budi! : ani!, channel, `needle ${n}`)
    await index()
    expect(await found(citra!, { q: 'needle', channel, author: budi!.id })).toEqual(['needle 3', 'needle 1'])
    expect(await found(citra!, { channel, author: ani!.id, limit: 2 })).toEqual(['needle 4', 'needle 2'])
    const first = await at.call(citra!, 'search', { q: 'needle', channel, limit: 3 })
    expect(first.more).toBe(true)
    const rest = await found(citra!, { q: 'needle', channel, limit: 3, before: first.messages.at(-1).id })
    expect(rest).toEqual(['needle 1', 'needle 0'])
    expect(await found(citra!, { q: 'needle', channel, since: '2100-01-01T00:00:00Z' })).toEqual([])
    expect(await at.refusal(at.call(citra!, 'search', {}))).toBe('invalid')
  })

  test('finds what a message says now, not what it said before', async () => {
    const channel = await at.newChannel(ani!)
    const { id } = await post(ani!, channel, 'the quokka')
    await index()
    await at.call(ani!, 'edit', { message: id, text: 'the wombat' })
    expect(await found(ani!, { q: 'quokka' })).toEqual([])
    expect(await found(ani!, { q: 'wombats' })).toEqual(['the wombat'])
  })
})

describe('a page of history', () => {
  test('brings what is answered with it, and stands around a message where that is asked', async () => {
    const channel = await at.newChannel(ani!)
    const { id } = await post(ani!, channel, 'the question')
    for (let n = 2; n <= 20; n++) await post(ani!, channel, `filler ${n}`)
    await post(budi!, channel, 'the answer', { replyTo: id })
    const page = await at.call(budi!, 'history', { channel, limit: 5 })
    expect(page.related).toMatchObject([{ id, text: 'the question' }])
    const offsets = async (input: object): Promise<number[]> =>
      (await at.call(budi!, 'history', { channel, ...input })).messages.map(({ offset }: { offset: number }) => offset)
    expect(await offsets({ around: 10, limit: 6 })).toEqual([7, 8, 9, 10, 11, 12])
    expect(await offsets({ around: 1, limit: 4 })).toEqual([1, 2, 3, 4])
    expect((await at.call(budi!, 'message', { message: id })).message.text).toBe('the question')
  })
})
