/** One hub on a workbench: its log, its bus and its time are in the test's hands. */
import { SimulatedNetwork } from '../../../kernel/bus/simulated'
import type { Bus } from '../../../kernel/bus'
import { Hub, hubDefaults, type HubOptions, type Joined, type Source } from '../../../kernel/hub'
import type { LogEvent } from '../../../kernel/log'
import { random } from '../random'
import { SimulatedLog, SimulatedSource, type Happening } from './log'
import { VirtualTime } from './time'

/** A way to the log whose answers can be held back, or the questions on their way to it. */
export class HeldSource implements Source {
  /** Every look, in order. */
  readonly asked: (keyof Source)[] = []
  broken = false
  /** So many of the next answers are failures. */
  failures = 0
  private readonly gates = new Map<string, Promise<void>>()
  private readonly direct: SimulatedSource

  constructor(log: SimulatedLog, time: VirtualTime) {
    this.direct = new SimulatedSource(log, time, random(1), { fail: 0, delayMs: 1 })
  }

  heads: Source['heads'] = (topics) => this.look('heads', () => this.direct.heads(topics))
  standing: Source['standing'] = (places) => this.look('standing', () => this.direct.standing(places))
  read: Source['read'] = (topic, after, limit) => this.look('read', () => this.direct.read(topic, after, limit))
  newest: Source['newest'] = (topic, limit) => this.look('newest', () => this.direct.newest(topic, limit))
  changes: Source['changes'] = (cursor) => this.look('changes', () => this.direct.changes(cursor))
  restartedSinceEpoch = (): Promise<boolean> =>
    this.look('restartedSinceEpoch', () => this.direct.restartedSinceEpoch())
  renewEpoch: Source['renewEpoch'] = (lost) => this.look('renewEpoch', () => this.direct.renewEpoch(lost))

  /** From now until the returned function is called: answers of this kind don't arrive, or questions don't. */
  hold(look: keyof Source, what: 'answer' | 'question' = 'answer'): () => void {
    const gate = Promise.withResolvers<void>()
    this.gates.set(`${look} ${what}`, gate.promise)
    return () => {
      this.gates.delete(`${look} ${what}`)
      gate.resolve()
    }
  }

  private async look<T>(name: keyof Source, ask: () => Promise<T>): Promise<T> {
    this.asked.push(name)
    await this.gates.get(`${name} question`)
    const seen = await ask()
    await this.gates.get(`${name} answer`)
    if (this.broken || this.failures-- > 0) throw new Error('simulated: the database is away')
    return seen
  }
}

/** Someone who listens and writes everything down. */
export interface Ear {
  user: string
  reply?: Joined
  /** Offsets, as they came: of the reply, then live. */
  heard: number[]
  texts: string[]
  ended?: 'revoked' | 'invalidated'
  leave(): void
}

export class Workbench {
  readonly time = new VirtualTime()
  readonly log = new SimulatedLog(this.time)
  readonly source = new HeldSource(this.log, this.time)
  readonly network = new SimulatedNetwork(random(1))
  readonly hub: Hub
  readonly whispers: string[] = []
  /** Another node, as far as the bus is concerned. */
  readonly other: Bus
  readonly said: string[] = []
  private readonly native = new Map<string, Set<Ear>>()

  constructor(options: Partial<HubOptions> = {}) {
    const bus = this.network.join('n1')
    this.other = this.network.join('n2')
    this.other.onSignal('whisper', (text) => this.said.push(text))
    const outlet = {
      events: (topic: string, events: readonly LogEvent[]) => {
        for (const ear of [...(this.native.get(topic) ?? [])]) for (const event of events) note(ear, event)
      },
      whisper: (topic: string, json: string) => void this.whispers.push(`${topic} ${json}`),
    }
    this.hub = new Hub(this.source, bus, [outlet], { ...hubDefaults, ...options }, this.time)
    void bus.run()
    void this.other.run()
  }

  static async open(options: Partial<HubOptions> = {}): Promise<Workbench> {
    const bench = new Workbench(options)
    void bench.hub.run()
    await bench.pass(1)
    return bench
  }

  async pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at++) {
      this.network.step()
      await this.time.passUntil(this.time.now() + 1)
    }
  }

  /** A commit of this node; `quietly`: it died before it told anyone. */
  commit(happening: Happening | Happening[], quietly = false): LogEvent[] {
    const events = this.log.commit('n1', [happening].flat())
    if (!quietly) this.hub.publish(events)
    return events
  }

  commits(topic: string, count: number, quietly = false): LogEvent[] {
    return Array.from({ length: count }, () => this.commit({ topic }, quietly)[0]!)
  }

  /** Begins to subscribe; the reply is in the ear when it comes. */
  subscribe(
    topic: string,
    user = 'ann',
    from?: { offset: number; epoch: string },
    authorize: () => Promise<void> = async () => undefined,
  ): { ear: Ear; done: Promise<void> } {
    const ear: Ear = { user, heard: [], texts: [], leave: () => undefined }
    const leave = (): void => void this.native.get(topic)?.delete(ear)
    const end = (how: 'revoked' | 'invalidated') => () => {
      ear.ended = how
      leave()
    }
    const subscriber = { user, revoked: end('revoked'), invalidated: end('invalidated') }
    ear.leave = () => {
      leave()
      this.hub.unsubscribe(topic, subscriber)
    }
    const joined = (reply: Joined): void => {
      ear.reply = reply
      for (const event of reply.events) note(ear, event)
      const native = this.native.get(topic) ?? new Set<Ear>()
      this.native.set(topic, native.add(ear))
    }
    const done = this.hub.subscribe({ topic, subscriber, from, authorize, joined })
    done.catch(() => undefined)
    return { ear, done }
  }

  /** Subscribes and waits for the reply. */
  async join(topic: string, user?: string, from?: { offset: number; epoch: string }): Promise<Ear> {
    const { ear, done } = this.subscribe(topic, user, from)
    await this.pass(5)
    await done
    return ear
  }
}

function note(ear: Ear, event: LogEvent): void {
  ear.heard.push(event.offset)
  ear.texts.push(event.json)
}
