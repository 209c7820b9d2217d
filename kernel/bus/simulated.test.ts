import { describe, expect, test } from 'bun:test'
import { random } from '../../prove/testing/random'
import { busContract } from '../bus.contract'
import { SimulatedNetwork } from './simulated'

busContract('simulated', async () => {
  const network = new SimulatedNetwork(random(1))
  return {
    join: (node) => network.join(node),
    tick: () => network.step(),
    breakConnections: async () => {
      network.disconnect()
      network.connect()
    },
    takeAway: async () => network.disconnect(),
    restore: async () => network.connect(),
    stop: async () => undefined,
  }
})

describe('a simulated network with faults', () => {
  /** What a second node hears of a hundred signals. */
  const heard = (seed: number, faults: { lose: number; repeat: number; delayTurns: number }): string[] => {
    const network = new SimulatedNetwork(random(seed), faults)
    const [a, b] = [network.join('a'), network.join('b')]
    const texts: string[] = []
    b.onSignal('s', (text) => texts.push(text))
    void a.run()
    void b.run()
    for (let nth = 0; nth < 100; nth++) a.signal('s', String(nth))
    for (let turn = 0; turn < 20; turn++) network.step()
    return texts
  }
  const sent = Array.from({ length: 100 }, (_, nth) => String(nth))
  const sorted = (texts: string[]): string[] => texts.toSorted((a, b) => Number(a) - Number(b))

  test('loses some', () => {
    const texts = heard(2, { lose: 0.3, repeat: 0, delayTurns: 0 })
    expect(texts.length).toBeGreaterThan(40)
    expect(texts.length).toBeLessThan(95)
  })

  test('repeats some', () => {
    const texts = heard(3, { lose: 0, repeat: 0.3, delayTurns: 0 })
    expect(texts.length).toBeGreaterThan(105)
    expect([...new Set(texts)]).toEqual(sent)
  })

  test('reorders some by delaying them', () => {
    const texts = heard(4, { lose: 0, repeat: 0, delayTurns: 5 })
    expect(texts).not.toEqual(sent)
    expect(sorted(texts)).toEqual(sent)
  })

  test('does the same again for the same seed', () => {
    const faults = { lose: 0.2, repeat: 0.2, delayTurns: 5 }
    expect(heard(5, faults)).toEqual(heard(5, faults))
    expect(heard(5, faults)).not.toEqual(heard(6, faults))
  })
})
