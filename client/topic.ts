/**
 * One topic, followed once for any number of readers on this device.
 *
 *   closed ──first reader──▶ loading ──▶ subscribing from where it loaded ──▶ live ──connection lost──▶ behind
 *                               ▲                                              ▲──── recovered exactly ──┘
 *                               └────────────── can't be recovered ─────────────────────────────────────┘
 *
 * A reader has a snapshot of its own, at a place in the stream; it then gets every event after that place, once, in
 * order. The subscription starts from the earliest place (the official SDK's `getState`: it asks for it, and again when
 * the server says that a position can't be recovered). A reader that comes later loads while its events are held back.
 * The order is checked here once more: whatever sent a gap, the reader loads anew and never shows it.
 */
import type { Subscription, SubscriptionOptions } from 'centrifuge'
import type { EventData } from '../protocol/event'
import type { Connection } from './connect'
import { CallError, toCallError } from './errors'
import { backoffMs, sleep } from './wait'

export interface TopicEvent {
  topic: string
  offset: number
  kind: string
  at: string
  actor: string
  node: string
  data: EventData
}

export interface Place {
  offset: number
  /** Empty: the current one. */
  epoch: string
}

export type ReaderPhase = 'loading' | 'live' | 'behind'

export interface Reader {
  /**
   * Reads the snapshot. @returns where it stands. @throws CallError when there is none to be had. A reader without one
   * gets what comes from now on, and `reset` whenever something may have come before or between.
   */
  load?(): Promise<Place>
  reset?(): void
  event(event: TopicEvent): void
  /** Ephemeral words: not kept, without an offset. */
  whisper?(data: EventData): void
  phase?(phase: ReaderPhase): void
  /** There is nothing more to read: the right was lost, or never was. */
  ended?(error: CallError): void
}

export interface RosterListener {
  /** Subscribed anew: what was known of who is here may be old. */
  opened(subscription: Pick<Subscription, 'presence' | 'presenceStats'>): void
  joined(who: Present): void
  left(who: Present): void
  /** Instead of many of those: how many are here, and some of them, or all. */
  gathered(now: { clients: number; users: number; some: Present[] }): void
}

export interface Present {
  client: string
  user: string
  connInfo?: unknown
}

/** A crowd, as the server says it: persons as in the protocol's own list. */
interface GatheredData {
  clients: number
  users: number
  some: { client: string; user: string; conn_info?: unknown }[]
}

/** What a reader has had. Without `at` it is loading, and its events are held. */
interface Seat {
  at: number | undefined
  held: TopicEvent[]
  /** One load at a time: two would overwrite each other. */
  loading?: Promise<Place> | undefined
}

const resubscribe = { minResubscribeDelay: 20, maxResubscribeDelay: 5000 }
const reload = { minMs: 50, maxMs: 5000 }

export class Topic {
  private readonly seats = new Map<Reader, Seat>()
  private readonly rosters = new Set<RosterListener>()
  private subscription: Subscription | undefined
  /** What this subscription has delivered. */
  private at: number | undefined
  private epoch = ''
  private wasLive = false

  constructor(
    readonly name: string,
    private readonly connection: Connection,
    private readonly closed: () => void,
  ) {}

  /** @returns what ends the reading. */
  read(reader: Reader): () => void {
    const seat: Seat = { at: undefined, held: [] }
    this.seats.set(reader, seat)
    if (!this.subscription) this.open()
    else if (reader.load) void this.loadUntilCurrent(reader, seat)
    else if (this.subscription.state === 'subscribed') this.startHere(reader, seat)
    return () => {
      this.seats.delete(reader)
      this.closeIfIdle()
    }
  }

  /** Who is here, from now on. The subscription is made anew, from where it stands, when that changes what it asks for. */
  watchRoster(listener: RosterListener): () => void {
    this.rosters.add(listener)
    if (this.rosters.size === 1) this.reopen()
    else if (this.subscription?.state === 'subscribed') listener.opened(this.subscription)
    return () => {
      this.rosters.delete(listener)
      if (this.rosters.size === 0 && this.seats.size > 0) this.reopen()
      this.closeIfIdle()
    }
  }

  private open(since?: Place): void {
    const options: SubscriptionOptions = {
      ...resubscribe,
      joinLeave: this.rosters.size > 0,
      // Who only counts what is new here is not somebody who is here.
      data: { roster: this.rosters.size > 0 },
      ...(this.loading().length > 0 ? { getState: () => this.loadAll() } : {}),
      ...(since ? { since } : {}),
    }
    const subscription = this.connection.sdk.newSubscription(this.name, options)
    this.subscription = subscription
    subscription.on('publication', (publication) => this.deliver(publication.offset, publication.data as EventData))
    subscription.on('subscribed', ({ wasRecovering, recovered, streamPosition }) => {
      if (streamPosition && !recovered) this.jumped(streamPosition, wasRecovering)
      this.becameLive(subscription)
    })
    subscription.on('subscribing', () => this.lost())
    subscription.on('unsubscribed', ({ code, reason }) => {
      if (code !== 0) this.end(toCallError({ code, message: reason }))
    })
    subscription.on('join', ({ info }) => this.rosters.forEach((roster) => roster.joined(info)))
    subscription.on('leave', ({ info }) => this.rosters.forEach((roster) => roster.left(info)))
    subscription.on('error', () => undefined)
    subscription.subscribe()
  }

  private reopen(): void {
    this.drop()
    this.open(this.at === undefined ? undefined : { offset: this.at, epoch: this.epoch })
  }

  private drop(): void {
    const subscription = this.subscription
    this.subscription = undefined
    if (!subscription) return
    subscription.removeAllListeners()
    subscription.unsubscribe()
    this.connection.sdk.removeSubscription(subscription)
  }

  private closeIfIdle(): void {
    if (this.seats.size > 0 || this.rosters.size > 0) return
    this.drop()
    this.connection.markBehind(this.name, false)
    this.closed()
  }

  /** For the SDK: every reader's snapshot, and the earliest place among them. */
  private async loadAll(): Promise<Place> {
    try {
      const places = await Promise.all(this.loading().map(([reader, seat]) => this.load(reader, seat)))
      const earliest = places.reduce((one, other) => (other.offset < one.offset ? other : one))
      this.at = earliest.offset
      this.epoch = places.find(({ epoch }) => epoch !== '')?.epoch ?? ''
      return { offset: this.at, epoch: this.epoch }
    } catch (error) {
      if (error instanceof CallError) queueMicrotask(() => this.end(error))
      throw error
    }
  }

  /** Those who read a snapshot. */
  private loading(): [Reader & Required<Pick<Reader, 'load'>>, Seat][] {
    return [...this.seats].filter((entry): entry is ReturnType<Topic['loading']>[number] => 'load' in entry[0])
  }

  private load(reader: Reader, seat: Seat): Promise<Place> {
    seat.loading ??= this.loadOnce(reader, seat).finally(() => (seat.loading = undefined))
    return seat.loading
  }

  private async loadOnce(reader: Reader, seat: Seat): Promise<Place> {
    seat.at = undefined
    seat.held = []
    reader.phase?.('loading')
    const place = await reader.load!()
    seat.at = place.offset
    for (const event of seat.held.splice(0)) this.offer(reader, seat, event)
    return place
  }

  /** Loads one reader on its own, again while what it read is older than what was delivered meanwhile. */
  private async loadUntilCurrent(reader: Reader, seat: Seat): Promise<void> {
    for (let attempt = 0; this.seats.get(reader) === seat; attempt++) {
      try {
        await this.load(reader, seat)
        if (seat.at !== undefined && seat.at >= (this.at ?? 0)) {
          if (this.subscription?.state === 'subscribed') reader.phase?.('live')
          return
        }
      } catch (error) {
        if (error instanceof CallError) return this.end(error)
      }
      await sleep(backoffMs(attempt, reload))
    }
  }

  private deliver(offset: number | undefined, data: EventData): void {
    if (offset === undefined && data.kind === 'present') {
      const { clients, users, some } = data as unknown as GatheredData
      const shown = some.map(({ client, user, conn_info: connInfo }) => ({ client, user, connInfo }))
      return this.rosters.forEach((roster) => roster.gathered({ clients, users, some: shown }))
    }
    if (offset === undefined) {
      for (const reader of this.seats.keys()) reader.whisper?.(data)
      return
    }
    this.at = offset
    const { kind, at, actor, node } = data
    const event: TopicEvent = { topic: this.name, offset, kind, at, actor, node, data }
    for (const [reader, seat] of this.seats) this.offer(reader, seat, event)
  }

  private offer(reader: Reader, seat: Seat, event: TopicEvent): void {
    if (seat.at === undefined) seat.held.push(event)
    else if (event.offset === seat.at + 1) {
      seat.at = event.offset
      reader.event(event)
    } else if (event.offset > seat.at) this.missed(reader, seat)
  }

  private missed(reader: Reader, seat: Seat): void {
    if (reader.load) void this.loadUntilCurrent(reader, seat)
    else this.startHere(reader, seat)
  }

  private startHere(reader: Reader, seat: Seat): void {
    seat.at = this.at ?? 0
    seat.held = []
    reader.reset?.()
    reader.phase?.('live')
  }

  /** The subscription goes on from another place than asked for: what lies between is not known. */
  private jumped({ offset, epoch }: Place, wasRecovering: boolean): void {
    this.at = offset
    this.epoch = epoch
    if (wasRecovering) for (const [reader, seat] of this.seats) this.missed(reader, seat)
  }

  private becameLive(subscription: Subscription): void {
    this.wasLive = true
    this.connection.markBehind(this.name, false)
    for (const [reader, seat] of this.seats) {
      if (seat.at === undefined && reader.load) continue
      if (seat.at === undefined || seat.at < (this.at ?? 0)) this.missed(reader, seat)
      else reader.phase?.('live')
    }
    for (const roster of this.rosters) roster.opened(subscription)
  }

  private lost(): void {
    if (!this.wasLive) return
    this.connection.markBehind(this.name, true)
    for (const reader of this.seats.keys()) reader.phase?.('behind')
  }

  private end(error: CallError): void {
    const readers = [...this.seats.keys()]
    this.seats.clear()
    this.rosters.clear()
    this.closeIfIdle()
    for (const reader of readers) reader.ended?.(error)
  }
}

/** The topics followed over one connection: each once, however many read it. */
export class Topics {
  private readonly open = new Map<string, Topic>()

  constructor(private readonly connection: Connection) {}

  read(name: string, reader: Reader): () => void {
    return this.topic(name).read(reader)
  }

  watchRoster(name: string, listener: RosterListener): () => void {
    return this.topic(name).watchRoster(listener)
  }

  private topic(name: string): Topic {
    let topic = this.open.get(name)
    if (!topic) {
      topic = new Topic(name, this.connection, () => {
        if (this.open.get(name) === topic) this.open.delete(name)
      })
      this.open.set(name, topic)
    }
    return topic
  }
}
