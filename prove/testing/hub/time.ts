import type { Timers } from '../../../kernel/hub'

/** Time that passes only when it is told to, so that minutes take milliseconds and every run is the same again. */
export class VirtualTime implements Timers {
  private clock = 0
  private count = 0
  private queue: { at: number; nth: number; run: () => void }[] = []

  now(): number {
    return this.clock
  }

  after(ms: number, run: () => void): () => void {
    const one = { at: this.clock + Math.max(0, ms), nth: this.count++, run }
    let place = this.queue.length
    while (place > 0 && this.queue[place - 1]!.at > one.at) place--
    this.queue.splice(place, 0, one)
    return () => (this.queue = this.queue.filter((other) => other !== one))
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Lets time pass up to `end`; what falls due on the way runs in order, and all that follows from it at once. */
  async passUntil(end: number): Promise<void> {
    await settled()
    while (this.queue[0] && this.queue[0].at <= end) {
      const { at, run } = this.queue.shift()!
      this.clock = at
      run()
      await settled()
    }
    this.clock = end
  }
}

/** Every promise and every `setImmediate` that is ready has run, and those that follow from them. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
