/**
 * One server has one handler for all of its WebSockets. Each socket carries its peer: the object of the door that
 * upgraded it, and what comes in goes there.
 */
import type { ServerWebSocket, WebSocketHandler } from 'bun'
import { limits } from '../protocol/limits'

/** One client, as its door sees it. */
export interface Peer {
  opened(socket: Socket): void
  /** May throw: the fault is noted and the client is cut. */
  receive(message: string | Uint8Array): void
  closed(code: number): void
  /** Something of ours broke while it was served. */
  failed(): void
}

/** What a socket carries. */
export interface SocketData {
  peer: Peer
}

export type Socket = ServerWebSocket<SocketData>

export function socketHandler(fault: (where: string, error: unknown) => void): WebSocketHandler<SocketData> {
  return {
    maxPayloadLength: limits.frameBytes,
    backpressureLimit: limits.frameBytes,
    closeOnBackpressureLimit: true,
    perMessageDeflate: false,
    // Our own pings find the dead; the runtime's limit only has to be longer.
    idleTimeout: 120,
    sendPings: false,
    open: (socket) => socket.data.peer.opened(socket),
    message: (socket, message) => {
      try {
        socket.data.peer.receive(message)
      } catch (error) {
        fault('realtime', error)
        socket.data.peer.failed()
      }
    },
    close: (socket, code) => socket.data.peer.closed(code),
  }
}
