/**
 * One connection to whichever node answers, and what is known of it.
 *
 *   starting ──▶ live ◀──▶ catching_up ◀──▶ offline
 *                 └────────────┴──────────────┴──▶ ended (signed out, or sent away for good)
 *
 * `catching_up`: the connection was lost and is being made anew, or it is there and topics are still receiving what was
 * missed. `offline`: it could not be made for a while. The official SDK reconnects by itself; every reconnect may reach
 * another node, which answers from the same log.
 */
import { Centrifuge, State, UnauthorizedError } from 'centrifuge'
import type { Lang } from '../protocol/errors'
import type { EventData } from '../protocol/event'
import type { Actor } from '../protocol/roles'
import { SignedOut } from './signed-out'
import { Store } from './store'

export type Phase = 'starting' | 'live' | 'catching_up' | 'offline' | 'ended'

export interface Server {
  node: string
  version: string
  user: Actor
  /** A demonstration: more is shown to everybody. */
  demo?: boolean
  /** When this connection was made, by the device's clock. */
  sinceMs: number
}

export interface Status {
  phase: Phase
  /** The node spoken to now or last. */
  server?: Server
  /** The last measured time of a call that costs the server next to nothing. */
  roundTripMs?: number
  /** How far that node was behind what is confirmed, at the worst of the last ten seconds. Absent: it can't tell. */
  lagMs?: number
  /** Why it ended: the session is over, we closed it, or the server's own words. */
  ended?: 'signed_out' | 'closed' | (string & {})
}

export interface ConnectionOptions {
  /** `wss://…/connection/websocket` */
  url: string
  lang: Lang
  /**
   * A fresh token, or a rejection with `SignedOut` when there can't be one; any other rejection is tried again. Without
   * it the browser's session cookie speaks for the user.
   */
  getToken?: () => Promise<string>
  /** Where the runtime has no `WebSocket` of its own. */
  websocket?: unknown
  offlineAfterMs?: number
  measureEveryMs?: number
}

/** What the server tells this user alone. `reset`: events may have been missed, read anew what depends on them. */
export interface InboxListener {
  event(event: EventData, offset: number): void
  reset(): void
}

/** Closing codes that say: this session is not believed any more. */
const signedOutCodes = new Set([1, 101, 401, 3500])

export class Connection {
  readonly status = new Store<Status>({ phase: 'starting' })
  readonly sdk: Centrifuge
  private readonly behind = new Set<string>()
  private readonly inbox = new Set<InboxListener>()
  private readonly options: Required<Pick<ConnectionOptions, 'offlineAfterMs' | 'measureEveryMs'>>
  private offlineTimer: ReturnType<typeof setTimeout> | undefined
  private measureTimer: ReturnType<typeof setTimeout> | undefined
  private visible = true
  private clock: { serverMs: number; receivedMs: number } | undefined

  constructor({ url, lang, getToken, websocket, offlineAfterMs = 2000, measureEveryMs = 10_000 }: ConnectionOptions) {
    this.options = { offlineAfterMs, measureEveryMs }
    this.sdk = new Centrifuge(url, {
      data: { lang },
      minReconnectDelay: 20,
      maxReconnectDelay: 5000,
      ...(getToken ? { getToken: () => getToken().catch(asSdkError) } : {}),
      ...(websocket ? { websocket } : {}),
    })
    this.listen()
  }

  connect(): void {
    this.sdk.connect()
    this.expectSoon()
  }

  /** Ends it for good. */
  close(): void {
    clearTimeout(this.offlineTimer)
    clearTimeout(this.measureTimer)
    this.sdk.disconnect()
    this.status.update((status) => ({ ...status, phase: 'ended', ended: 'closed' }))
  }

  get isConnected(): boolean {
    return this.sdk.state === State.Connected
  }

  /** @throws the signal's reason; returns false when the connection ended instead. */
  async connected(signal?: AbortSignal): Promise<boolean> {
    await this.status.until(({ phase }) => phase === 'ended' || this.isConnected, signal)
    return this.isConnected
  }

  /** Milliseconds since 1970 by the database's clock, as well as it can be known here. Decides nothing, only shows. */
  nowMs(): number {
    const { roundTripMs = 0 } = this.status.get()
    return this.clock ? Date.now() + this.clock.serverMs + roundTripMs / 2 - this.clock.receivedMs : Date.now()
  }

  /** The language of the server's sentences. Made known by connecting anew, from where everything stands. */
  setLang(lang: Lang): void {
    this.sdk.setData({ lang })
    if (!this.isConnected) return
    this.sdk.disconnect()
    this.sdk.connect()
  }

  /** Nobody looks: no measuring. */
  setVisible(visible: boolean): void {
    if (visible === this.visible) return
    this.visible = visible
    if (visible) void this.measure()
    else clearTimeout(this.measureTimer)
  }

  onInbox(listener: InboxListener): () => void {
    this.inbox.add(listener)
    return () => this.inbox.delete(listener)
  }

  /** A topic that was live says that it misses something, or has it again. */
  markBehind(topic: string, isBehind: boolean): void {
    if (isBehind) this.behind.add(topic)
    else this.behind.delete(topic)
    this.settle()
  }

  private listen(): void {
    this.sdk.on('connected', ({ data }) => this.welcomed(data as Welcome))
    this.sdk.on('connecting', () => this.lost())
    this.sdk.on('disconnected', ({ code, reason }) => this.over(code, reason))
    this.sdk.on('error', () => undefined)
    this.sdk.on('publication', ({ data, offset = 0 }) => {
      for (const listener of this.inbox) listener.event(data as EventData, offset)
    })
    this.sdk.on('subscribed', ({ wasRecovering, recovered }) => {
      if (wasRecovering && !recovered) for (const listener of this.inbox) listener.reset()
    })
  }

  private welcomed({ node, version, user, demo = false, serverTime }: Welcome): void {
    clearTimeout(this.offlineTimer)
    const nowMs = Date.now()
    this.clock = { serverMs: Date.parse(serverTime), receivedMs: nowMs }
    this.status.update((status) => ({ ...status, server: { node, version, user, demo, sinceMs: nowMs } }))
    this.settle()
    void this.measure()
  }

  private lost(): void {
    clearTimeout(this.measureTimer)
    if (this.status.get().phase !== 'live') return
    this.become('catching_up')
    this.expectSoon()
  }

  private expectSoon(): void {
    clearTimeout(this.offlineTimer)
    this.offlineTimer = setTimeout(() => {
      if (!this.isConnected) this.become('offline')
    }, this.options.offlineAfterMs)
  }

  private over(code: number, reason: string): void {
    // Our own doing: closed for good, or about to connect anew.
    if (code === 0) return
    clearTimeout(this.offlineTimer)
    clearTimeout(this.measureTimer)
    const ended = signedOutCodes.has(code) ? 'signed_out' : reason
    this.status.update((status) => ({ ...status, phase: 'ended', ended }))
  }

  private settle(): void {
    if (this.isConnected) this.become(this.behind.size > 0 ? 'catching_up' : 'live')
  }

  private become(phase: Phase): void {
    this.status.update((status) => (status.phase === phase ? status : { ...status, phase }))
  }

  private async measure(): Promise<void> {
    clearTimeout(this.measureTimer)
    if (!this.isConnected) return
    const begun = performance.now()
    try {
      const { data } = await this.sdk.rpc('watch.here', {})
      const roundTripMs = Math.max(1, Math.round(performance.now() - begun))
      const { lagMs } = data as { lagMs?: number }
      this.status.update(({ lagMs: _, ...status }) => ({
        ...status,
        roundTripMs,
        ...(lagMs !== undefined && { lagMs }),
      }))
    } catch {
      // The connection's own events tell of trouble.
    }
    clearTimeout(this.measureTimer)
    if (this.visible) this.measureTimer = setTimeout(() => void this.measure(), this.options.measureEveryMs)
  }
}

/** The SDK gives up on its own kind of error only; any other is tried again. */
function asSdkError(error: unknown): never {
  throw error instanceof SignedOut ? new UnauthorizedError('signed out') : error
}

interface Welcome {
  node: string
  version: string
  user: Actor
  demo?: boolean
  serverTime: string
}
