/**
 * Whether the database answers. A failure makes work wait for one probe's verdict instead of failing or queueing for
 * time-outs; while it is down work is refused at once, and the first probe that succeeds opens the gate again.
 *
 *   up ──suspect()──▶ suspected ──probe fails──▶ down
 *    ▲                    │                       │
 *    └──── probe succeeds ┴───────────────────────┘
 */
export type HealthState = 'up' | 'suspected' | 'down'

export class Health {
  state: HealthState = 'up'
  private timer: ReturnType<typeof setTimeout> | undefined
  private stopped = false
  private readonly listeners = new Set<(state: HealthState) => void>()
  private waiting: (() => void)[] = []

  constructor(
    private readonly probeMs: number,
    private readonly probe: () => Promise<void>,
  ) {}

  /** Told of every change. Listeners live as long as the process. */
  onChange(listener: (state: HealthState) => void): void {
    this.listeners.add(listener)
  }

  /** Something failed in a way that may mean that the database is gone. */
  suspect(): void {
    if (this.state !== 'up' || this.stopped) return
    this.become('suspected')
    void this.look()
  }

  /** Resolves at once unless a probe is under way; then with its verdict. */
  async verdict(): Promise<HealthState> {
    if (this.state === 'suspected') await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.state
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.state = 'down'
    this.release()
  }

  private async look(): Promise<void> {
    try {
      await this.probe()
      if (!this.stopped) this.become('up')
    } catch {
      if (this.stopped) return
      this.become('down')
      this.timer = setTimeout(() => void this.look(), this.probeMs)
    }
  }

  private become(state: HealthState): void {
    if (state === this.state) return
    this.state = state
    this.release()
    for (const listener of this.listeners) listener(state)
  }

  private release(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
