import type { Source } from '../../../kernel/hub'
import {
  redactedJson,
  type Changes,
  type Effects,
  type Heads,
  type Life,
  type LogEvent,
  type Page,
  type Place,
  type Standing,
} from '../../../kernel/log'
import type { Random } from '../random'
import type { VirtualTime } from './time'

/** What a simulated command says happened. */
export interface Happening {
  topic: string
  revokes?: string
  grants?: string
  redacts?: number
  long?: boolean
}

/** An event as it is remembered for judging: with all that the hub is not told. */
export interface Stored {
  topic: string
  offset: number
  json: string
  effects?: Effects | undefined
  committedAt: number
  grants?: string | undefined
  /** The offset of the event that took its content away. */
  redactedBy?: number
}

interface SimTopic {
  events: Stored[]
  /** Retention removed everything up to here. */
  floor: number
  changed: number
}

/** The log in memory, and the truth that every delivery is judged by. */
export class SimulatedLog {
  epoch = 'e1'
  /** The database restarted since the epoch was confirmed. */
  restarted = false
  away = false
  /** The topic whose newest events were lost, until that was noticed, or until nobody is left who knew of them. */
  lostTail: string | undefined
  tailLostAt = 0
  /** What was left of it. Other events take the places of those that are gone. */
  tailKept = 0
  private tailStart = 0
  epochSince = 0
  onRenewal: (justified: boolean) => void = () => undefined
  readonly topics = new Map<string, SimTopic>()
  private transactions = 0
  private ids = 0
  private epochs = 1
  private starts = 1
  /** Something was lost in this epoch. */
  private torn = false

  constructor(private readonly time: VirtualTime) {}

  get life(): Life {
    return { epoch: this.epoch, server: `s${this.starts}` }
  }

  topic(name: string): SimTopic {
    let topic = this.topics.get(name)
    if (!topic) this.topics.set(name, (topic = { events: [], floor: 0, changed: 0 }))
    return topic
  }

  head(name: string): number {
    return this.topics.get(name)?.events.length ?? 0
  }

  /** One transaction. */
  commit(node: string, happenings: readonly Happening[]): (LogEvent & Life)[] {
    this.transactions++
    return happenings.map((happening) => ({ ...this.append(node, happening), ...this.life }))
  }

  /** What stands in the log now at that offset. */
  content(event: Stored): string {
    return event.redactedBy === undefined ? event.json : redactedJson(event.json)
  }

  /** Whether the user may read the topic after the event at `offset`. Everybody may, unless it was taken away. */
  memberAt(name: string, user: string, offset: number): boolean {
    const events = this.topic(name).events
    for (let at = Math.min(offset, events.length) - 1; at >= 0; at--) {
      if (events[at]!.grants === user) return true
      if (events[at]!.effects?.revokes?.includes(user)) return false
    }
    return true
  }

  trim(name: string, upTo: number): void {
    const topic = this.topic(name)
    topic.floor = Math.max(topic.floor, Math.min(upTo, topic.events.length))
  }

  /** The newest events were never on the disk that the database started from again. */
  loseTail(name: string, count: number): void {
    this.cut(this.topic(name), count)
    this.restart()
    this.torn = true
    this.lostTail = name
    this.tailKept = this.head(name)
    this.tailStart = this.starts
    this.tailLostAt = this.time.now()
    this.transactions = Math.max(0, this.transactions - count)
    for (const topic of this.topics.values()) topic.changed = Math.min(topic.changed, this.transactions)
  }

  /** Whether who takes this server's events takes those from before the loss. */
  isBeforeLoss({ server }: Life): boolean {
    return Number(server.slice(1)) < this.tailStart
  }

  /** Nothing is lost. */
  restart(): void {
    this.starts++
    this.restarted = true
  }

  renewEpoch(lost: string): Life {
    if (lost !== this.epoch) return this.life
    this.onRenewal(this.torn)
    this.beginEpoch()
    return this.life
  }

  /** A backup is restored: everything stands where it stood then, and the offsets begin another life. */
  restore(random: Random): void {
    for (const topic of this.topics.values()) this.cut(topic, random.int(4))
    this.starts++
    this.beginEpoch()
  }

  private beginEpoch(): void {
    this.epoch = `e${++this.epochs}`
    this.epochSince = this.time.now()
    this.restarted = false
    this.torn = false
    this.lostTail = undefined
  }

  private cut(topic: SimTopic, count: number): void {
    const kept = Math.max(0, topic.events.length - count)
    topic.events.length = kept
    topic.floor = Math.min(topic.floor, kept)
    for (const event of topic.events) if ((event.redactedBy ?? 0) > kept) delete event.redactedBy
  }

  changes(cursor: number): Changes {
    const heads = [...this.topics]
      .filter(([, { changed }]) => changed > cursor)
      .map(([topic, { events }]) => ({ topic, head: events.length }))
    return { heads, ...this.life, cursor: String(this.transactions) }
  }

  heads(names: readonly string[]): Heads {
    const known = names.filter((name) => this.head(name) > 0).map((name) => [name, this.head(name)] as const)
    return { heads: new Map(known), ...this.life }
  }

  page(name: string, after: number, limit: number): Page {
    const { events, floor } = this.topic(name)
    const found = events.slice(Math.max(after, floor), Math.max(after, floor) + limit)
    return { head: events.length, ...this.life, events: found.map((event) => this.asRead(event)) }
  }

  private append(node: string, { topic: name, revokes, grants, redacts, long }: Happening): LogEvent {
    const topic = this.topic(name)
    const frame = { kind: 'posted', at: new Date(this.time.now()).toISOString(), actor: 'ann', node, id: ++this.ids }
    const effects: Effects = {}
    if (revokes !== undefined) effects.revokes = [revokes]
    if (redacts !== undefined) effects.redacts = [redacts]
    const event: Stored = {
      topic: name,
      offset: topic.events.length + 1,
      json: JSON.stringify(long ? { ...frame, text: 'x'.repeat(7500) } : frame),
      effects: revokes === undefined && redacts === undefined ? undefined : effects,
      committedAt: this.time.now(),
      grants,
    }
    topic.events.push(event)
    topic.changed = this.transactions
    if (redacts !== undefined) topic.events[redacts - 1]!.redactedBy ??= event.offset
    return { topic: name, offset: event.offset, json: event.json, effects: event.effects }
  }

  private asRead(event: Stored): LogEvent {
    return { topic: event.topic, offset: event.offset, json: this.content(event), effects: event.effects }
  }
}

/** One node's way to the log: every look takes its time, sees one moment on the way, and may fail. */
export class SimulatedSource implements Source {
  lastFailure = Number.NEGATIVE_INFINITY

  constructor(
    private readonly log: SimulatedLog,
    private readonly time: VirtualTime,
    private readonly random: Random,
    private readonly faults: { fail: number; delayMs: number },
  ) {}

  heads(topics: readonly string[]): Promise<Heads> {
    return this.look(() => this.log.heads(topics))
  }

  standing(places: readonly Place[]): Promise<Standing> {
    return this.look(() => {
      const events = places.flatMap(({ topic, offset }) => {
        const [event] = offset > 0 ? this.log.page(topic, offset - 1, 1).events : []
        return event?.offset === offset ? [[topic, event] as const] : []
      })
      return { ...this.log.heads(places.map(({ topic }) => topic)), events: new Map(events) }
    })
  }

  read(topic: string, after: number, limit: number): Promise<Page> {
    return this.look(() => this.log.page(topic, after, limit))
  }

  newest(topic: string, limit: number): Promise<Page> {
    return this.look(() => this.log.page(topic, Math.max(0, this.log.head(topic) - limit), limit))
  }

  changes(cursor: string): ReturnType<Source['changes']> {
    return this.look(() => this.log.changes(cursor === 'now' ? Number.MAX_SAFE_INTEGER : Number(cursor)))
  }

  restartedSinceEpoch(): Promise<boolean> {
    return this.look(() => this.log.restarted)
  }

  renewEpoch(lost: string): Promise<Life> {
    return this.look(() => this.log.renewEpoch(lost))
  }

  private async look<T>(at: () => T): Promise<T> {
    await this.time.sleep(this.random.int(this.faults.delayMs))
    if (this.log.away || this.random.chance(this.faults.fail)) return this.fail()
    const seen = at()
    await this.time.sleep(this.random.int(this.faults.delayMs))
    if (this.random.chance(this.faults.fail / 2)) return this.fail()
    return seen
  }

  private fail(): never {
    this.lastFailure = this.time.now()
    throw new Error('simulated: the database is away')
  }
}
