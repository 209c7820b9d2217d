/**
 * One Socket.IO client, on an Engine.IO connection.
 *
 *   opened ──let into a namespace──▶ connected ──▶ closed
 *      └──nobody let in for too long──▶ closed
 *
 * Packets are taken in the order in which they came; being let in is a barrier. Events don't wait for each other, so that
 * one client's calls can share a batch; the batch keeps their order.
 */
import { Refusal, refuse, type Lang } from '../../protocol/errors'
import { limits } from '../../protocol/limits'
import { complete, decode, encode, Malformed, type Packet } from '../dialects/socketio/packets'
import type { SocketIoContext } from './context'
import { Engine, type Above } from './engine'
import { identify } from './identify'
import { Seat } from './seat'

export interface Origin {
  /** Who the browser says it is, where it may. */
  cookie: string | null
  address: string
  lang: Lang
}

/** Long enough to be read by itself. */
const greetMs = 10

/** The door that it came in by. */
export interface Door {
  readonly context: SocketIoContext
  entered(client: Client): void
  left(client: Client, code: number): void
}

export class Client implements Above {
  readonly engine: Engine
  private readonly seats = new Map<string, Seat>()
  private wasLetIn = false
  private queue: Packet[] = []
  private pumping = false
  private underWay = 0
  private finishing = false
  /** A packet whose attachments are on their way. */
  private partial: { packet: Packet; missing: number; attachments: Uint8Array[] } | undefined
  private readonly connectBy: number
  private resume: (() => void) | undefined

  constructor(
    readonly door: Door,
    readonly origin: Origin,
  ) {
    const { times } = door.context
    this.engine = new Engine(times, this)
    this.connectBy = performance.now() + times.connectMs
  }

  opened(): void {
    this.door.entered(this)
  }

  text(message: string): void {
    if (this.partial) throw new Malformed('an attachment was due')
    const { packet, attachments: missing } = decode(message)
    if (message.length > limits.messageBytes) return this.tooLong(packet)
    if (missing > 0) this.partial = { packet, missing, attachments: [] }
    else this.take(packet)
  }

  binary(bytes: Uint8Array): void {
    const { partial } = this
    if (!partial) throw new Malformed('no attachment was due')
    partial.attachments.push(bytes)
    const size = partial.attachments.reduce((sum, { byteLength }) => sum + byteLength, 0)
    if (size > limits.messageBytes) throw new Malformed('too long')
    if (partial.attachments.length < partial.missing) return
    this.partial = undefined
    this.take(complete(partial.packet, partial.attachments))
  }

  closed(code: number): void {
    this.queue = []
    this.resume?.()
    this.leaveAll()
    this.door.left(this, code)
  }

  /** The transport ends. (A client that is asked to leave a namespace would not come back by itself.) */
  close(): void {
    this.queue = []
    this.leaveAll()
    this.engine.close()
  }

  /** Lets calls that are under way be answered, then closes. */
  finish(): void {
    this.finishing = true
    if (this.underWay === 0 && this.queue.length === 0) this.close()
  }

  isOf(user: string, session?: string): boolean {
    return [...this.seats.values()].some(
      ({ identity }) => identity.actor.id === user && (session === undefined || identity.session === session),
    )
  }

  say(packet: Packet): void {
    for (const frame of encode(packet)) this.engine.send(frame)
  }

  tick(now: number): void {
    if ((!this.wasLetIn && now > this.connectBy) || this.isExpired()) this.close()
    this.engine.tick(now)
  }

  private isExpired(): boolean {
    const { now, times } = this.door.context
    for (const { identity } of this.seats.values()) {
      if (identity.expiresAt !== undefined && now() > identity.expiresAt + times.expiredGraceMs) return true
    }
    return false
  }

  private tooLong(packet: Packet): void {
    const seat = this.seats.get(packet.namespace)
    if (packet.type !== 'event' || !seat) throw new Malformed('too long')
    this.acknowledge(packet, this.mishap(packet, refuse.invalid(tooLong)))
  }

  private take(packet: Packet): void {
    // Who is being sent elsewhere asks there.
    if (this.finishing) return
    if (this.queue.length >= limits.commandsWaiting) return this.close()
    this.queue.push(packet)
    if (!this.pumping) void this.pump()
  }

  private async pump(): Promise<void> {
    this.pumping = true
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      if (next.type === 'connect') await this.letIn(next.namespace, next.data)
      else if (next.type === 'disconnect') this.leave(next.namespace)
      else if (next.type === 'event') void this.hear(next)
      while (this.underWay >= limits.callsInFlight && this.engine.state === 'open') {
        await new Promise<void>((resolve) => (this.resume = resolve))
      }
    }
    this.pumping = false
    if (this.finishing) this.finish()
  }

  private async letIn(namespace: string, auth: unknown): Promise<void> {
    const { context } = this.door
    const refused = (data: object): void => this.say({ type: 'refused', namespace, data })
    const vocabulary = context.vocabularies.get(namespace)
    if (!vocabulary) return refused({ message: 'Invalid namespace' })
    if (this.seats.has(namespace)) return this.close()
    try {
      const { identity, session } = await identify(context, this.origin, auth)
      if (this.engine.state !== 'open') return
      this.wasLetIn = true
      this.say({ type: 'connect', namespace, data: { sid: crypto.randomUUID() } })
      const seat = new Seat(this, namespace, vocabulary, identity)
      this.seats.set(namespace, seat)
      // In a frame of its own time: some listen for what follows only once they know that they are in.
      setTimeout(() => seat.greet(auth, session), greetMs)
    } catch (error) {
      refused(this.explain('connect', error))
    }
  }

  private leave(namespace: string): void {
    this.seats.get(namespace)?.leaveAll()
    this.seats.delete(namespace)
  }

  /** Never rejects. */
  private async hear(packet: EventPacket): Promise<void> {
    const seat = this.seats.get(packet.namespace)
    // Who was never let in has nothing to say; who just left may not know it yet.
    if (!seat) return this.wasLetIn ? undefined : this.close()
    this.underWay++
    const answer = await seat.hear(packet.args).catch((error: unknown) => this.mishap(packet, error))
    this.acknowledge(packet, answer)
    this.underWay--
    this.resume?.()
    if (this.finishing) this.finish()
  }

  private acknowledge({ namespace, id }: EventPacket, args: unknown[]): void {
    if (id !== undefined) this.say({ type: 'ack', namespace, id, args })
  }

  /** Told in the acknowledgement, or to who asked for none, as an event. */
  private mishap({ namespace, id, args: [event] }: EventPacket, error: unknown): unknown[] {
    const { message, data } = this.explain(event, error)
    const said = { ok: false, event, message, ...data }
    if (id === undefined) this.say({ type: 'event', namespace, args: ['error', said] })
    return [said]
  }

  private explain(what: string, error: unknown): { message: string; data: object } {
    if (error instanceof Refusal) {
      const { code, retryAfterMs } = error
      const message = `${code}: ${error.say(this.origin.lang)}`
      return { message, data: { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } }
    }
    this.door.context.fault(`socket.io ${what}`, error)
    return { message: 'internal: something went wrong on our side', data: { code: 'internal' } }
  }

  private leaveAll(): void {
    for (const seat of this.seats.values()) seat.leaveAll()
    this.seats.clear()
  }
}

type EventPacket = Extract<Packet, { type: 'event' }>

const tooLong = {
  en: `A message may be ${limits.messageBytes} bytes long.`,
  id: `Sebuah pesan paling panjang ${limits.messageBytes} bita.`,
}
