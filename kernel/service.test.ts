import { expect, test } from 'bun:test'
import { z } from 'zod'
import { errorOf } from '../prove/testing/until'
import { Budgets } from './budget'
import { SimulatedNetwork } from './bus/simulated'
import { Db } from './db'
import { command, Registry, type Command, type GivenGround, type RegistryOptions } from './service'

type Answer = { verdict: string }

function registry(
  around: NonNullable<Command<object, Answer>['around']>,
  limits: Pick<RegistryOptions, 'account'> & Pick<Command<object, Answer>, 'pace'> = {},
): Registry {
  const hello = command<object, Answer>({
    name: 'shop.hello',
    summary: '',
    input: z.object({ name: z.string() }),
    output: z.object({ verdict: z.string() }),
    around,
    ...(limits.pace ? { pace: limits.pace } : {}),
    runMany: async () => {
      throw new Error('nothing here reaches a batch')
    },
  })
  const budgets = new Budgets(new SimulatedNetwork(Math.random).join('n1'), () => 1)
  const ground: GivenGround = {
    budget: budgets.of.bind(budgets),
    ...{ node: 'n1', demo: false, now: () => 42, members: () => [], leader: () => 'n1', whisper: () => undefined },
  }
  const context = { node: 'n1', enqueue: async () => undefined, committed: () => undefined, hit: () => undefined }
  const options = { laneConnections: 1, readConnections: 1, newKey: () => 'made', ...limits }
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

test('one account may call so often, whatever it calls and whether it may, and what is dear less often; others are not kept', async () => {
  const says = async (): Promise<Answer> => ({ verdict: 'yes' })
  const outcome = async (shop: Registry, who: { id: string } = ani): Promise<unknown> =>
    shop.execute({ ...ani, ...who }, 'shop.hello', { name: 'x', key: 'k' }).then(
      ({ verdict }) => verdict,
      ({ code }: { code: string }) => code,
    )
  const slow = { burst: 2, perSecond: 0.001 }
  for (const limits of [{ account: slow }, { pace: slow }, { account: slow, pace: { burst: 9, perSecond: 9 } }]) {
    const shop = registry(says, limits)
    expect([await outcome(shop), await outcome(shop), await outcome(shop)]).toEqual(['yes', 'yes', 'limited'])
    expect(await outcome(shop, { id: 'budi' })).toBe('yes')
  }
  const shop = registry(says, { account: slow })
  const topic = () => errorOf(shop.authorize(ani, 'nothing'))
  expect([await topic(), await topic(), await topic()]).toMatchObject(
    ['not_found', 'not_found', 'limited'].map((code) => ({ code })),
  )
})
