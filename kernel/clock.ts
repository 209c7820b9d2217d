/**
 * The database's clock, as seen from this node: a monotonic counter plus a measured offset, so that a node whose own
 * clock is wrong or jumps changes no verdict. Refreshed with every heartbeat.
 */
export class DatabaseClock {
  private offset: number
  /** Half the round trip of the best recent measurement: the offset is right within this. */
  errorMs = Number.POSITIVE_INFINITY
  private measuredAt = 0

  constructor(private readonly monotonic: () => number = () => performance.now()) {
    // Until the first measurement the node's own clock is the best guess.
    this.offset = Date.now() - monotonic()
  }

  /** Milliseconds since 1970 by the database's clock. */
  now(): number {
    return this.monotonic() + this.offset
  }

  /** @param database what the database's clock said at a moment between `asked` and `answered` (monotonic). */
  observe(database: number, asked: number, answered: number): void {
    const error = (answered - asked) / 2
    // A quick answer is worth more than a newer slow one; after a while the newer one wins, since clocks drift.
    const age = answered - this.measuredAt
    if (error > this.errorMs && age < 60_000) return
    this.offset = database - (asked + answered) / 2
    this.errorMs = error
    this.measuredAt = answered
  }
}
