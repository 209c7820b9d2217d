/**
 * The Socket.IO door: Engine.IO v4 and Socket.IO v5 over WebSocket, without long-polling, so that no balancer has to
 * remember who talks to whom. What events mean is a vocabulary that it is handed; topics, order, rosters and recovery
 * are those of every other door. What is said to many is encoded once.
 */
import type { Server } from 'bun'
import type { Outlet } from '../kernel/hub'
import type { LogEvent } from '../kernel/log'
import type { PresenceListener } from '../kernel/presence'
import type { EventData } from '../protocol/event'
import { refuse, type Lang } from '../protocol/errors'
import { limits } from '../protocol/limits'
import type { Vocabulary } from '../protocol/vocabulary'
import { encode } from './dialects/socketio/packets'
import { langOf, problem } from './http/problem'
import { sameOrigin } from './sessions'
import { Client } from './socketio/client'
import { nativeRoom, type SocketIoContext } from './socketio/context'
import { guestsOf } from './socketio/room'
import type { SocketData } from './sockets'

const tickMs = 100
const drainMs = 5000
/** A crowd that comes in together is told of once. */
const rosterMs = 200

export class SocketIo {
  readonly clients = new Set<Client>()
  readonly outlet: Outlet
  private server: Server<SocketData> | undefined
  private ticker: ReturnType<typeof setInterval> | undefined
  private draining = false
  private readonly rosters = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(readonly context: SocketIoContext) {
    this.outlet = { events: (topic, events) => this.fanOut(topic, events), whisper: () => undefined }
  }

  attach(server: Server<SocketData>): void {
    this.server = server
    this.ticker = setInterval(() => this.tick(), tickMs)
  }

  /** @returns a response when the request can't become a connection, nothing when it did. */
  upgrade(request: Request, server: Server<SocketData>, address: string): Response | undefined {
    const query = new URL(request.url).searchParams
    // The protocol's own errors, which its clients know.
    if (query.get('transport') !== 'websocket') return wrong(0, 'Transport unknown: connect with WebSocket')
    if (query.get('EIO') !== '4') return wrong(5, 'Unsupported protocol version')
    if (query.has('sid')) return wrong(1, 'Session ID unknown')
    const cookie = sameOrigin(request, this.context.publicUrl) ? request.headers.get('cookie') : null
    const { engine: peer } = new Client(this, { cookie, address, lang: langOf(request) })
    if (server.upgrade(request, { data: { peer }, headers: { 'x-alun-node': this.context.node } })) return undefined
    return problem(refuse.invalid(webSocketOnly), langOf(request), { status: 426, headers: { upgrade: 'websocket' } })
  }

  entered(client: Client): void {
    this.clients.add(client)
    if (this.draining) client.close()
  }

  left(client: Client, code: number): void {
    this.clients.delete(client)
    this.context.count.closed(code)
  }

  /** Lets each client have its answers, then closes: it comes back by itself, to another node (G10). */
  async drain(): Promise<void> {
    this.draining = true
    const deadline = performance.now() + drainMs
    for (const client of this.clients) client.finish()
    while (this.clients.size > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** What this user, or one session of theirs, was granted doesn't hold any more. */
  forget(user: string, session?: string): void {
    for (const client of this.clients) if (client.isOf(user, session)) client.close()
  }

  stop(): void {
    clearInterval(this.ticker)
    for (const timer of this.rosters.values()) clearTimeout(timer)
    for (const client of this.clients) client.close()
  }

  /** Told of every join and leave on any topic; those who listen here hear who is there, soon. */
  readonly rosterListener: PresenceListener = {
    joined: (topic) => this.rosterChanged(topic),
    left: (topic) => this.rosterChanged(topic),
    gathered: (topic) => this.rosterChanged(topic),
  }

  private rosterChanged(topic: string): void {
    if (this.rosters.has(topic) || this.listeners(topic) === 0) return
    const tell = (): void => {
      this.rosters.delete(topic)
      const presence = this.context.presence()
      const { users } = presence.stats(topic)
      const said = this.vocabulary.here?.(topic, guestsOf(presence.list(topic, limits.rosterShown)), users)
      if (said) this.publish(topic, encode({ type: 'event', namespace: '/', args: said })[0])
    }
    this.rosters.set(topic, setTimeout(tell, rosterMs))
  }

  /** Fan-out is of the main namespace; others are for greetings and answers. */
  private get vocabulary(): Vocabulary {
    return this.context.vocabularies.get('/')!
  }

  private fanOut(topic: string, events: readonly LogEvent[]): void {
    const sockets = this.listeners(topic)
    if (sockets === 0) return
    for (const { offset, json } of events) {
      const said = this.vocabulary.told(topic, offset, JSON.parse(json) as EventData)
      if (said) this.publish(topic, encode({ type: 'event', namespace: '/', args: said })[0])
    }
    this.context.count.delivered(sockets * events.length)
  }

  private listeners(topic: string): number {
    return this.server?.subscriberCount(nativeRoom(topic)) ?? 0
  }

  private publish(topic: string, frame: string): void {
    this.server?.publish(nativeRoom(topic), frame)
  }

  private tick(): void {
    const now = performance.now()
    for (const client of this.clients) client.tick(now)
  }
}

function wrong(code: number, message: string): Response {
  return Response.json({ code, message }, { status: 400 })
}

const webSocketOnly: Record<Lang, string> = {
  en: 'A WebSocket is expected here.',
  id: 'Alamat ini hanya untuk WebSocket.',
}
