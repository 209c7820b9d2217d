/** How much a node does each second, and how quickly it answers. */
export interface LastSecond {
  requests: number
  p95Ms: number
  deliveries: number
}

/** More answers of one second than this are counted, but not timed. */
const timedAtMost = 1000

export class Pace {
  private second = 0
  private times: number[] = []
  private requests = 0
  private deliveries = 0
  private before: LastSecond = { requests: 0, p95Ms: 0, deliveries: 0 }

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  answered(ms: number): void {
    this.turn()
    this.requests++
    if (this.times.length < timedAtMost) this.times.push(ms)
  }

  delivered(sockets: number): void {
    this.turn()
    this.deliveries += sockets
  }

  /** The last second that is over. */
  last(): LastSecond {
    this.turn()
    return this.before
  }

  private turn(): void {
    const second = Math.floor(this.nowMs() / 1000)
    if (second === this.second) return
    const isNext = second === this.second + 1
    this.before = isNext
      ? { requests: this.requests, p95Ms: p95(this.times), deliveries: this.deliveries }
      : { requests: 0, p95Ms: 0, deliveries: 0 }
    this.second = second
    this.times = []
    this.requests = 0
    this.deliveries = 0
  }
}

function p95(times: number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  const at = sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0
  return Math.round(at * 10) / 10
}
