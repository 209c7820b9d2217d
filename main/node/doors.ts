import type { Server } from 'bun'
import type { Http } from '../../edge/http'
import type { Realtime } from '../../edge/realtime'
import type { SocketIo } from '../../edge/socketio'
import { socketHandler, type SocketData } from '../../edge/sockets'
import type { Part } from '../../kernel/lifecycle'
import { limits } from '../../protocol/limits'
import type { NodeConfig } from '../config'

interface Doors {
  http: Http
  realtime: Realtime
  socketio: SocketIo
  fault(where: string, error: unknown): void
}

/** The node's two doors as parts: the private one (health, metrics) opens first and closes last. */
export function openDoors(
  config: NodeConfig,
  { http, realtime, socketio, fault }: Doors,
): { private: Part; public: Part } {
  let inner: Server<undefined> | undefined
  let outer: Server<SocketData> | undefined
  const tls = config.tls && { cert: Bun.file(config.tls.certFile), key: Bun.file(config.tls.keyFile) }
  return {
    private: {
      name: 'private door',
      run: () => {
        inner = Bun.serve({ hostname: config.privateHost, port: config.privatePort, fetch: http.privateFetch })
      },
      stop: () => inner?.stop(true),
    },
    public: {
      name: 'public door',
      run: () => {
        outer = Bun.serve<SocketData>({
          port: config.port,
          reusePort: true,
          idleTimeout: 60,
          maxRequestBodySize: limits.requestBytes,
          ...(tls ? { tls } : {}),
          routes: http.commands.routes,
          fetch: http.fetch,
          websocket: socketHandler(fault),
        })
        realtime.attach(outer)
        socketio.attach(outer)
      },
      drain: async () => {
        const closed = outer?.stop()
        await Promise.all([realtime.drain(), socketio.drain()])
        await closed
      },
      stop: async () => {
        realtime.stop()
        socketio.stop()
        await outer?.stop(true)
      },
    },
  }
}

/** The certificate of our own authority, for devices to trust. There is nothing secret in it. */
export function certificateOf(file: string) {
  return (_request: Request, path: string): Response | undefined =>
    path === '/ca.crt'
      ? new Response(Bun.file(file), { headers: { 'content-type': 'application/x-x509-ca-cert' } })
      : undefined
}
