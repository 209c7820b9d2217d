import { expect, test } from 'bun:test'
import { pricesOf, type FanoutResult } from './fanout'

const measured = (subscribers: number, node: number, database: number, bare: number): FanoutResult => ({
  ...{ subscribers, frameBytes: 376, ratio: 0, ratioWithDatabase: 0 },
  alun: {
    ...{ deliveriesPerSecond: 0, perCpuSecond: 0, perCpuSecondWithDatabase: 0, messagesPerFrame: 30 },
    ...{ nodeMicrosPerMessage: node, databaseMicrosPerMessage: database },
  },
  bare: { deliveriesPerSecond: 0, perCpuSecond: 0, microsPerMessage: bare },
})

test('what a message costs is told apart from what each of its deliveries costs', () => {
  const prices = pricesOf([measured(1, 60, 40, 5), measured(200, 0, 0, 0), measured(1001, 310, 40, 255)])
  expect(prices).toEqual({
    alun: { messageMicros: 100, deliveryMicros: 0.25 },
    bare: { messageMicros: 5, deliveryMicros: 0.25 },
  })
})
