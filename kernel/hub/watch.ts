/**
 * Which life of the offsets this node stands in, and whether what it delivered is still part of it (law 5).
 *
 *   certain ──another server answers, a look failed, the bus was away──▶ in doubt ──all is still there──▶ certain
 *                                                                           │
 *                                               a tail is missing, or a new epoch: everybody starts anew
 *
 * Every answer of the log names its epoch and its server, and so does every event that travels. What comes from another
 * server than the one that was last compared is not taken before the comparison: what that server has may have overgrown
 * what was lost, and only a node that has not mixed the two can still tell.
 */
import type { Timers } from '../hub'
import { sameEvent, type Life, type LogEvent } from '../log'
import type { Source } from './source'
import type { Topic } from './topic'

export interface WatchHost {
  readonly topics: ReadonlyMap<string, Topic>
  /** Offsets began anew: everything known is void. */
  startAnew(): void
  /** A look went well. */
  swept(): void
}

export interface WatchLimits {
  sweepMs: number
  /** Every so many sweeps all open topics are compared, not only those that changed. */
  fullSweepEvery: number
}

/** Where a topic stood before the log was asked. */
type Before = Pick<Topic, 'delivered' | 'last'>

const nothing = { heads: new Map<string, number>(), events: new Map<string, LogEvent>() }

const looksAtOnce = 3

export class Watch implements Life {
  epoch = ''
  server = ''
  private cursor = '0'
  private sweeps = 0
  private underWay: Promise<void> | undefined
  /** The next sweep compares all, event by event: something happened after which a tail may be missing. */
  private doubt = false
  private stopped = false
  private cancel: () => void = () => undefined

  constructor(
    private readonly source: Source,
    private readonly host: WatchHost,
    private readonly limits: WatchLimits,
    private readonly timers: Timers,
  ) {}

  /** @throws when the database can't be read. */
  async run(): Promise<void> {
    const { epoch, server, cursor } = await this.source.changes('now')
    this.epoch = epoch
    this.server = server
    this.cursor = cursor
    this.schedule()
  }

  stop(): void {
    this.stopped = true
    this.cancel()
  }

  /** Whether an answer of the log, or an event, belongs to what this node stands in. If not, a sweep finds out why. */
  see({ epoch, server }: Life): boolean {
    if (epoch === this.epoch && server === this.server) return true
    void this.sweep(true)
    return false
  }

  /** Looks for what the bus didn't bring. In doubt, everything delivered is held against the log. Never rejects. */
  async sweep(doubtful = false): Promise<void> {
    if (doubtful) this.doubt = true
    if (this.stopped) return
    this.underWay ??= this.sweepOnce().finally(() => (this.underWay = undefined))
    await this.underWay
  }

  /**
   * A client was told of offsets that the log does not have. If the database restarted since the epoch was confirmed,
   * that proves a lost tail; if it did not, the client is wrong, and only the client starts anew.
   */
  async tailMissing(topic: Topic, claimed: number): Promise<void> {
    const { epoch } = this
    const proven = topic.tailLost || (await this.source.restartedSinceEpoch())
    if (proven && claimed > topic.confirmedHead) this.startAnew(await this.source.renewEpoch(epoch))
  }

  private schedule(): void {
    if (this.stopped) return
    this.cancel = this.timers.after(this.limits.sweepMs, () => {
      void this.sweep().finally(() => this.schedule())
    })
  }

  private async sweepOnce(): Promise<void> {
    try {
      // Again at once if doubt came up meanwhile; a few times, for two servers may answer in turns.
      for (let looks = 0; looks === 0 || (this.doubt && looks < looksAtOnce); looks++) await this.look()
      this.host.swept()
    } catch {
      // The database's health tells of it; the next sweep tries again. It may have come back with a tail missing.
      this.doubt = true
    }
  }

  private async look(): Promise<void> {
    const asked = this.epoch
    const { heads, cursor, ...life } = await this.source.changes(this.cursor)
    if (asked !== this.epoch) return
    if (life.epoch !== asked) return this.startAnew(life)
    // Transaction ids that run backwards: another server continues an older past.
    if (life.server !== this.server || BigInt(cursor) < BigInt(this.cursor)) this.doubt = true
    this.cursor = cursor
    this.sweeps++
    if (!this.doubt) for (const { topic, head } of heads) this.host.topics.get(topic)?.headIs(head)
    if (this.doubt || this.sweeps % this.limits.fullSweepEvery === 0) await this.compare(life)
  }

  /** Holds what was delivered against the log: the heads, and in doubt the newest events themselves. */
  private async compare(seen: Life): Promise<void> {
    const { doubt, epoch: asked } = this
    this.doubt = false
    // Taken before the question is asked: whatever was delivered by then must be in the answer.
    const before = new Map([...this.host.topics].map(([name, { delivered, last }]) => [name, { delivered, last }]))
    const places = [...before].map(([topic, { delivered }]) => ({ topic, offset: doubt ? delivered : 0 }))
    const { heads, events, ...life } = places.length > 0 ? await this.source.standing(places) : { ...nothing, ...seen }
    // Another answer brought a new epoch meanwhile: what was delivered before says nothing about it.
    if (asked !== this.epoch) return
    if (life.epoch !== asked) return this.startAnew(life)
    const lost = [...before].some(([name, one]) => this.isLost(one, heads.get(name) ?? 0, events.get(name)))
    if (lost) return this.startAnew(await this.source.renewEpoch(asked))
    if (life.server !== this.server) {
      // Nothing may have come from the old server since the question.
      const still = [...this.host.topics].every(
        ([name, { delivered }]) => delivered === (before.get(name)?.delivered ?? 0),
      )
      if (!doubt || !still) return void (this.doubt = true)
      this.believe(life.server)
    }
    for (const name of before.keys()) this.host.topics.get(name)?.headIs(heads.get(name) ?? 0)
  }

  /** `found` stands where `last` was delivered; neither is known where retention has passed. */
  private isLost({ delivered, last }: Before, head: number, found: LogEvent | undefined): boolean {
    if (head < delivered) return true
    return last !== undefined && found !== undefined && !sameEvent(last, found)
  }

  /** Everything delivered is part of what this server has. What was only heard of may not be, and is read again. */
  private believe(server: string): void {
    this.server = server
    for (const topic of this.host.topics.values()) topic.forgetHeard()
  }

  private startAnew({ epoch, server }: Life): void {
    if (epoch === this.epoch) return
    this.epoch = epoch
    this.server = server
    this.cursor = '0'
    this.doubt = false
    this.host.startAnew()
  }
}
