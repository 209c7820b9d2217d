/**
 * Duties: what has to be done again and again, though nobody asks. The node that leads does them; leading saves work and
 * decides nothing, so a moment with two leaders or none does no harm.
 *
 *   stopped ──run──▶ waiting ──everyMs──▶ at work (if this node leads) ──▶ waiting …
 *                                           ▲── more ──┘
 */
import { Refusal } from '../protocol/errors'

export interface RunnableDuty {
  name: string
  everyMs: number
  run(): Promise<{ more: boolean }>
}

export class Duties {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private stopped = false

  constructor(
    private readonly duties: readonly RunnableDuty[],
    private readonly leads: () => boolean,
    private readonly failed: (duty: string, error: unknown) => void,
  ) {}

  run(): void {
    for (const duty of this.duties) this.schedule(duty)
  }

  /** What is at work ends by itself. */
  stop(): void {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
  }

  private schedule(duty: RunnableDuty): void {
    if (this.stopped) return
    const again = (): void => void this.work(duty).finally(() => this.schedule(duty))
    this.timers.set(duty.name, setTimeout(again, duty.everyMs))
  }

  private async work(duty: RunnableDuty): Promise<void> {
    try {
      while (!this.stopped && this.leads() && (await duty.run()).more);
    } catch (error) {
      // That the database is away is told by its health.
      if (!(error instanceof Refusal)) this.failed(duty.name, error)
    }
  }
}
