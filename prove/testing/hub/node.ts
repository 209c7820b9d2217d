import type { Bus } from '../../../kernel/bus'
import { Hub, type HubOptions, type Outlet } from '../../../kernel/hub'
import type { LogEvent } from '../../../kernel/log'
import type { Client } from './client'
import type { Happening, SimulatedLog, SimulatedSource } from './log'
import type { VirtualTime } from './time'

/** What clients of one node stand in: the runtime's native topics. */
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

  /** How far it handed this topic over, and how far it has heard of it, if it has it open. */
  reach(topic: string): { delivered: number; known: number } {
    const { topics } = this.hub as unknown as { topics: Map<string, { delivered: number; known: number }> }
    return topics.get(topic) ?? { delivered: 0, known: 0 }
  }

  join(topic: string, client: Client): void {
    let native = this.natives.get(topic)
    if (!native) this.natives.set(topic, (native = new Set()))
    native.add(client)
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

  private fanOut(topic: string, events: readonly LogEvent[]): void {
    for (const client of [...(this.natives.get(topic) ?? [])]) for (const event of events) client.hear(event)
  }
}
