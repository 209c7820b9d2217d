import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { statement, testDatabase, type TestDatabase } from '../prove/testing/database'
import { errorOf } from '../prove/testing/until'
import { refuse, type Refusal } from '../protocol/errors'
import type { Actor } from '../protocol/roles'
import { done } from './batch'
import { Db } from './db'
import type { Appended } from './log'
import { command, oneByOne, query, Registry, whisper, type Service } from './service'

let database: TestDatabase
let db: Db
let registry: Registry
const published: Appended[] = []
const whispers: unknown[] = []

const ann: Actor = { id: 'ann', name: 'Ann', role: 'student' }
const eve: Actor = { id: 'eve', name: 'Eve', role: 'admin' }

const notes: Service = {
  name: 'notes',
  methods: [
    command({
      name: 'notes.write',
      summary: 'Write a note.',
      input: z.object({ text: z.string().min(1), tags: z.array(z.string()).default([]) }),
      output: z.object({ offset: z.number() }),
      runMany: oneByOne(async (tx, { actor, input }) => {
        if (input.text === 'rude') return refuse.forbidden()
        if (input.text === 'thrown') throw refuse.conflict({ en: 'Thrown.', id: 'Dilempar.' })
        const ticket = tx.append({ topic: 'notes:all', kind: 'written', actor: actor.id, data: { text: input.text } })
        return done(() => ({ offset: ticket.offset }))
      }),
    }),
    command({
      name: 'notes.clear',
      summary: 'Clear all.',
      roles: ['admin'],
      keyOptional: true,
      input: z.object({}),
      output: z.object({ by: z.string() }),
      runMany: async (tx, calls) => {
        await tx.query('DELETE FROM seen')
        return calls.map(({ actor }) => done({ by: actor.id }))
      },
    }),
    command({
      name: 'notes.sweep',
      summary: 'For jobs.',
      internal: true,
      input: z.object({}),
      output: z.object({ by: z.string() }),
      runMany: async (_, calls) => calls.map(({ actor }) => done({ by: `<${actor.id}>` })),
    }),
    command({
      name: 'notes.ask',
      summary: 'Writes, and asks what another one sees then.',
      input: z.object({ n: z.number() }),
      output: z.object({ before: z.number(), after: z.number() }),
      runMany: oneByOne(async (tx, { input: { n } }) => {
        const { count: before } = await tx.ask<{ count: number }>('others.count', {})
        await tx.query('INSERT INTO seen VALUES ($1)', [n])
        const { count: after } = await tx.ask<{ count: number }>('others.count', {})
        return done({ before, after })
      }),
    }),
    query({
      name: 'notes.both',
      summary: 'Looks, and asks what another one sees.',
      input: z.object({}),
      output: z.object({ own: z.number(), asked: z.number() }),
      async run(sql) {
        const own = (await sql.query('SELECT 1 FROM seen')).length
        await statement(database.url, 'INSERT INTO seen VALUES (1)')
        return { own, asked: (await sql.ask<{ count: number }>('others.count', {})).count }
      },
    }),
    query({
      name: 'notes.find',
      summary: 'Find a note.',
      input: z.object({ text: z.string() }),
      output: z.object({}),
      run: async (sql, _, { text }) => (await sql.query('SELECT 1 FROM seen WHERE n::text = $1', [text]), {}),
    }),
    query({
      name: 'notes.twice',
      summary: 'Look twice.',
      input: z.object({}),
      output: z.object({ first: z.number(), second: z.number() }),
      async run(sql) {
        const count = async (): Promise<number> => (await sql.query('SELECT 1 FROM seen')).length
        const first = await count()
        await statement(database.url, 'INSERT INTO seen VALUES (1)')
        return { first, second: await count() }
      },
    }),
    whisper({
      name: 'notes.typing',
      summary: 'Somebody types.',
      input: z.object({ topic: z.string() }),
      run: async (_, actor, { topic }, ground) => ground.whisper(topic, { typing: actor.id }),
    }),
  ],
  topics: [
    {
      prefix: 'notes',
      summary: 'All notes.',
      roster: false,
      events: {},
      authorize: async (_, actor, id) => {
        if (id === 'secret' && actor.role !== 'admin') throw refuse.notFound()
      },
    },
    { prefix: 'mine', summary: 'Own.', roster: false, own: true, events: {}, authorize: async () => undefined },
  ],
}

/** Another service, which others ask. */
const others: Service = {
  name: 'others',
  topics: [],
  methods: [
    query({
      name: 'others.count',
      summary: 'How many there are.',
      internal: true,
      input: z.object({ atLeast: z.number().default(0) }),
      output: z.object({ count: z.number() }),
      run: async (sql, _, { atLeast }) => ({
        count: (await sql.query('SELECT 1 FROM seen WHERE n >= $1', [atLeast])).length,
      }),
    }),
  ],
}

beforeAll(async () => {
  database = await testDatabase()
  await statement(database.url, 'CREATE TABLE seen (n int)')
  db = new Db(database.url, 'service-test')
  registry = open([notes, others])
}, 30_000)

afterAll(async () => {
  await db.close()
  await database.stop()
})

let keys = 0
const open = (services: Service[]): Registry =>
  new Registry(
    services,
    db,
    {
      node: 'n1',
      enqueue: async () => undefined,
      committed: (events) => published.push(...events),
      hit: () => undefined,
    },
    {
      node: 'n1',
      demo: false,
      now: () => 0,
      members: () => [],
      leader: () => undefined,
      whisper: (topic, data) => whispers.push([topic, data]),
    },
    { laneConnections: 2, readConnections: 2, newKey: () => `made-${++keys}` },
  )

const refusal = async (promise: Promise<unknown>): Promise<Refusal> => (await errorOf(promise)) as Refusal

describe('execute', () => {
  test('finds, admits and validates before anything is decided, and says which of these failed', async () => {
    const code = async (actor: Actor | undefined, name: string, input: unknown): Promise<string> =>
      (await refusal(registry.execute(actor, name, input))).code
    expect(await code(ann, 'notes.unknown', {})).toBe('not_found')
    expect(await code(undefined, 'notes.write', { key: 'a', text: 'x' })).toBe('unauthenticated')
    expect(await code(ann, 'notes.clear', {})).toBe('forbidden')
    for (const input of [
      undefined,
      null,
      [],
      'text',
      7,
      {},
      { text: 'no key' },
      { key: 'has space', text: 'x' },
      { key: 'k' },
    ]) {
      expect([input, await code(ann, 'notes.write', input)]).toEqual([input, 'invalid'])
    }
    expect(published).toEqual([])
  })

  test('names the field that is wrong, in both languages', async () => {
    const { text } = await refusal(registry.execute(ann, 'notes.write', { key: 'k1', text: 'x', tags: ['ok', 7] }))
    expect(text.en).toStartWith('tags.1: ')
    expect(text.id).toStartWith('tags.1: ')
    expect((await refusal(registry.execute(ann, 'notes.write', { key: '', text: 'x' }))).text.en).toStartWith('key: ')
  })

  test('gives the same key the same answer, whatever defaults were written out', async () => {
    const first = await registry.execute(ann, 'notes.write', { key: 'k2', text: 'hello' })
    expect(await registry.execute(ann, 'notes.write', { key: 'k2', text: 'hello', tags: [] })).toEqual(first)
    expect((await refusal(registry.execute(ann, 'notes.write', { key: 'k2', text: 'other' }))).code).toBe('conflict')
    expect(published.map(({ json }) => (JSON.parse(json) as { text: string }).text)).toEqual(['hello'])
  })

  test('lets a command without a key be an intent of its own each time, where that is allowed', async () => {
    expect(await registry.execute(eve, 'notes.clear', {})).toEqual({ by: 'eve' })
    expect(await registry.execute(eve, 'notes.clear', {})).toEqual({ by: 'eve' })
    expect(keys).toBe(2)
  })

  test('refuses one call of a batch, returned or thrown, and carries out the others', async () => {
    const texts = ['a', 'rude', 'b', 'thrown', 'c']
    const settled = await Promise.allSettled(
      texts.map((text) => registry.execute(ann, 'notes.write', { key: `batch-${text}`, text })),
    )
    const codes = settled.map((one) => (one.status === 'rejected' ? (one.reason as Refusal).code : 'done'))
    expect(codes).toEqual(['done', 'forbidden', 'done', 'conflict', 'done'])
  })

  test('shows a query one moment for all its statements', async () => {
    const { first, second } = (await registry.execute(ann, 'notes.twice', {})) as { first: number; second: number }
    expect(second).toBe(first)
  })

  test('passes whispers on, with who whispers', async () => {
    expect(await registry.execute(ann, 'notes.typing', { topic: 'notes:all' })).toEqual({})
    expect(whispers).toEqual([['notes:all', { typing: 'ann' }]])
  })
})

test('a text that the database cannot hold is refused, and no fault of ours', async () => {
  const { code, text } = await refusal(registry.execute(ann, 'notes.find', { text: 'a\0b' }))
  expect([code, text.en]).toEqual(['invalid', expect.stringContaining('U+0000') as string])
})

describe('an internal method', () => {
  test('does not exist for a door, and runs for the installation itself', async () => {
    expect((await refusal(registry.execute(eve, 'notes.sweep', { key: 'k' }))).code).toBe('not_found')
    expect([registry.has('notes.sweep'), registry.method('notes.sweep')]).toEqual([false, undefined])
    expect(registry.methods.map(({ name }) => name)).not.toContain('notes.sweep')
    expect(await registry.perform('notes.sweep', { key: 'k' })).toEqual({ by: '<>' })
    expect(await registry.jobGround.perform<{ by: string }>('notes.sweep', {}, 'k2')).toEqual({ by: '<>' })
    expect(String(await errorOf(registry.perform('notes.gone', {})))).toContain('there is no method notes.gone')
  })
})

describe('a service that asks another one', () => {
  test('in a command hears of the same transaction, and in a query of the same moment', async () => {
    const asked = (await registry.execute(ann, 'notes.ask', { key: 'asks', n: 5 })) as { before: number; after: number }
    expect(asked.after).toBe(asked.before + 1)
    const { own, asked: theirs } = (await registry.execute(ann, 'notes.both', {})) as { own: number; asked: number }
    expect(theirs).toBe(own)
  })

  test('asks what no door may, and a query that is not there is a fault', async () => {
    expect((await refusal(registry.execute(eve, 'others.count', {}))).code).toBe('not_found')
    const alone = open([notes])
    expect(String(await errorOf(alone.execute(ann, 'notes.ask', { key: 'alone', n: 1 })))).toContain(
      'no query others.count',
    )
  })
})

describe('topics', () => {
  test('are asked about by services too', async () => {
    await registry.ground.authorize(eve, 'notes:secret')
    expect(await refusal(registry.ground.authorize(ann, 'notes:secret'))).toMatchObject({ code: 'not_found' })
  })

  test('that do not exist and those that may not be read look alike', async () => {
    expect((await registry.authorize(ann, 'notes:all')).prefix).toBe('notes')
    expect((await registry.authorize(eve, 'notes:secret')).prefix).toBe('notes')
    for (const name of [
      'notes:secret',
      'nothing:here',
      'notes:\u0000',
      'notes:a b',
      'NOTES:all',
      '',
      ':',
      'notes:'.padEnd(90, 'x'),
    ]) {
      const { code, text } = await refusal(registry.authorize(ann, name))
      expect([name, code, text]).toEqual([name, 'not_found', refuse.notFound().text])
    }
  })

  test("of one's own are known by the user's id", () => {
    expect(registry.ownTopic(ann)).toBe('mine:ann')
  })

  test('tell their history as it is in the log', async () => {
    const all = await registry.history('notes:all', { count: 10, since: undefined, reverse: false })
    const offsets = all.events.map(({ offset }) => offset)
    expect(offsets).toEqual(offsets.map((_, nth) => nth + 1))
    const last = await registry.history('notes:all', { count: 2, since: undefined, reverse: true })
    expect(last.events.map(({ offset }) => offset)).toEqual([all.head, all.head - 1])
  })
})

test('two methods of one name are a mistake that is noticed at the start', () => {
  expect(() => open([notes, { ...notes, name: 'again' }])).toThrow('two methods are named notes.write')
})
