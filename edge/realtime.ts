/**
 * The realtime door: WebSocket connections that speak the Centrifuge protocol. It translates; the registry and the hub
 * decide. What is sent to many is encoded once for each dialect and handed to the runtime's native publish.
 */
import type { Server } from 'bun'
import type { Hub, Outlet } from '../kernel/hub'
import type { Gathering, Presence, PresenceListener } from '../kernel/presence'
import type { Page } from '../kernel/log'
import { refuse } from '../protocol/errors'
import { disconnects, type Publication } from '../protocol/frames'
import type { Actor } from '../protocol/roles'
import type { Dialect } from './dialects/centrifuge/dialect'
import { json } from './dialects/centrifuge/json'
import { langOf, problem } from './http/problem'
import { Connection } from './realtime/connection'
import { nativeRoster, nativeTopic } from './realtime/native'
import { sameOrigin, type Sessions } from './sessions'
import type { SocketData } from './sockets'

export interface RealtimeContext {
  node: string
  version: string
  /** Said to clients: more is shown in a demonstration. */
  demo: boolean
  backend: Backend
  hub: () => Hub
  presence: () => Presence
  sessions: Pick<Sessions, 'fromToken' | 'fromCookie'>
  /** Our address as browsers have it, if it is known. */
  publicUrl?: string | undefined
  times: DoorTimes
  /** Milliseconds by the database's clock. */
  now(): number
  fault(where: string, error: unknown): void
  count: RealtimeCounters
}

/** What the door asks of the system behind it: the registry, or what stands in for it under the conformance profile. */
export interface Backend {
  rule(channel: string): ChannelRule | undefined
  /** @throws Refusal when the actor may not read the channel. */
  authorize(actor: Actor, channel: string, token?: string): Promise<ChannelRule>
  /** The channel that the server subscribes for this user at connect. */
  ownTopic(actor: Actor): string | undefined
  /** The caller has authorised. */
  history(channel: string, range: { count: number; since: number | undefined; reverse: boolean }): Promise<Page>
  has(method: string): boolean
  /** @throws Refusal */
  execute(actor: Actor | undefined, method: string, input: unknown): Promise<Record<string, unknown>>
  /** Absent: clients change things by calling commands, and publish nothing. */
  publish?(actor: Actor, channel: string, data: unknown): Promise<unknown>
}

export interface ChannelRule {
  /** Whether subscribers see who else is there. */
  roster: boolean
  /** The most events that a recovery gives back; who missed more starts anew. Absent: the hub's own bound. */
  keeps?: number
}

export type DoorTimes = Record<'connectMs' | 'pingMs' | 'pongMs' | 'expiredGraceMs', number>

export interface RealtimeCounters {
  command(method: string, ms: number, code: number): void
  closed(code: number): void
  delivered(sockets: number): void
}

const tickMs = 250
/** Sockets that were told to go and have not closed are cut after this. */
const drainMs = 5000

export class Realtime {
  readonly connections = new Set<Connection>()
  readonly outlets: Outlet[]
  private server: Server<SocketData> | undefined
  private ticker: ReturnType<typeof setInterval> | undefined
  private draining = false

  constructor(private readonly context: RealtimeContext) {
    this.outlets = [json].map((dialect) => this.outlet(dialect))
  }

  /** Called once the server listens. */
  attach(server: Server<SocketData>): void {
    this.server = server
    this.ticker = setInterval(() => this.tick(), tickMs)
  }

  /** @returns a response when the request can't become a connection, nothing when it did. */
  upgrade(request: Request, server: Server<SocketData>): Response | undefined {
    const url = new URL(request.url)
    const wanted = url.searchParams.get('format') ?? url.searchParams.get('cf_protocol')
    const offered = request.headers.get('sec-websocket-protocol') ?? ''
    if (wanted === 'protobuf' || offered.includes('centrifuge-protobuf')) {
      return problem(refuse.invalid(jsonOnly), langOf(request))
    }
    const headers = new Headers({ 'x-alun-node': this.context.node })
    if (offered.includes('centrifuge-json')) headers.set('sec-websocket-protocol', 'centrifuge-json')
    // Another site's page may open a WebSocket here, and the browser sends our cookie along: it speaks for nobody then.
    const cookie = sameOrigin(request, this.context.publicUrl) ? request.headers.get('cookie') : null
    const peer = new Connection(this, this.context, json, cookie)
    if (server.upgrade(request, { data: { peer }, headers })) return undefined
    return problem(refuse.invalid(webSocketOnly), langOf(request), { status: 426, headers: { upgrade: 'websocket' } })
  }

  /** The connection's socket is open. */
  entered(connection: Connection): void {
    this.connections.add(connection)
    if (this.draining) connection.disconnect(disconnects.shutdown)
  }

  left(connection: Connection, code: number): void {
    this.connections.delete(connection)
    this.context.count.closed(code)
  }

  /** Asks every client to go elsewhere, each once its calls are answered (G10). */
  async drain(): Promise<void> {
    this.draining = true
    const deadline = performance.now() + drainMs
    for (const connection of this.connections) connection.finish()
    while (this.connections.size > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /**
   * What this user was granted doesn't hold any more: their clients come back and are asked who they are.
   * @param session the only one that it concerns; absent: all of the user's.
   */
  forget(user: string, session?: string): void {
    for (const connection of this.connections) {
      if (connection.actor?.id !== user || (session !== undefined && connection.session !== session)) continue
      connection.disconnect(disconnects.forceReconnect)
    }
  }

  stop(): void {
    clearInterval(this.ticker)
    for (const connection of this.connections) connection.disconnect(disconnects.shutdown)
  }

  /**
   * Joins and leaves of a roster, to those who asked for them. The protocol has no word for what a crowd hears instead: it
   * is a publication without an offset, as whispers are.
   */
  readonly rosterListener: PresenceListener = {
    joined: (topic, { client, user, info }) =>
      this.toRoster(topic, () => [json.joined(topic, { user, client, conn_info: info })]),
    left: (topic, { client, user, info }) =>
      this.toRoster(topic, () => [json.left(topic, { user, client, conn_info: info })]),
    gathered: (topic, now) => this.toRoster(topic, () => json.publications(topic, [{ json: presentJson(now) }])),
  }

  private toRoster(topic: string, frames: () => (string | Uint8Array)[]): void {
    const native = nativeRoster(json, topic)
    if (!this.server || this.server.subscriberCount(native) === 0) return
    for (const frame of frames()) this.server.publish(native, frame)
  }

  private outlet(dialect: Dialect): Outlet {
    const send = (topic: string, publications: readonly Publication[]): void => {
      const native = nativeTopic(dialect, topic)
      const sockets = this.server?.subscriberCount(native) ?? 0
      if (sockets === 0) return
      for (const frame of dialect.publications(topic, publications)) this.server!.publish(native, frame)
      this.context.count.delivered(sockets * publications.length)
    }
    return { events: send, whisper: (topic, text) => send(topic, [{ json: text }]) }
  }

  /** Pings, time-outs and slow readers, for all connections in one sweep and without a timer for each. */
  private tick(): void {
    const now = performance.now()
    for (const connection of this.connections) connection.tick(now)
  }
}

/** Persons stand there as in the roster's list. */
const presentJson = ({ clients, users, some }: Gathering): string =>
  JSON.stringify({
    ...{ kind: 'present', clients, users },
    some: some.map(({ client, user, info }) => ({ user, client, conn_info: info })),
  })

const jsonOnly = {
  en: 'This dialect is not spoken here. Connect with JSON.',
  id: 'Dialek ini tidak didukung di sini. Sambungkan dengan JSON.',
}
const webSocketOnly = { en: 'A WebSocket is expected here.', id: 'Alamat ini hanya untuk WebSocket.' }
