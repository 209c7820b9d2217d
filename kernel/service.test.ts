import { expect, test } from 'bun:test'
import { z } from 'zod'
import { errorOf } from '../prove/testing/until'
import { Db } from './db'
import { command, Registry, type Command, type GivenGround } from './service'

type Answer = { verdict: string }

function registry(around: NonNullable<Command<object, Answer>['around']>): Registry {
  const hello = command<object, Answer>({
    name: 'shop.hello',
    summary: '',
    input: z.object({ name: z.string() }),
    output: z.object({ verdict: z.string() }),
    around,
    runMany: async () => {
      throw new Error('nothing here reaches a batch')
    },
  })
  const ground: GivenGround = {
    ...{ node: 'n1', demo: false, now: () => 42, members: () => [], leader: () => 'n1', whisper: () => undefined },
  }
  const context = { node: 'n1', enqueue: async () => undefined, committed: () => undefined, hit: () => undefined }
  const options = { laneConnections: 1, readConnections: 1, newKey: () => 'made' }
  return new Registry([{ name: 'shop', methods: [hello], topics: [] }], nowhere, context, ground, options)
}

const nowhere = new Db('postgres://127.0.0.1:1/none', 'tests')
const ani = { id: 'ani', name: 'Ani', role: 'student' } as const

test('what stands before a batch may answer instead of it, knowing who asks for what', async () => {
  const shop = registry(async (_next, { actor, key, input }, _sql, ground) => ({
    verdict: `${actor.id} ${key} ${JSON.stringify(input)} ${ground.now()}`,
  }))
  const answer = await shop.execute(ani, 'shop.hello', { name: 'x', key: 'k' })
  expect(answer).toEqual({ verdict: 'ani k {"name":"x"} 42' })
})

test('what stands before a batch is asked only what is valid, and hears how the batch answers', async () => {
  const heard: unknown[] = []
  const shop = registry(async (next) => {
    heard.push(await errorOf(next()))
    throw heard[0]
  })
  expect(await errorOf(shop.execute(ani, 'shop.hello', { key: 'k' }))).toMatchObject({ code: 'invalid' })
  expect(heard).toEqual([])
  expect(await errorOf(shop.execute(ani, 'shop.hello', { name: 'x', key: 'k' }))).toMatchObject({ code: 'unavailable' })
  expect(heard).toMatchObject([{ code: 'unavailable' }])
})
