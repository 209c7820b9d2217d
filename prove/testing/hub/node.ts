import type { Bus } from '../../../kernel/bus'
import { Hub, type HubOptions, type Outlet, type Subscriber } from '../../../kernel/hub'
import type { Life, LogEvent } from '../../../kernel/log'
import type { Client } from './client'
import type { Happening, SimulatedLog, SimulatedSource } from './log'
import type { VirtualTime } from './time'

/** So many listeners, of whom nobody asks, that a topic's frames are kept apart and go together. */
const crowd: readonly Subscriber[] = Array.from({ length: 4000 }, () => ({
  user: 'crowd',
  revoked: () => undefined,
  invalidated: () => undefined,
}))

interface HubTopic {
  delivered: number
  subscribers: Set<Subscriber>
}

/** One node: a hub, and what its clients stand in, the runtime's native topics. */
export class SimulatedNode {
  readonly hub: Hub
  alive = true
  private readonly natives = new Map<string, Set<Client>>()

  constructor(
    readonly name: string,
    private readonly log: SimulatedLog,
    readonly source: SimulatedSource,
    private readonly bus: Bus,
    options: HubOptions,
    time: VirtualTime,
    private readonly crowded: boolean,
  ) {
    const outlet: Outlet = {
      events: (topic, events) => this.fanOut(topic, events),
      whisper: () => undefined,
    }
    this.hub = new Hub(source, bus, [outlet], options, time)
  }

  async run(): Promise<void> {
    await this.bus.run()
    await this.hub.run()
  }

  /** A command that this node carries out. A node that dies between commit and publish tells nobody. */
  commit(happenings: readonly Happening[], published: boolean): void {
    const events = this.log.commit(this.name, happenings)
    if (published) this.hub.publish(events)
  }

  /** How far it handed this topic over, if it has it open. */
  delivered(topic: string): number {
    return this.topics.get(topic)?.delivered ?? 0
  }

  /** What it takes events of. */
  get life(): Life {
    return (this.hub as unknown as { watch: Life }).watch
  }

  join(topic: string, client: Client): void {
    let native = this.natives.get(topic)
    if (!native) this.natives.set(topic, (native = new Set()))
    native.add(client)
    if (this.crowded) for (const one of crowd) this.topics.get(topic)?.subscribers.add(one)
  }

  leave(topic: string, client: Client): void {
    this.natives.get(topic)?.delete(client)
  }

  die(): void {
    this.alive = false
    this.hub.stop()
    void this.bus.stop()
    this.natives.clear()
  }

  private get topics(): Map<string, HubTopic> {
    return (this.hub as unknown as { topics: Map<string, HubTopic> }).topics
  }

  private fanOut(topic: string, events: readonly LogEvent[]): void {
    for (const client of [...(this.natives.get(topic) ?? [])]) for (const event of events) client.hear(event)
  }
}
