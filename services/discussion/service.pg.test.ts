import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import { Db } from '../../kernel/db'
import type { Appended } from '../../kernel/log'
import { Registry } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import { people } from '../people/service'
import { discussion } from './service'

let database: TestDatabase
let db: Db
let registry: Registry
const events: Appended[] = []
const whispers: { topic: string; data: Record<string, unknown> }[] = []

beforeAll(async () => {
  database = await testDatabase()
  db = new Db(database.url, 'tests')
  const context = {
    ...{ node: 'n1', enqueue: async () => undefined, hit: () => undefined },
    committed: (list: readonly Appended[]) => void events.push(...list),
  }
  const ground = {
    ...{ node: 'n1', demo: false, now: () => Date.now(), members: () => [], leader: () => undefined },
    whisper: (topic: string, data: Record<string, unknown>) => void whispers.push({ topic, data }),
  }
  const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
  registry = new Registry([discussion, people], db, context, ground, options)
}, 60_000)
afterAll(async () => {
  await db.close()
  await database.stop()
})

const who = (name: string, role: Role = 'student'): Actor => ({ id: name, name, role })
const ani = who('ani')
const budi = who('budi')
const guru = who('guru', 'teacher')

// Answers are looked at field by field; their types are the schemas'.
// oxlint-disable-next-line typescript/no-explicit-any
const call = (actor: Actor, name: string, input: object = {}): Promise<any> =>
  registry.execute(actor, `discussion.${name}`, { key: crypto.randomUUID(), ...input })
// oxlint-disable-next-line typescript/no-explicit-any
const ask = (actor: Actor, name: string, input: object = {}): Promise<any> =>
  registry.execute(actor, `discussion.${name}`, input)
const refusal = async (promise: Promise<unknown>): Promise<unknown> =>
  ((await errorOf(promise)) as { code: string }).code

const newChannel = async (actor: Actor, kind = 'public'): Promise<string> =>
  (await call(actor, 'create', { name: `A ${kind} one`, kind })).id

describe('messages', () => {
  test('are numbered from 1 in each channel and read back oldest first, with the position they end at', async () => {
    const channel = await newChannel(ani)
    for (const text of ['one', 'two', 'three']) await call(ani, 'post', { channel, text })
    const page = await ask(budi, 'history', { channel })
    expect(page.messages.map(({ offset, text }: { offset: number; text: string }) => [offset, text])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ])
    expect(page.position).toMatchObject({ topic: `discussion:${channel}`, offset: 3 })
    const offsets = async (range: object): Promise<number[]> =>
      (await ask(budi, 'history', { channel, ...range })).messages.map(({ offset }: { offset: number }) => offset)
    expect(await offsets({ limit: 2 })).toEqual([2, 3])
    expect(await offsets({ before: 3, limit: 1 })).toEqual([2])
    expect(await offsets({ after: 1, limit: 1 })).toEqual([2])
  })

  test('may answer a message of the same channel, and no other', async () => {
    const [here, there] = [await newChannel(ani), await newChannel(ani)]
    const first = await call(ani, 'post', { channel: here, text: 'who comes along?' })
    await call(budi, 'post', { channel: here, text: 'me', replyTo: first.id })
    expect((await ask(ani, 'history', { channel: here })).messages[1].replyTo).toBe(first.id)
    expect(await refusal(call(budi, 'post', { channel: there, text: 'me', replyTo: first.id }))).toBe('not_found')
    expect(await refusal(call(budi, 'post', { channel: here, text: 'me', replyTo: `${here}.99` }))).toBe('not_found')
  })

  test('are words: nothing empty, too long, or not storable gets in', async () => {
    for (const text of ['', ' \n ', 'x'.repeat(8001), 'a\0b', '\ud800', 7, null]) {
      expect(await refusal(call(ani, 'post', { channel: 'general', text }))).toBe('invalid')
    }
  })

  test('of many people in one batch each get their own answer, refused ones too', async () => {
    const channel = await newChannel(ani)
    const answers = await Promise.allSettled(
      Array.from({ length: 30 }, (_, nth) =>
        call(who(`p${nth}`), 'post', { channel: nth % 3 === 0 ? 'no-such-channel' : channel, text: `text ${nth}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 30 }, (_, nth) => (nth % 3 === 0 ? 'rejected' : 'fulfilled')),
    )
    expect((await ask(ani, 'history', { channel })).messages).toHaveLength(20)
  })
})

describe('a private channel', () => {
  test('is invisible to who is not in it, by every way in', async () => {
    const channel = await newChannel(ani, 'private')
    await call(ani, 'post', { channel, text: 'between us' })
    const { channels } = await ask(budi, 'channels')
    expect(channels.map(({ id }: { id: string }) => id)).not.toContain(channel)
    expect(await refusal(ask(budi, 'history', { channel }))).toBe('not_found')
    expect(await refusal(ask(budi, 'typing', { channel }))).toBe('not_found')
    expect(await refusal(call(budi, 'post', { channel, text: 'let me in' }))).toBe('not_found')
    expect(await refusal(call(budi, 'invite', { channel, user: 'budi' }))).toBe('not_found')
    expect(await refusal(call(budi, 'read', { channel, offset: 1 }))).toBe('not_found')
    const message = `${channel}.1`
    const ways: Record<string, object> = {
      ...{ delivered: { channel, offset: 1 }, draft: { channel, text: 'x' }, prefer: { channel, level: 'all' } },
      ...{ join: { channel }, leave: { channel }, change: { channel, name: 'Mine' }, expel: { channel, user: 'ani' } },
      ...{
        role: { channel, user: 'budi', role: 'owner' },
        slow: { channel, seconds: 1 },
        rules: { channel, rules: [] },
      },
      ...{ edit: { message, text: 'x' }, remove: { message }, clean: { message }, react: { message, emoji: '👍' } },
      ...{ pin: { message }, flag: { message, reason: 'x' }, pardon: { channel, user: 'ani' } },
      sanction: { channel, user: 'ani', kind: 'ban', reason: 'x' },
    }
    for (const [name, input] of Object.entries(ways)) {
      expect([name, await refusal(call(budi, name, input))]).toEqual([name, 'not_found'])
    }
    const views = { members: { channel }, pins: { channel }, moderation: { channel }, versions: { message } }
    for (const [name, input] of Object.entries({ ...views, message: { message } })) {
      expect([name, await refusal(ask(budi, name, input))]).toEqual([name, 'not_found'])
    }
    for (const duty of registry.duties) await duty.run()
    for (const input of [{ q: 'between' }, { channel }]) {
      expect((await ask(budi, 'search', input)).messages).toEqual([])
      expect((await ask(ani, 'search', input)).messages).toHaveLength(1)
    }
    const answer = { channel: 'general', text: 'so you said', replyTo: message }
    expect(await refusal(call(budi, 'post', answer))).toBe('not_found')
    expect(await refusal(registry.authorize(budi, `discussion:${channel}`))).toBe('not_found')
    expect(
      events
        .filter(({ topic }) => topic === 'channels')
        .map(({ json }) => json)
        .join(),
    ).not.toContain(channel)
  })

  test('opens to who is invited and closes to who leaves or is taken out, with the event that cuts them off', async () => {
    const channel = await newChannel(ani, 'private')
    await call(ani, 'invite', { channel, user: 'budi', name: 'budi' })
    await call(budi, 'post', { channel, text: 'thank you' })
    expect(await refusal(call(budi, 'expel', { channel, user: 'ani' }))).toBe('forbidden')
    await call(ani, 'expel', { channel, user: 'budi' })
    expect(await refusal(call(budi, 'post', { channel, text: 'still here?' }))).toBe('not_found')
    const ofTopic = events.filter(({ topic }) => topic === `discussion:${channel}`)
    expect(ofTopic.at(-1)).toMatchObject({ offset: 3, effects: { revokes: ['budi'] } })
    await call(ani, 'leave', { channel })
    expect(await refusal(ask(ani, 'history', { channel }))).toBe('not_found')
  })
})

describe('rights', () => {
  test('announcements are written by those who may, and read by all', async () => {
    expect(await refusal(call(ani, 'create', { name: 'News', kind: 'announcement' }))).toBe('forbidden')
    const channel = await newChannel(guru, 'announcement')
    await call(guru, 'post', { channel, text: 'exam on Friday' })
    expect(await refusal(call(ani, 'post', { channel, text: 'no!' }))).toBe('forbidden')
    expect((await ask(ani, 'history', { channel })).messages).toHaveLength(1)
  })

  test('guests talk, and make no channels', async () => {
    const guest = who('tamu', 'guest')
    expect((await call(guest, 'post', { channel: 'general', text: 'halo' })).offset).toBeGreaterThan(0)
    expect(await refusal(call(guest, 'create', { name: 'Mine', kind: 'public' }))).toBe('forbidden')
  })
})

describe('reading', () => {
  test('moves forward only, never past what there is, and tells the other devices', async () => {
    const channel = await newChannel(ani)
    for (const text of ['one', 'two', 'three']) await call(ani, 'post', { channel, text })
    const mine = async () => (await ask(budi, 'channels')).channels.find(({ id }: { id: string }) => id === channel)
    expect(await mine()).toMatchObject({ head: 3, read: 0, unread: 3 })
    const hers = (await ask(ani, 'channels')).channels.find(({ id }: { id: string }) => id === channel)
    expect(hers).toMatchObject({ head: 3, unread: 0 })
    expect(await call(budi, 'read', { channel, offset: 2 })).toEqual({ read: 2 })
    expect(await mine()).toMatchObject({ read: 2, unread: 1 })
    await call(budi, 'read', { channel, offset: 1 })
    expect(await mine()).toMatchObject({ read: 2 })
    await call(budi, 'read', { channel, offset: 99 })
    expect(await mine()).toMatchObject({ read: 3, unread: 0 })
    const told = events.filter(({ topic }) => topic === 'inbox:budi').map(({ json }) => JSON.parse(json) as object)
    expect(told.slice(-2)).toMatchObject([
      { kind: 'read', channel, read: 2 },
      { kind: 'read', channel, read: 3 },
    ])
  })

  test('typing is told to the channel and kept nowhere', async () => {
    await ask(ani, 'typing', { channel: 'general' })
    expect(whispers.at(-1)).toEqual({
      topic: 'discussion:general',
      data: { kind: 'typing', user: { id: 'ani', name: 'ani' } },
    })
  })
})
