import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { read as readLog } from '../../kernel/log'
import type { Actor } from '../../protocol/roles'
import { plainInbox } from '../inbox/testing'
import { apply, type ChannelState, type Message } from './model'
import { bench, type Answer, type Bench } from './testing'

let at: Bench
let [ani, budi, guru]: Actor[] = []
beforeAll(async () => {
  at = await bench([plainInbox])
  ani = await at.person('Ani Wijaya')
  budi = await at.person('Budi')
  guru = await at.person('Guru', 'teacher')
}, 60_000)
afterAll(() => at.stop())

const post = async (actor: Actor, channel: string, text: string, more: object = {}): Promise<string> =>
  (await at.call(actor, 'post', { channel, text, ...more })).id
const history = async (channel: string, actor = ani!): Promise<Message[]> =>
  (await at.call(actor, 'history', { channel, limit: 200 })).messages

/** What a reader who was there from the start shows, folded from the stream alone. */
function folded(channel: string): readonly Message[] {
  const topic = `discussion:${channel}`
  const events = at.events.filter((event) => event.topic === topic)
  const state = events.reduce<ChannelState>(
    (before, { offset, json }) => {
      const data = JSON.parse(json) as { kind: string; at: string }
      return apply(before, { ...data, offset, topic, data })
    },
    { messages: [] },
  )
  return state.messages
}

describe('a message', () => {
  test('can be edited by its author: readers see the change, what it said before can be looked up', async () => {
    const channel = await at.newChannel(ani!)
    const id = await post(ani!, channel, 'teh first')
    expect(await at.refusal(at.call(budi!, 'edit', { message: id, text: 'mine' }))).toBe('forbidden')
    await at.call(ani!, 'edit', { message: id, text: 'the first' })
    await at.call(ani!, 'edit', { message: id, text: 'the very first' })
    const [message] = await history(channel)
    expect(message).toMatchObject({ text: 'the very first', offset: 1 })
    expect(message!.editedAt! > message!.at).toBe(true)
    expect(folded(channel)).toEqual(await history(channel))
    const { versions } = await at.call(budi!, 'versions', { message: id })
    expect(versions.map(({ text }: { text: string }) => text)).toEqual(['teh first', 'the first'])
  })

  test('that held a secret loses what it said before for good, and stays as it reads now', async () => {
    const channel = await at.newChannel(ani!)
    const id = await post(ani!, channel, 'the password is hunter2')
    await at.call(ani!, 'edit', { message: id, text: 'hunter2, I mean' })
    await at.call(ani!, 'edit', { message: id, text: 'never mind' })
    expect(await at.refusal(at.call(budi!, 'clean', { message: id }))).toBe('forbidden')
    await at.call(ani!, 'clean', { message: id })
    expect(at.events.at(-1)!.effects).toEqual({ redacts: [1, 2] })
    expect((await at.call(budi!, 'versions', { message: id })).versions).toEqual([])
    expect(JSON.stringify(await everywhere(channel))).not.toContain('hunter2')
    expect((await history(channel))[0]!.text).toBe('never mind')
  })

  test('that is removed is in no row, no log, no search and no notification; its place stays', async () => {
    const channel = await at.newChannel(ani!)
    await at.call(budi!, 'read', { channel, offset: 0 })
    const id = await post(ani!, channel, 'zzsecret for @Budi')
    await at.call(ani!, 'edit', { message: id, text: 'zzsecret2 for @Budi' })
    await at.perform('discussion.tell', { channel })
    await at.call(budi!, 'react', { message: id, emoji: '👍' })
    await index()
    await at.call(ani!, 'remove', { message: id })
    expect(at.events.at(-1)!.effects!.redacts!.toSorted((a, b) => a - b)).toEqual([1, 2])
    expect(JSON.stringify(await everywhere(channel))).not.toContain('zzsecret')
    expect(JSON.stringify(await rowsOf('inbox.notification', channel))).not.toContain('zzsecret')
    await index()
    expect((await at.call(ani!, 'search', { q: 'zzsecret2' })).messages).toEqual([])
    expect(await history(channel)).toMatchObject([{ offset: 1, text: '', removed: true, author: { id: ani!.id } }])
    expect(folded(channel)).toEqual(await history(channel))
    expect(await at.refusal(at.call(budi!, 'react', { message: id, emoji: '👍' }))).toBe('not_found')
  })

  test('of somebody else is removed by a moderator who says why, and that is written down', async () => {
    const channel = await at.newChannel(ani!)
    const id = await post(budi!, channel, 'buy my things')
    expect(await at.refusal(at.call(guru!, 'remove', { message: id, reason: 'spam' }))).toBe('forbidden')
    await at.call(ani!, 'role', { channel, user: guru!.id, role: 'moderator' })
    expect(await at.refusal(at.call(guru!, 'remove', { message: id }))).toBe('invalid')
    await at.call(guru!, 'remove', { message: id, reason: 'spam' })
    const { acts } = await at.call(ani!, 'moderation', { channel })
    expect(acts[0]).toMatchObject({ action: 'removed', target: id, reason: 'spam', actor: { name: 'Guru' } })
  })

  test('shows who reacted with what, once each, however often they press', async () => {
    const channel = await at.newChannel(ani!)
    const id = await post(ani!, channel, 'cake in the lobby')
    await Promise.all([1, 2, 3].map(() => at.call(budi!, 'react', { message: id, emoji: '🎂' })))
    await at.call(ani!, 'react', { message: id, emoji: '🎂' })
    await at.call(ani!, 'react', { message: id, emoji: '👩‍💻' })
    await at.call(ani!, 'react', { message: id, emoji: '👩‍💻', on: false })
    const people = [budi, ani].map((one) => ({ id: one!.id, name: one!.name }))
    expect((await history(channel))[0]!.reactions).toEqual([{ emoji: '🎂', people }])
    expect(folded(channel)).toEqual(await history(channel))
    for (const emoji of ['x', '1', '<b>', '', '👍'.repeat(9)]) {
      expect(await at.refusal(at.call(ani!, 'react', { message: id, emoji }))).toBe('invalid')
    }
  })

  test('can be pinned by who has a say, and is found among the pins', async () => {
    const channel = await at.newChannel(ani!)
    const id = await post(budi!, channel, 'exam on Friday')
    expect(await at.refusal(at.call(budi!, 'pin', { message: id }))).toBe('forbidden')
    await at.call(ani!, 'pin', { message: id })
    expect((await at.call(budi!, 'pins', { channel })).messages).toMatchObject([{ id, pinned: true }])
    expect(folded(channel)).toEqual(await history(channel))
    await at.call(ani!, 'pin', { message: id, on: false })
    expect((await at.call(budi!, 'pins', { channel })).messages).toEqual([])
  })
})

describe('a mention', () => {
  const notified = (user: Actor): Answer[] =>
    at.told(`inbox:${user.id}`).flatMap(({ notification }) => (notification ? [notification] : []))

  test('reaches each person once, however they are named, and nobody who has read it already', async () => {
    const channel = await at.newChannel(ani!)
    const [sari, wira] = [await at.person('Sari'), await at.person('Wira')]
    for (const one of [sari, wira, budi!]) await at.call(one, 'read', { channel, offset: 0 })
    const before = notified(sari).length
    const id = await post(ani!, channel, 'Hello @Sari, (@sari) and @channel: mail x@Wira.id')
    await at.call(wira, 'read', { channel, offset: 99 })
    for (let n = 0; n < 2; n++) await at.perform('discussion.tell', { channel })
    expect(notified(sari).slice(before)).toMatchObject([{ kind: 'discussion.mention', url: `/c/${channel}?at=1` }])
    expect(notified(wira).some(({ url }) => String(url).includes(channel))).toBe(false)
    const [message] = await history(channel)
    expect(message).toMatchObject({ id, mentions: { people: [{ name: 'Sari' }], channel: true } })
    const { channels } = await at.call(sari, 'channels')
    expect(channels.find((one: { id: string }) => one.id === channel)).toMatchObject({ mentions: 1, unread: 1 })
  })

  test('finds the longer of two names, and people of a private channel only', async () => {
    const channel = await at.newChannel(ani!, 'private')
    const rina = await at.person('Rina')
    const longer = await at.person('Rina Dewi')
    await at.call(ani!, 'invite', { channel, users: [rina.id, longer.id] })
    await post(ani!, channel, 'over to @Rina Dewi! and @Budi')
    expect((await history(channel))[0]!.mentions).toEqual({ people: [{ id: longer.id, name: 'Rina Dewi' }] })
  })

  test('of very many takes the right to, and a word of confirmation', async () => {
    const channel = await at.newChannel(ani!, 'private')
    const crowd = await Promise.all(Array.from({ length: 24 }, (_, n) => at.person(`Crowd ${n}`)))
    await at.call(ani!, 'invite', { channel, users: [guru!.id, ...crowd.map(({ id }) => id)] })
    expect(await at.refusal(post(crowd[0]!, channel, '@channel hi'))).toBe('forbidden')
    expect(await at.refusal(post(guru!, channel, '@mahasiswa hi'))).toBe('conflict')
    await post(guru!, channel, '@mahasiswa hi', { confirm: true })
    await at.perform('discussion.tell', { channel })
    expect(notified(crowd[7]!)).toMatchObject([{ kind: 'discussion.mention', body: { id: 'Guru menyebut Anda.' } }])
    expect(await history(channel)).toHaveLength(1)
  })
})

const index = async (): Promise<void> => {
  for (const duty of at.registry.duties) if (duty.name === 'discussion.index') while ((await duty.run()).more);
}

const rowsOf = (table: string, like: string): Promise<unknown[]> =>
  at.db.lane('tests', { connections: 1 }).unprepared(`SELECT * FROM ${table} t WHERE t::text LIKE $1`, [`%${like}%`])

/** Everything the database and a recovering client hold of a channel. */
async function everywhere(channel: string): Promise<unknown> {
  const tables = ['message', 'version', 'search', 'reaction', 'mention'].map((name) => `discussion.${name}`)
  const rows = await Promise.all([...tables, 'kernel.events', 'kernel.answers'].map((table) => rowsOf(table, channel)))
  return [rows, await readLog(at.registry.reads, `discussion:${channel}`, 0, 1000), await history(channel)]
}
