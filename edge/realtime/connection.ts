/**
 * One connection of one client.
 *
 *   opened ──connect──▶ connected ──disconnect──▶ closing ──▶ closed
 *      └──10 s without connect──▶ closing
 *
 * Commands are taken in the order in which they came. `connect` is a barrier. Commands on the same channel wait for each
 * other; calls don't, so that one client's calls can share a batch; the batch keeps their order.
 */
import { Refusal } from '../../protocol/errors'
import {
  commandParams,
  disconnects,
  errors,
  type CommandFrame,
  type Disconnect,
  type ErrorFrame,
  type MethodName,
  type Results,
} from '../../protocol/frames'
import { limits } from '../../protocol/limits'
import type { Actor } from '../../protocol/roles'
import type { Lang } from '../../protocol/errors'
import { Malformed, type Dialect } from '../dialects/centrifuge/dialect'
import type { Realtime, RealtimeContext } from '../realtime'
import type { Identity } from '../sessions'
import type { Peer, Socket } from '../sockets'
import { Disconnected, handlers, Rejected } from './handlers'
import { refusalFrame } from './refusals'
import type { Subscription } from './subscription'

export class Connection implements Peer {
  state: 'opened' | 'connected' | 'closing' | 'closed' = 'opened'
  readonly id = crypto.randomUUID()
  actor: Actor | undefined
  /** What the identity was issued to. */
  session: string | undefined
  lang: Lang = 'en'
  /** Milliseconds since 1970; the client refreshes its token before, or is let go some time after. */
  expiresAt: number | undefined
  readonly subscriptions = new Map<string, Subscription>()
  private queue: CommandFrame[] = []
  private pumping = false
  private underWay = 0
  private finishing = false
  /** The last command on each channel that is still under way. */
  private chains: Map<string, Promise<void>> | undefined
  private readonly openedAt = performance.now()
  private pingAt = Number.POSITIVE_INFINITY
  private pongBy = Number.POSITIVE_INFINITY
  private cutBy = Number.POSITIVE_INFINITY
  private resume: (() => void) | undefined

  /** There from `opened` on; nothing is asked of a connection before. */
  socket!: Socket

  constructor(
    private readonly door: Pick<Realtime, 'entered' | 'left'>,
    readonly context: RealtimeContext,
    readonly dialect: Dialect,
    /** Who the browser says it is, where it may. Needed once. */
    public cookie: string | null,
  ) {}

  opened(socket: Socket): void {
    this.socket = socket
    this.door.entered(this)
  }

  failed(): void {
    this.disconnect(disconnects.internal)
  }

  receive(message: string | Uint8Array): void {
    // Who is being sent elsewhere asks there, with the same key; else one who never stops asking would never go.
    if (!this.isOpen || this.finishing) return
    let commands: CommandFrame[]
    try {
      commands = this.dialect.decode(message)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      return this.disconnect({ ...disconnects.badRequest, reason: `bad request: ${error.message}` })
    }
    // In UTF-16 units for text: never more than its bytes, and three times less work than counting them.
    const size = typeof message === 'string' ? message.length : message.byteLength
    if (size > limits.messageBytes) return this.tooLarge(commands)
    if (this.queue.length + commands.length > limits.commandsWaiting)
      return this.disconnect(disconnects.tooManyRequests)
    this.queue.push(...commands)
    if (!this.pumping) void this.pump()
  }

  send(frame: string | Uint8Array): void {
    if (this.state !== 'closed') this.socket.send(frame)
  }

  reply<M extends keyof Results>(id: number, method: M, result: Results[M]): void {
    this.send(this.dialect.reply(id, method, result))
  }

  fail(id: number, error: ErrorFrame): void {
    if (id > 0) this.send(this.dialect.error(id, error))
  }

  disconnect({ code, reason }: Disconnect): void {
    if (this.state === 'closing' || this.state === 'closed') return
    this.state = 'closing'
    this.queue = []
    this.cutBy = performance.now() + 5000
    // What is native about the subscriptions ends now: nothing is published to a socket on its way out.
    this.leaveAll()
    this.socket.close(code, reason)
  }

  /** Lets calls that are under way be answered, then sends the client elsewhere. */
  finish(): void {
    this.finishing = true
    this.finishIfDone()
  }

  private finishIfDone(): void {
    if (this.finishing && this.underWay === 0 && this.queue.length === 0) this.disconnect(disconnects.shutdown)
  }

  closed(code: number): void {
    this.state = 'closed'
    this.queue = []
    this.resume?.()
    this.leaveAll()
    this.door.left(this, code)
  }

  /** Nothing more may be joined or answered once it isn't. */
  get isOpen(): boolean {
    return this.state === 'opened' || this.state === 'connected'
  }

  /** Those that the client asked for; what the server subscribed for it takes no place of theirs. */
  get ownSubscriptions(): number {
    let own = 0
    for (const subscription of this.subscriptions.values()) if (!subscription.isServerSide) own++
    return own
  }

  connected(identity: Identity): void {
    this.state = 'connected'
    this.identified(identity)
    // The first ping comes at a random moment, so that a crowd that came together isn't pinged together.
    this.pingAt = performance.now() + this.context.times.pingMs * (0.5 + Math.random() / 2)
  }

  identified({ actor, session, expiresAt }: Identity): void {
    this.actor = actor
    this.session = session
    this.expiresAt = expiresAt
  }

  tick(now: number): void {
    if (this.state === 'closing') {
      if (now > this.cutBy) this.socket.terminate()
      return
    }
    if (this.state === 'opened') {
      if (now - this.openedAt > this.context.times.connectMs) this.disconnect(disconnects.stale)
      return
    }
    if (this.socket.getBufferedAmount() > limits.slowBytes) return this.disconnect(disconnects.slow)
    if (now > this.pongBy) return this.disconnect(disconnects.noPong)
    if (this.expiresAt !== undefined && this.context.now() > this.expiresAt + this.context.times.expiredGraceMs) {
      return this.disconnect(disconnects.expired)
    }
    if (now > this.pingAt) this.ping(now)
  }

  private ping(now: number): void {
    this.pingAt = now + this.context.times.pingMs
    this.pongBy = now + this.context.times.pongMs
    this.send(this.dialect.ping)
  }

  private pong(): void {
    if (this.pongBy === Number.POSITIVE_INFINITY) return this.disconnect(disconnects.badRequest)
    this.pongBy = Number.POSITIVE_INFINITY
  }

  private tooLarge(commands: readonly CommandFrame[]): void {
    const message = `limit exceeded: a message may be ${limits.messageBytes} bytes long`
    for (const { id } of commands) this.fail(id, { ...errors.limitExceeded, message })
  }

  private async pump(): Promise<void> {
    this.pumping = true
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const done = this.take(next)
      // A barrier, and the bound on what one client may have under way.
      if (done && next.method === 'connect') await done
      while (this.underWay >= limits.callsInFlight && this.state === 'connected') {
        await new Promise<void>((resolve) => (this.resume = resolve))
      }
    }
    this.pumping = false
  }

  /** @returns when the command is answered, if that isn't now. */
  private take({ id, method, params }: CommandFrame): Promise<void> | undefined {
    if (!method) {
      if (id === 0) this.pong()
      else if (this.state === 'opened') this.disconnect(disconnects.badRequest)
      // Newer clients offer what we do not have; they go on without it.
      else this.fail(id, errors.methodNotFound)
      return undefined
    }
    if (id === 0 && method !== 'send') {
      this.disconnect(disconnects.badRequest)
      return undefined
    }
    if ((this.state === 'opened') !== (method === 'connect')) {
      this.disconnect(disconnects.badRequest)
      return undefined
    }
    const parsed = commandParams[method].safeParse(params)
    if (!parsed.success) {
      this.fail(id, { ...errors.badRequest, message: `bad request: ${parsed.error.issues[0]!.message}` })
      return undefined
    }
    return this.answer(id, method, parsed.data)
  }

  private async answer(id: number, method: MethodName, params: unknown): Promise<void> {
    const begun = performance.now()
    this.underWay++
    let code = 0
    try {
      await this.inTurn((params as { channel?: string }).channel, () => {
        // It may have closed while this command waited for its turn: who isn't here any more joins nothing.
        if (this.isOpen) return handlers[method](this, id, params as never)
      })
    } catch (error) {
      code = this.refuse(id, method, error)
    }
    this.underWay--
    this.context.count.command(method, performance.now() - begun, code)
    this.resume?.()
    this.resume = undefined
    this.finishIfDone()
  }

  private async inTurn(channel: string | undefined, work: () => Promise<void> | void): Promise<void> {
    if (channel === undefined) return work()
    this.chains ??= new Map()
    const before = this.chains.get(channel)
    const turn = before ? before.then(work, work) : Promise.resolve(work())
    this.chains.set(
      channel,
      turn.then(
        () => undefined,
        () => undefined,
      ),
    )
    const mine = this.chains.get(channel)
    try {
      await turn
    } finally {
      if (this.chains.get(channel) === mine) this.chains.delete(channel)
      if (this.chains.size === 0) this.chains = undefined
    }
  }

  private refuse(id: number, method: string, error: unknown): number {
    if (error instanceof Disconnected) {
      this.disconnect(error.why)
      return error.why.code
    }
    let frame: ErrorFrame
    if (error instanceof Rejected) frame = error.frame
    else if (error instanceof Refusal) frame = refusalFrame(error, this.lang)
    else {
      this.context.fault(`realtime ${method}`, error)
      frame = errors.internal
    }
    this.fail(id, frame)
    return frame.code
  }

  private leaveAll(): void {
    for (const subscription of this.subscriptions.values()) subscription.leave()
    this.subscriptions.clear()
  }
}
