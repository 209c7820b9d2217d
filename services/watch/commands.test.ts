import { expect, test } from 'bun:test'
import type { Call, Tx } from '../../kernel/batch'
import type { NewEvent } from '../../kernel/log'
import { Refusal } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { breakSomething, probe } from './commands'
import type { WatchMeans } from './means'

const means = (demo: boolean): WatchMeans => ({
  demo,
  jobs: () => {
    throw new Error('nobody asks for jobs here')
  },
})

function transaction(): { tx: Tx; events: NewEvent[] } {
  const events: NewEvent[] = []
  return { events, tx: { append: (event: NewEvent) => void events.push(event) } as unknown as Tx }
}

const call = <I>(input: I, role: Role): Call<I> => ({ actor: { id: 'u', name: 'U', role }, input, key: 'k' }) as Call<I>

test('nothing is broken on purpose outside of a demonstration, whoever asks', async () => {
  const { tx, events } = transaction()
  const outcomes = await breakSomething(means(false)).runMany(tx, [
    call({ what: 'kill' as const, node: 'n1' }, 'admin'),
    call({ what: 'bus' as const }, 'admin'),
  ])
  expect(outcomes.map((one) => one instanceof Refusal && one.code)).toEqual(['forbidden', 'forbidden'])
  expect(events).toEqual([])
})

test('in a demonstration anybody breaks things, and who breaks a node says which', async () => {
  const { tx, events } = transaction()
  const outcomes = await breakSomething(means(true)).runMany(tx, [
    call({ what: 'kill' as const, node: 'n1' }, 'guest'),
    call({ what: 'hang' as const }, 'guest'),
  ])
  expect(outcomes.map((one) => one instanceof Refusal && one.code)).toEqual([false, 'invalid'])
  expect(events).toEqual([{ topic: 'watch', kind: 'broken', actor: 'u', data: { what: 'kill', target: 'n1' } }])
})

test('probes are for admins, and in a demonstration for everybody', async () => {
  for (const [demo, role, isAllowed] of [
    [false, 'admin', true],
    [false, 'student', false],
    [true, 'guest', true],
  ] as const) {
    const { tx, events } = transaction()
    await probe(means(demo)).runMany(tx, [call({ n: 1 }, role)])
    expect([demo, role, events.length]).toEqual([demo, role, isAllowed ? 1 : 0])
  }
})
