import { expect, test } from 'bun:test'
import { Stage } from './stage'

const startedAt = '2026-03-01T08:00:00.000Z'

async function heard(...events: object[]): Promise<string[]> {
  const done: string[] = []
  const stage = new Stage({
    ...{ node: 'n2', startedAt },
    ask: (what) => done.push(what),
    interruptBus: () => done.push('bus'),
  })
  await stage.run({
    follow: (topic, apply) => {
      for (const event of events) {
        apply({
          json: JSON.stringify({ at: '2026-03-01T09:00:00.000Z', actor: 'u', node: 'n1', kind: 'broken', ...event }),
        })
      }
      return Promise.resolve({ stop: () => void topic })
    },
  })
  return done
}

test('a node asks for its own breakage only, and all are deaf when the bus is broken', async () => {
  const all = [{ what: 'kill', target: 'n2' }, { what: 'hang', target: 'n1' }, { what: 'bus' }]
  expect(await heard(...all)).toEqual(['kill', 'bus'])
})

test('what was broken before this life is over, and what is no breakage means nothing', async () => {
  const before = { what: 'kill', target: 'n2', at: '2026-03-01T07:59:59.999Z' }
  expect(await heard(before, { kind: 'probed', n: 1, key: 'k' }, { what: 'flood', target: 'n2' })).toEqual([])
})
