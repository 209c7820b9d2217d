/**
 * The hub against everything that may happen to it, many times over: see prove/testing/hub. One more seed a second
 * costs nothing: `ALUN_FULL=1` runs 2,000 of them, `ALUN_SEED=n` only that one.
 */
import { describe, expect, test } from 'bun:test'
import { Violation } from '../prove/testing/hub/client'
import { simulateHubs, type Counts } from '../prove/testing/hub/run'
import { Hub, type SubscribeRequest, type Timers } from './hub'
import { Confirmer } from './hub/confirmer'
import { Ring } from './hub/ring'
import { Topic } from './hub/topic'
import { Watch } from './hub/watch'
import type { Life, LogEvent } from './log'

const { ALUN_FULL, ALUN_SEED } = process.env
const seeds = ALUN_SEED ? [Number(ALUN_SEED)] : Array.from({ length: ALUN_FULL ? 2000 : 120 }, (_, nth) => nth + 1)

const rerun = (seed: number): string => `again with: ALUN_SEED=${seed} bun test kernel/hub.simulation.test.ts`

describe('hubs of a cluster in trouble', () => {
  test(`give every subscriber every event once and in order, or say plainly that they cannot: ${seeds.length} runs`, async () => {
    const total: Partial<Counts> = {}
    for (const seed of seeds) {
      const counts = await simulateHubs(seed).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${rerun(seed)}`, { cause: error })
      })
      for (const [name, count] of Object.entries(counts) as [keyof Counts, number][]) {
        total[name] = (total[name] ?? 0) + count
      }
    }
    // A run in which nothing happens proves nothing.
    for (const name of ['delivered', 'recovered', 'reloaded', 'revoked', 'invalidated', 'committed'] as const) {
      expect([name, total[name]! > seeds.length]).toEqual([name, true])
    }
  }, 600_000)

  test('are the same for the same seed', async () => {
    expect(await simulateHubs(5)).toEqual(await simulateHubs(5))
    expect(await simulateHubs(5)).not.toEqual(await simulateHubs(6))
  })
})

/** The parts of the hub that a fault is planted in. */
interface Insides {
  topic: {
    fill(this: Insides['topic']): void
    takeRead(this: Insides['topic'], events: LogEvent[]): void
    take(events: readonly LogEvent[]): void
    mayBeRevoked(): boolean
    ahead: Map<number, LogEvent> | undefined
    delivered: number
    drain(): void
  }
  hub: {
    deliver(this: Insides['hub'], topic: Topic, events: readonly LogEvent[]): void
    applyEffects(): void
    startAnew(): void
    subscribe(this: Insides['hub'], request: SubscribeRequest): Promise<void>
    timers: Timers
  }
  watch: {
    look(): Promise<void>
    compare(this: Insides['watch'], seen: Life): Promise<void>
    believe(server: string): void
    isLost(before: { delivered: number }, head: number): boolean
    see(this: Insides['watch'], life: Life): boolean
    doubt: boolean
    epoch: string
  }
  ring: { redact(): void; after(this: Insides['ring'], offset: number): LogEvent[] }
  confirmer: { confirm(): Promise<boolean> }
}

const whole = {
  topic: Topic.prototype as unknown as Insides['topic'],
  hub: Hub.prototype as unknown as Insides['hub'],
  watch: Watch.prototype as unknown as Insides['watch'],
  ring: Ring.prototype as unknown as Insides['ring'],
  confirmer: Confirmer.prototype as unknown as Insides['confirmer'],
}
const { deliver, subscribe } = whole.hub
const { after } = whole.ring

const faults: Record<string, { [part in keyof Insides]?: Partial<Insides[part]> }> = {
  'a gap is stepped over instead of read': {
    topic: {
      fill() {
        if (!this.ahead || this.ahead.size === 0) return
        this.delivered = Math.min(...this.ahead.keys()) - 1
        this.drain()
      },
    },
  },
  'events are delivered twice': {
    hub: {
      deliver(topic, events) {
        deliver.call(this, topic, events)
        deliver.call(this, topic, events)
      },
    },
  },
  'something waits between the cut and the join': {
    hub: {
      subscribe(request) {
        const joined: SubscribeRequest['joined'] = (reply) => void this.timers.after(5, () => request.joined(reply))
        return subscribe.call(this, { ...request, joined })
      },
    },
  },
  'who lost the right to read stays': { hub: { applyEffects: () => undefined } },
  'a right that is lost while joining is not looked for again': { topic: { mayBeRevoked: () => false } },
  'nothing is swept': { watch: { look: async () => undefined } },
  'the head is not confirmed before joining': { confirmer: { confirm: async () => true } },
  'rings keep what was redacted': { ring: { redact: () => undefined } },
  'a ring gives one event too few': {
    ring: {
      after(offset) {
        return after.call(this, offset).slice(1)
      },
    },
  },
  'a new epoch goes by unnoticed': { hub: { startAnew: () => undefined } },
  'a lost tail is not looked for': {
    watch: {
      async compare({ server }) {
        this.doubt = false
        this.believe(server)
      },
    },
  },
  'a lost tail goes by unnoticed where other events took its places': {
    watch: { isLost: ({ delivered }, head) => head < delivered },
  },
  'what another server has is taken before it was compared': {
    watch: {
      see({ epoch }) {
        return epoch === this.epoch
      },
    },
  },
  'a gap that retention left is passed over': {
    topic: {
      takeRead(events) {
        if (events.length > 0) this.take(events)
      },
    },
  },
}

describe('the simulation finds planted faults', () => {
  for (const [what, planted] of Object.entries(faults)) {
    test(
      what,
      async () => {
        const healthy: (() => void)[] = []
        for (const [part, methods] of Object.entries(planted) as [keyof Insides, object][]) {
          const before = Object.fromEntries(Object.keys(methods).map((name) => [name, Reflect.get(whole[part], name)]))
          healthy.push(() => void Object.assign(whole[part], before))
          Object.assign(whole[part], methods)
        }
        try {
          expect(await firstViolation(40)).toBeInstanceOf(Violation)
        } finally {
          for (const restore of healthy) restore()
        }
      },
      60_000,
    )
  }

  async function firstViolation(upTo: number): Promise<unknown> {
    for (let seed = 1; seed <= upTo; seed++) {
      try {
        await simulateHubs(seed)
      } catch (error) {
        return error
      }
    }
    return undefined
  }
})
