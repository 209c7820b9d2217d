import type { Notice } from '../bus'
import type { Subscriber, Timers } from '../hub'
import type { Life, LogEvent } from '../log'
import { Ring } from './ring'
import type { Source } from './source'

export interface HubLimits {
  /** Events kept in memory for each open topic, for those who come back. */
  ringEvents: number
  ringBytes: number
  /** Notices that came before their turn; beyond it they are read from the log. */
  aheadEvents: number
  /** How many of the newest events are read when a topic opens. */
  openEvents: number
}

export interface TopicFollower {
  apply(event: LogEvent): void
  reset(): void
}

/** What a topic tells the hub. */
export interface TopicHost {
  /** Only the last of `events` may have effects. */
  deliver(topic: Topic, events: readonly LogEvent[]): void
  flush(topic: Topic): void
  /** Whether an answer belongs to the life that this node stands in. */
  see(life: Life): boolean
  /** Resolves when a sweep has looked which life that is. */
  settle(): Promise<void>
}

const isOpen = Promise.resolve()
const none: readonly never[] = []
const readEvents = 500
const retryMs = 100

/** One open topic on this node: what was delivered, what waits for its turn, who listens. */
export class Topic {
  state: 'opening' | 'live' | 'filling' = 'opening'
  /** Every event up to here was handed to the outlets. */
  delivered = 0
  /** The head as the last confirmation read it. */
  confirmedHead = 0
  /** That confirmation found a head below what had been delivered before it was asked for. */
  tailLost = false
  /** Counts reopenings: whoever waited across one has to look again. */
  life = 0
  opened: Promise<void> = isOpen
  readonly ring: Ring
  readonly subscribers = new Set<Subscriber>()
  followers: readonly TopicFollower[] = none
  /** Delivered, and not yet handed to the outlets; and when they last got something. */
  unsent: readonly LogEvent[] = none
  sentAt = 0
  /** Someone is on the way in, or follows. */
  pins = 0
  touched: number
  /** Made when first needed: most topics are someone's own and quiet, and there are many. */
  private ahead: Map<number, LogEvent> | undefined
  /** The newest offset heard of. */
  private known = 0
  private waiting: readonly { target: number; gate: PromiseWithResolvers<void> }[] = none

  constructor(
    readonly name: string,
    private readonly source: Source,
    private readonly limits: HubLimits,
    private readonly timers: Timers,
    private readonly host: TopicHost,
  ) {
    this.ring = new Ring(limits.ringEvents, limits.ringBytes)
    this.touched = timers.now()
  }

  get idle(): boolean {
    return this.state === 'live' && this.pins === 0 && this.subscribers.size === 0 && this.followers.length === 0
  }

  /** What was delivered last, if it is still here. */
  get last(): LogEvent | undefined {
    return this.ring.after(this.delivered - 1)[0]
  }

  /** How far the topic's history is known to reach. */
  get knownHead(): number {
    return Math.max(this.delivered, this.confirmedHead)
  }

  /** Reads where the topic stands. Notices that come meanwhile wait in `ahead`. */
  open(): Promise<void> {
    this.opened = this.load()
    return this.opened
  }

  /** After a new epoch: as if never seen. Goes on trying until the log can be read. */
  async reopen(): Promise<void> {
    this.state = 'opening'
    this.life++
    this.ahead = undefined
    this.delivered = 0
    this.known = 0
    this.confirmedHead = 0
    this.tailLost = false
    const life = this.life
    this.opened = (async () => {
      for (;;) {
        try {
          return await this.load()
        } catch {
          if (this.life !== life) return
          await new Promise<void>((resolve) => this.timers.after(retryMs, resolve))
        }
      }
    })()
    await this.opened
  }

  receive(notices: readonly Notice[]): void {
    for (const notice of notices) this.note(notice)
    if (this.state === 'opening') return
    this.drain()
    if (this.delivered < this.known) this.fill()
  }

  /** The log's head is at least this. */
  headIs(head: number): void {
    // Also while opening: the page that is on its way may have been read before.
    if (head > this.known) this.known = head
    if (this.state === 'opening') return
    if (this.delivered < this.known) this.fill()
  }

  /** Everything that was heard of and not delivered. The log knows what is true of it. */
  forgetHeard(): void {
    this.known = this.delivered
    this.ahead = undefined
  }

  /** A reading of the head, and what had been delivered before it was asked for. */
  confirmed(head: number, before: number): void {
    this.confirmedHead = head
    this.tailLost = head < before
  }

  /** Resolves when everything known so far was delivered. */
  async caughtUp(): Promise<void> {
    if (this.state === 'opening') await this.opened
    if (this.delivered >= this.known) return
    const gate = Promise.withResolvers<void>()
    this.waiting = [...this.waiting, { target: this.known, gate }]
    await gate.promise
  }

  /** Whether the user may have lost the right to read between `since` and now. */
  mayBeRevoked(user: string, since: number): boolean {
    if (!this.ring.reaches(since)) return true
    return this.ring.after(since).some((event) => event.effects?.revokes?.includes(user))
  }

  private async load(): Promise<void> {
    const life = this.life
    const { head, events } = await this.ask(() => this.source.newest(this.name, this.limits.openEvents))
    if (life !== this.life) return
    this.ring.reset(head - events.length)
    for (const event of events) this.ring.push(event)
    this.delivered = head
    this.known = Math.max(this.known, head)
    this.state = 'live'
    this.opened = isOpen
    // Now, and not when the epoch changed: a snapshot read from here on holds everything up to `delivered`.
    if (life > 0) for (const follower of this.followers) follower.reset()
    this.forgetOld()
    this.drain()
    if (this.delivered < this.known) this.fill()
  }

  /** An answer of the life that this node stands in, or of none that matters any more. */
  private async ask<A extends Life>(question: () => Promise<A>): Promise<A> {
    const { life } = this
    for (;;) {
      const answer = await question()
      if (life !== this.life || this.host.see(answer)) return answer
      await this.host.settle()
      await new Promise<void>((resolve) => this.timers.after(1, resolve))
    }
  }

  private note(notice: Notice): void {
    if (notice.offset <= this.delivered && this.state !== 'opening') return
    if (notice.offset > this.known) this.known = notice.offset
    if (notice.json === undefined) return
    this.ahead ??= new Map()
    if (this.ahead.size < this.limits.aheadEvents) this.ahead.set(notice.offset, notice as LogEvent)
  }

  /** Hands over what is next, as far as it is here. */
  private drain(): void {
    if (this.ahead && this.ahead.size > 0) {
      const run: LogEvent[] = []
      for (let next = this.delivered + 1; ; next++) {
        const event = this.ahead.get(next)
        if (!event) break
        this.ahead.delete(next)
        run.push(event)
      }
      this.take(run)
    }
    if (this.waiting.length > 0) this.release()
  }

  /** In runs that end with an event that has effects, so that nothing later goes out before they are applied. */
  private take(events: readonly LogEvent[]): void {
    for (let from = 0; from < events.length;) {
      let to = from
      while (to < events.length - 1 && !events[to]!.effects) to++
      const run = events.slice(from, to + 1)
      this.delivered = run[run.length - 1]!.offset
      for (const event of run) this.ring.push(event)
      this.host.deliver(this, run)
      from = to + 1
    }
  }

  private fill(): void {
    if (this.state !== 'live') return
    this.state = 'filling'
    void this.readGap(this.life)
  }

  private async readGap(life: number): Promise<void> {
    while (this.life === life && this.delivered < this.known) {
      try {
        const asked = this.known
        const { events } = await this.ask(() => this.source.read(this.name, this.delivered, readEvents))
        if (this.life !== life) return
        this.takeRead(events.filter((event) => event.offset > this.delivered))
        this.drain()
        // A notice spoke of what the log does not have: a full sweep judges that. What came while it was read is newer.
        if (events.length === 0 && this.known === asked) this.forgetHeard()
      } catch (error) {
        this.fail(error)
        await new Promise<void>((resolve) => this.timers.after(retryMs, resolve))
      }
    }
    if (this.life !== life) return
    this.state = 'live'
    this.forgetOld()
    this.release()
  }

  private takeRead(events: readonly LogEvent[]): void {
    const [first] = events
    if (!first) return
    // Retention removed what lay between: subscribers would see a gap, so they start anew.
    if (first.offset !== this.delivered + 1) {
      this.ring.reset(first.offset - 1)
      this.host.flush(this)
      for (const subscriber of this.subscribers) {
        this.subscribers.delete(subscriber)
        subscriber.invalidated()
      }
      for (const follower of this.followers) follower.reset()
    }
    this.take(events)
  }

  private forgetOld(): void {
    if (!this.ahead) return
    for (const offset of this.ahead.keys()) if (offset <= this.delivered) this.ahead.delete(offset)
  }

  private release(): void {
    this.waiting = this.waiting.filter(({ target, gate }) => {
      if (this.delivered < target && this.delivered < this.known) return true
      gate.resolve()
      return false
    })
  }

  private fail(error: unknown): void {
    const { waiting } = this
    this.waiting = none
    for (const { gate } of waiting) gate.reject(error)
  }
}
