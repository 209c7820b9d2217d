/**
 * How far this node is behind: the time from the moment that an event's stamp names (the database's clock, under the
 * topic's lock) to the moment in which this node hands it to whoever listens here. It stands among the hub's outlets, so
 * it sees exactly what people see: over a bus some milliseconds, without one up to a second, until the sweep finds it.
 */
import type { Outlet } from '../../kernel/hub'
import type { LogEvent } from '../../kernel/log'

/** For so many seconds a bad moment is told. */
const keptSeconds = 10
/** Reading a stamp costs; a busy node reads the first ones of each second. */
const readsPerSecond = 200

interface Second {
  second: number
  worstMs: number
  reads: number
}

export class Lag implements Outlet {
  private seconds: readonly Second[] = []

  /** @param clock the database's, in milliseconds. @param database while it is down, the log is out of sight. */
  constructor(
    private readonly clock: { now(): number },
    private readonly database: { readonly state: string },
  ) {}

  events(_topic: string, [oldest]: readonly LogEvent[]): void {
    const now = this.clock.now()
    const second = this.current(Math.floor(now / 1000))
    if (!oldest || ++second.reads > readsPerSecond) return
    const { at } = JSON.parse(oldest.json) as { at: string }
    second.worstMs = Math.max(second.worstMs, Math.round(now - Date.parse(at)))
  }

  whisper(): void {
    // It isn't in the log.
  }

  /** Of the last ten seconds; 0: nothing was late. Nothing while the log is out of sight. */
  worstMs(): number | undefined {
    if (this.database.state !== 'up') return undefined
    return Math.max(0, ...this.fresh(Math.floor(this.clock.now() / 1000)).map(({ worstMs }) => worstMs))
  }

  private current(now: number): Second {
    const last = this.seconds.at(-1)
    if (last?.second === now) return last
    const next = { second: now, worstMs: 0, reads: 0 }
    this.seconds = [...this.fresh(now), next]
    return next
  }

  private fresh(now: number): Second[] {
    return this.seconds.filter(({ second }) => now - second < keptSeconds)
  }
}
