import { redactedJson, type LogEvent } from '../log'

/** The newest events of one topic, dense, ending at what was delivered last. Bounded by count and by size. */
export class Ring {
  private events: LogEvent[] | undefined
  private bytes = 0
  /** Everything after this offset up to the newest is here. */
  private floor = 0

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes: number,
  ) {}

  /** Forgets everything; the next event pushed is `floor + 1`. */
  reset(floor: number): void {
    this.events = undefined
    this.bytes = 0
    this.floor = floor
  }

  push(event: LogEvent): void {
    this.events ??= []
    this.events.push(event)
    this.bytes += event.json.length
    // Cutting a quarter at a time keeps the cost of moving the rest small.
    const { length } = this.events
    if (length > this.maxEvents || this.bytes > this.maxBytes) this.drop(this.events, Math.ceil(length / 4))
  }

  reaches(offset: number): boolean {
    return offset >= this.floor
  }

  after(offset: number): LogEvent[] {
    return this.events?.slice(Math.max(0, offset - this.floor)) ?? []
  }

  redact(offsets: readonly number[]): void {
    for (const offset of offsets) {
      const at = offset - this.floor - 1
      const event = this.events?.[at]
      if (event) this.events![at] = { ...event, json: redactedJson(event.json) }
    }
  }

  private drop(events: LogEvent[], count: number): void {
    for (const event of events.splice(0, count)) this.bytes -= event.json.length
    this.floor += count
  }
}
