/** Engine.IO v4 on one WebSocket: the handshake, heartbeats, and messages for what stands above. */
import { limits } from '../../protocol/limits'
import { engine, Malformed, opening } from '../dialects/socketio/packets'
import type { Peer, Socket } from '../sockets'

export interface EngineTimes {
  pingMs: number
  pongMs: number
}

/** Who takes the messages. May throw Malformed: the connection is closed. */
export interface Above {
  opened(): void
  text(message: string): void
  binary(message: Uint8Array): void
  closed(code: number): void
}

/** Part of the handshake; what is longer than our own bound is refused by what stands above. */
const maxPayload = 1_000_000
const closingMs = 5000

export class Engine implements Peer {
  readonly id = crypto.randomUUID()
  state: 'open' | 'closing' | 'closed' = 'open'
  socket!: Socket
  private pingAt: number
  private pongBy = Number.POSITIVE_INFINITY
  private cutBy = Number.POSITIVE_INFINITY

  constructor(
    private readonly times: EngineTimes,
    private readonly above: Above,
  ) {
    this.pingAt = performance.now() + times.pingMs
  }

  opened(socket: Socket): void {
    this.socket = socket
    const { pingMs: pingInterval, pongMs: pingTimeout } = this.times
    socket.send(opening({ sid: this.id, pingInterval, pingTimeout, maxPayload }))
    this.above.opened()
  }

  receive(message: string | Uint8Array): void {
    if (this.state !== 'open') return
    try {
      if (typeof message === 'string') this.text(message)
      else this.above.binary(Uint8Array.from(message))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.close()
    }
  }

  failed(): void {
    this.close()
  }

  closed(code: number): void {
    this.state = 'closed'
    this.above.closed(code)
  }

  send(frame: string | Uint8Array): void {
    if (this.state === 'open') this.socket.send(frame)
  }

  /** The transport ends: the client's library comes back by itself. */
  close(): void {
    if (this.state !== 'open') return
    this.state = 'closing'
    this.cutBy = performance.now() + closingMs
    this.socket.close()
  }

  tick(now: number): void {
    if (this.state === 'closing' && now > this.cutBy) this.socket.terminate()
    if (this.state !== 'open') return
    // Law 6: who reads too slowly is cut, comes back, and says how far it got.
    if (now > this.pongBy || this.socket.getBufferedAmount() > limits.slowBytes) return this.close()
    if (now < this.pingAt) return
    this.pingAt = now + this.times.pingMs
    this.pongBy = now + this.times.pongMs
    this.send(engine.ping)
  }

  private text(message: string): void {
    switch (message[0]) {
      case engine.pong:
        return void (this.pongBy = Number.POSITIVE_INFINITY)
      case engine.close:
        return this.close()
      case engine.message:
        return this.above.text(message.slice(1))
      default:
        throw new Malformed('unknown packet')
    }
  }
}
