/**
 * The hub turns what the bus says, late, twice, out of order or not at all, into what subscribers of this node may
 * rely on: every event of a topic once, in order, without a gap (G3, G4, G5).
 *
 * Time line of one topic on one node:
 *
 *   closed ──first interest──▶ opening ──newest events read──▶ live ⇄ filling ──nobody for a while──▶ closed
 *
 * - A notice that is the next offset is delivered; an older one is dropped; a newer one waits while the gap is read
 *   from the log (`filling`).
 * - A sweep asks the log once a second what changed: an event whose notice never came (the node died between commit
 *   and publish, or the bus is down) is found by it.
 * - Joining is one synchronous step, after the topic was confirmed at its head: cut the reply from the ring, hand it
 *   over, add the subscriber. Whatever comes next is live. No await stands between.
 */
import { limits } from '../protocol/limits'
import type { Bus, Notice } from './bus'
import { Confirmer } from './hub/confirmer'
import { cut, readMissed, sameLife } from './hub/recovery'
import type { Source } from './hub/source'
import { Topic, type HubLimits, type TopicHost } from './hub/topic'
import { Turns, type TurnOptions } from './hub/turns'
import { Watch, type WatchHost, type WatchLimits } from './hub/watch'
import type { Effects, Life, LogEvent } from './log'

export { logSource, type Source } from './hub/source'

/** One client on one topic. Calls are synchronous and must not throw. */
export interface Subscriber {
  readonly user: string
  /** The user lost the right to read the topic; nothing later reaches this subscriber. */
  revoked(): void
  /** What it knows is not part of the topic's history any more; it has to subscribe again. */
  invalidated(): void
}

/**
 * A dialect's fan-out: encodes once for all of its clients and hands the bytes to the runtime's native publish. Events
 * that come together go together.
 */
export interface Outlet {
  events(topic: string, events: readonly LogEvent[]): void
  /** Ephemeral: no offset, never repeated, may be lost. */
  whisper(topic: string, json: string): void
}

export interface SubscribeRequest {
  topic: string
  subscriber: Subscriber
  /** Where the client stands, if it knows. An empty epoch stands for the current one. */
  from?: { offset: number; epoch: string } | undefined
  /** Asked before joining, and again if the right was lost meanwhile. @throws Refusal to deny. */
  authorize(): Promise<void>
  /** Called once, synchronously with joining: write the reply, join the native topic. */
  joined(reply: Joined): void
}

export interface Joined {
  epoch: string
  /** The topic's offset at which the live stream begins, or continues after `events`. */
  offset: number
  /** All that the client missed is in `events`: nothing was lost since its position. */
  recovered: boolean
  events: LogEvent[]
}

export interface HubOptions extends HubLimits, WatchLimits {
  /** A topic without subscribers stays open this long, for those who come back. */
  lingerMs: number
  recoveryEvents: number
  /** Who is heard where many speak at once. */
  turns: TurnOptions
}

export const hubDefaults: HubOptions = {
  sweepMs: 1000,
  fullSweepEvery: 10,
  lingerMs: 30_000,
  recoveryEvents: 300,
  ringEvents: 512,
  ringBytes: 1024 * 1024,
  aheadEvents: 2048,
  openEvents: 64,
  turns: { speakers: limits.speakers, silentMs: 4000, againMs: 1000 },
}

/** What the hub needs of time, so that tests can hold it. */
export interface Timers {
  now(): number
  after(ms: number, run: () => void): () => void
}

const systemTimers: Timers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** A frame to one socket takes about this long; a topic's fan-out may then use half of the time. */
const gapMsPerSubscriber = 0.005
const maxGapMs = 20
const minGapMs = 0.5
const none: readonly never[] = []

/** A life as it travels with events. Clients are told of the epoch only. */
const lifeName = ({ epoch, server }: Life): string => `${epoch}/${server}`

export class Hub implements TopicHost, WatchHost {
  readonly topics = new Map<string, Topic>()
  private readonly watch: Watch
  private readonly confirmer: Confirmer
  private readonly turns: Turns

  constructor(
    private readonly source: Source,
    private readonly bus: Bus,
    private outlets: readonly Outlet[] = [],
    private readonly options: HubOptions = hubDefaults,
    private readonly timers: Timers = systemTimers,
  ) {
    this.watch = new Watch(source, this, options, timers)
    this.confirmer = new Confirmer(source, this)
    this.turns = new Turns(options.turns, () => timers.now())
    // Offsets of another life are other events; who is behind learns of the new one from the next look at the log.
    bus.onNotices(
      (notices) => {
        const here = lifeName(this.watch)
        this.receive(notices.filter(({ life }) => life === here))
      },
      (topic) => this.topics.has(topic),
    )
    bus.onSignal('whisper', (text) => {
      const at = text.indexOf(' ')
      this.hear(text.slice(0, at), text.slice(at + 1))
    })
    bus.onSignal('turn', (text) => {
      const [topic = '', speaker = ''] = text.split(' ', 2)
      if (this.turns.take(topic, speaker)) this.hear(topic, text.slice(topic.length + speaker.length + 2))
    })
    bus.onState((state) => {
      if (state === 'up') void this.sweep(true)
    })
  }

  /** The doors' fan-outs, made after the hub. Before `run`. */
  addOutlets(outlets: readonly Outlet[]): void {
    this.outlets = [...this.outlets, ...outlets]
  }

  get openTopics(): number {
    return this.topics.size
  }

  /** Reads the epoch and starts sweeping. @throws when the database can't be read. */
  run(): Promise<void> {
    return this.watch.run()
  }

  stop(): void {
    this.watch.stop()
  }

  /** Events that this node committed in one transaction: delivered here first, then told to the others. */
  publish(events: readonly (LogEvent & Partial<Life>)[]): void {
    const [first] = events
    if (!first) return
    const { epoch = this.watch.epoch, server = this.watch.server } = first
    // Written in a life that this node doesn't stand in yet: the sweep brings them.
    if (this.see({ epoch, server })) this.receive(events)
    this.bus.publish(events, lifeName({ epoch, server }))
  }

  /**
   * Ephemeral words to a topic's subscribers on every node.
   * @param speaker whose they are, where many may speak at once: of these few are heard (`hub/turns.ts`). No spaces in it.
   */
  whisper(topic: string, json: string, speaker?: string): void {
    if (speaker !== undefined && !this.turns.take(topic, speaker)) return
    this.hear(topic, json)
    if (speaker === undefined) this.bus.signal('whisper', `${topic} ${json}`)
    else this.bus.signal('turn', `${topic} ${speaker} ${json}`)
  }

  receive(notices: readonly Notice[]): void {
    for (let from = 0; from < notices.length;) {
      const { topic } = notices[from]!
      let to = from + 1
      while (notices[to]?.topic === topic) to++
      this.topics.get(topic)?.receive(notices.slice(from, to))
      from = to
    }
  }

  /**
   * Joins a subscriber to a topic at its position. Resolves after `joined` was called.
   * @throws what `authorize` throws, or Refusal `unavailable` when the log can't be read.
   */
  async subscribe(request: SubscribeRequest): Promise<void> {
    const topic = this.open(request.topic)
    topic.pins++
    try {
      for (;;) {
        await topic.opened
        const authorizedAt = topic.delivered
        const life = topic.life
        await request.authorize()
        if (!(await this.confirmer.confirm(topic))) {
          await this.settle()
          continue
        }
        const from = sameLife(request.from, this.watch.epoch)
        if (from && from.offset > topic.knownHead) await this.watch.tailMissing(topic, from.offset)
        const read = await readMissed(this.source, topic, from, this.options.recoveryEvents)
        if (read && !this.see(read)) continue
        // From here on nothing waits: what is decided now is still true when the subscriber stands in the topic.
        if (topic.life !== life || topic.mayBeRevoked(request.subscriber.user, authorizedAt)) continue
        const joined = cut(topic, from, read?.events, this.options.recoveryEvents)
        if (joined === 'again') continue
        // What the reply holds must not come to this socket a second time.
        this.flush(topic)
        request.joined({ epoch: this.watch.epoch, ...joined })
        topic.subscribers.add(request.subscriber)
        return
      }
    } finally {
      topic.pins--
      topic.touched = this.timers.now()
    }
  }

  unsubscribe(name: string, subscriber: Subscriber): void {
    const topic = this.topics.get(name)
    topic?.subscribers.delete(subscriber)
    if (topic) topic.touched = this.timers.now()
  }

  /**
   * A fold without subscribers: `apply` gets every event after the returned position, in order.
   * `reset` is called when the stream starts anew (the epoch changed, or retention removed what was missed): read the
   * snapshot again; every event after it comes.
   */
  async follow(name: string, apply: (event: LogEvent) => void, reset: () => void): Promise<Follower> {
    const topic = this.open(name)
    topic.pins++
    try {
      await topic.opened
      while (!(await this.confirmer.confirm(topic))) await this.settle()
    } catch (error) {
      topic.pins--
      throw error
    }
    const follower = { apply, reset }
    topic.followers = [...topic.followers, follower]
    return {
      offset: topic.delivered,
      epoch: this.watch.epoch,
      stop: () => {
        topic.followers = topic.followers.filter((one) => one !== follower)
        topic.pins--
      },
    }
  }

  /** Looks for what the bus didn't bring. In doubt, everything delivered is held against the log. */
  sweep(doubtful = false): Promise<void> {
    return this.watch.sweep(doubtful)
  }

  see(life: Life): boolean {
    return this.watch.see(life)
  }

  settle(): Promise<void> {
    return this.sweep(true)
  }

  swept(): void {
    const now = this.timers.now()
    for (const [name, topic] of this.topics) {
      if (topic.idle && now - topic.touched > this.options.lingerMs) this.topics.delete(name)
    }
  }

  /** Offsets started anew: everything known is void, and every subscriber is told so. */
  startAnew(): void {
    for (const topic of this.topics.values()) {
      this.flush(topic)
      const subscribers = [...topic.subscribers]
      topic.subscribers.clear()
      void topic.reopen()
      for (const subscriber of subscribers) subscriber.invalidated()
    }
  }

  private open(name: string): Topic {
    let topic = this.topics.get(name)
    if (!topic) {
      topic = new Topic(name, this.source, this.options, this.timers, this)
      this.topics.set(name, topic)
      const failed = topic
      topic.open().catch(() => {
        // Unless a new epoch opened it anew: then somebody may stand in it.
        if (this.topics.get(name) === failed && failed.life === 0) this.topics.delete(name)
      })
    }
    return topic
  }

  /** Only the last of `events` may have effects: they are applied before anything later is handed over. */
  deliver(topic: Topic, events: readonly LogEvent[]): void {
    if (topic.subscribers.size > 0) this.handOver(topic, events)
    for (const follower of topic.followers) for (const event of events) follower.apply(event)
    const { effects } = events[events.length - 1]!
    if (!effects) return
    this.flush(topic)
    this.applyEffects(topic, effects)
  }

  /**
   * A frame to many sockets costs by the socket, whatever it holds. So a busy topic's frames keep a distance that grows
   * with its subscribers, and what comes meanwhile goes together; the first after a pause goes at once.
   */
  private handOver(topic: Topic, events: readonly LogEvent[]): void {
    topic.unsent = topic.unsent.length === 0 ? events : [...topic.unsent, ...events]
    const wait = topic.sentAt + Math.min(maxGapMs, topic.subscribers.size * gapMsPerSubscriber) - this.timers.now()
    if (wait < minGapMs) return this.flush(topic)
    if (topic.unsent.length === events.length) this.timers.after(wait, () => this.flush(topic))
  }

  /** Everything delivered so far is with the outlets after this. */
  flush(topic: Topic): void {
    const { unsent } = topic
    if (unsent.length === 0) return
    topic.unsent = none
    topic.sentAt = this.timers.now()
    for (const outlet of this.outlets) outlet.events(topic.name, unsent)
  }

  private applyEffects(topic: Topic, { revokes, redacts }: Effects): void {
    if (redacts) topic.ring.redact(redacts)
    if (!revokes) return
    for (const subscriber of topic.subscribers) {
      if (!revokes.includes(subscriber.user)) continue
      topic.subscribers.delete(subscriber)
      subscriber.revoked()
    }
  }

  private hear(topic: string, json: string): void {
    if (!this.topics.has(topic)) return
    for (const outlet of this.outlets) outlet.whisper(topic, json)
  }
}

export interface Follower {
  /** `apply` is called from the event after this one on. */
  offset: number
  epoch: string
  stop(): void
}
