/**
 * Where a demonstration breaks things. Every node reads what shall be broken; the one that is meant asks its supervisor,
 * who does it from outside, as a crash does. What was asked before this node's life is over: it would die again.
 */
import { eventData } from '../../protocol/event'
import { watchTopic, type Breakage } from './model'
import { events } from './schemas'

/** What is needed of the hub. */
export interface Follows {
  follow(topic: string, apply: (event: { json: string }) => void, reset: () => void): Promise<{ stop(): void }>
}

export interface StageMeans {
  node: string
  startedAt: string
  /** Asks the supervisor to do this to us. */
  ask(what: Exclude<Breakage, 'bus'>): void
  interruptBus(): void
}

export class Stage {
  private follower: { stop(): void } | undefined

  constructor(private readonly means: StageMeans) {}

  async run(hub: Follows): Promise<void> {
    this.follower = await hub.follow(
      watchTopic,
      (event) => this.read(event),
      () => undefined,
    )
  }

  stop(): void {
    this.follower?.stop()
  }

  private read({ json }: { json: string }): void {
    const { node, startedAt, ask, interruptBus } = this.means
    const event = eventData.safeParse(JSON.parse(json))
    if (!event.success || event.data.kind !== 'broken' || event.data.at < startedAt) return
    const broken = events.broken.safeParse(event.data)
    if (!broken.success) return
    const { what, target } = broken.data
    if (what === 'bus') interruptBus()
    else if (target === node) ask(what)
  }
}
