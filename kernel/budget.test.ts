import { expect, test } from 'bun:test'
import { errorOf } from '../prove/testing/until'
import { Refusal } from '../protocol/errors'
import { Budgets, type Allowance, type Budget } from './budget'
import { SimulatedNetwork } from './bus/simulated'

const allowance: Allowance = { burst: 160, perSecond: 40 }

/** Nodes that share a budget over a bus, and a clock that is turned by hand. */
class Cluster {
  nowMs = 0
  readonly network = new SimulatedNetwork(() => 0)
  readonly budgets: Budgets[]
  readonly nodes: Budget[]

  constructor(count: number, wanted = allowance) {
    this.budgets = Array.from({ length: count }, (_, nth) => {
      const bus = this.network.join(`n${nth + 1}`)
      void bus.run()
      return new Budgets(
        bus,
        () => count,
        () => this.nowMs,
      )
    })
    this.nodes = this.budgets.map((budgets) => budgets.of('things', wanted))
  }

  /** @returns how many of these the node let through, up to the first that it didn't. */
  ask(node: number, account: string, times: number): number {
    for (let passed = 0; passed < times; passed++) if (!isLetThrough(this.nodes[node]!, account)) return passed
    return times
  }

  /** Everything that is to be told is told and heard. */
  talk(): void {
    for (const budgets of this.budgets) budgets.tell()
    this.network.step()
    this.network.step()
  }
}

function isLetThrough(budget: Budget, account: string): boolean {
  try {
    budget.spend(account)
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'limited') return false
    throw error
  }
}

test('a burst passes, then so many a second, and a refusal says when to come back', async () => {
  const one = new Cluster(1)
  expect(one.ask(0, 'ani', 500)).toBe(160)
  expect(await errorOf(Promise.resolve().then(() => one.nodes[0]!.spend('ani')))).toMatchObject({
    code: 'limited',
    retryAfterMs: 25,
  })
  one.nowMs += 1000
  expect(one.ask(0, 'ani', 500)).toBe(40)
  one.nowMs += 60_000
  expect(one.ask(0, 'ani', 500)).toBe(160)
  expect(one.ask(0, 'budi', 500)).toBe(160)
})

test('what is spent on one node is spent on all: who takes turns gets one budget, not one for each node', () => {
  const three = new Cluster(3)
  let passed = 0
  for (let n = 0; n < 100; n++) {
    passed += three.ask(n % 3, 'ani', 20)
    three.talk()
  }
  expect(passed).toBeLessThan(160 + 2 * (160 / 16 + 20))
  expect(passed).toBeGreaterThanOrEqual(160)
})

test('who is quicker than the word of it gets no more than a burst of each node, and then pays back', () => {
  const three = new Cluster(3)
  const all = (): number => [0, 1, 2].reduce((sum, node) => sum + three.ask(node, 'ani', 500), 0)
  expect(all()).toBe(3 * 160)
  three.talk()
  let passed = 0
  for (; three.nowMs < 8000; three.nowMs += 100) {
    passed += all()
    three.talk()
  }
  // Two bursts were too much: that is eight seconds' worth.
  expect(passed).toBe(0)
  for (; three.nowMs < 60_000; three.nowMs += 100) {
    passed += all()
    three.talk()
  }
  // Each node gives what comes back before it hears of the others, who then owe it to the account.
  expect(480 + passed).toBeLessThan(3 * 160 + 40 * 60)
  expect(passed).toBeGreaterThan(1000)
})

test('while the bus is down each node gives its share, and the bound still holds', () => {
  const three = new Cluster(3)
  three.network.disconnect()
  let passed = 0
  for (; three.nowMs <= 30_000; three.nowMs += 100) for (const node of [0, 1, 2]) passed += three.ask(node, 'ani', 50)
  expect(passed).toBeWithin(3 * 160 + 40 * 30 - 10, 3 * 160 + 40 * 30 + 1)
})

test('who does little is never spoken of, and thousands who come at once are all let through', () => {
  const three = new Cluster(3)
  let said = 0
  for (const [nth, node] of three.nodes.entries()) {
    for (let n = 0; n < 2000; n++) said += three.ask(nth, `student-${n}`, 9) - 9
    expect(node.untold()).toEqual([])
  }
  expect(said).toBe(0)
})

test('any account’s name is told whole, also of many at once', () => {
  const two = new Cluster(2)
  const names = Array.from({ length: 400 }, (_, n) => `名"\\\u001e${n}${'x'.repeat(40)}`)
  for (const name of names) two.ask(0, name, 160)
  two.talk()
  for (const name of names) expect(two.ask(1, name, 1)).toBe(0)
})
