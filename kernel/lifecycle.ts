/**
 * One lifecycle for everything long-lived: parts start in order, stop in reverse order, and whoever asks (a balancer,
 * a supervisor) learns the state from one place.
 *
 *   created ──run──▶ starting ──all started──▶ running ──drain──▶ draining ──▶ stopped
 *                       └────────a part failed────────────────────────────────────┘
 */
export interface Part {
  name: string
  run(): Promise<void> | void
  /** No new work; hand over what can be handed over. Called for all parts, in reverse order, before any `stop`. */
  drain?(): Promise<void> | void
  stop(): Promise<void> | void
}

export type LifecycleState = 'created' | 'starting' | 'running' | 'draining' | 'stopped'

export interface LifecycleEvents {
  /** A part that failed while stopping doesn't keep the others from stopping. */
  failed(part: string, error: unknown): void
}

export class Lifecycle {
  state: LifecycleState = 'created'
  private readonly started: Part[] = []
  private ending: Promise<void> | undefined
  /** The start of the part that is starting, or started last. Never rejects. */
  private current: Promise<void> = Promise.resolve()

  constructor(
    private readonly parts: readonly Part[],
    private readonly events: LifecycleEvents,
  ) {}

  /**
   * Resolves when all parts run, or when it was asked to end before they did.
   * @throws what the first failing part threw, after stopping those that had started.
   */
  async run(): Promise<void> {
    if (this.state !== 'created') throw new Error(`cannot run: ${this.state}`)
    this.state = 'starting'
    for (const part of this.parts) {
      const starting = this.start(part)
      this.current = starting.catch(() => undefined)
      try {
        await starting
      } catch (error) {
        await this.end(0)
        throw error
      }
      if (this.ending) return
    }
    this.state = 'running'
  }

  /** Drains, then stops; `drainMs` bounds the draining. Calling again waits for the same end. */
  end(drainMs: number): Promise<void> {
    this.ending ??= this.finish(drainMs)
    return this.ending
  }

  private async finish(drainMs: number): Promise<void> {
    this.state = 'draining'
    // A part that is starting right now has to be stopped like the others; nothing starts after it.
    await within(drainMs, this.current)
    if (drainMs > 0) await within(drainMs, this.each('drain'))
    await this.each('stop')
    this.state = 'stopped'
  }

  private async start(part: Part): Promise<void> {
    await part.run()
    this.started.unshift(part)
  }

  private async each(step: 'drain' | 'stop'): Promise<void> {
    for (const part of this.started) {
      try {
        await part[step]?.()
      } catch (error) {
        this.events.failed(part.name, error)
      }
    }
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<void>()
  const handle = setTimeout(timer.resolve, ms)
  await Promise.race([work, timer.promise])
  clearTimeout(handle)
}
