/**
 * What the public suites of the Engine.IO and Socket.IO protocols expect of a server: it gives back what it is sent, and
 * waits a moment only. For tests, like all of the profile.
 */
import type { Server } from 'bun'
import type { Vocabulary } from '../../protocol/vocabulary'
import { engine } from '../dialects/socketio/packets'
import type { SocketIoTimes } from '../socketio/context'
import { Engine } from '../socketio/engine'
import type { Identity, Sessions } from '../sessions'
import type { SocketData } from '../sockets'

export const echoTimes: SocketIoTimes = { pingMs: 300, pongMs: 200, connectMs: 1000, expiredGraceMs: 25_000 }

const echo: Vocabulary = {
  greet: (_, { auth }) => [['auth', auth]],
  events: {
    message: async (conversation, args) => {
      conversation.say('message-back', ...args)
      return []
    },
    'message-with-ack': async (_, args) => args,
  },
  told: () => undefined,
}

/** Whoever comes is somebody, whatever they show. */
export const echoSessions: Pick<Sessions, 'fromToken' | 'fromCookie'> = {
  fromToken: () => Promise.resolve(anybody),
  fromCookie: () => Promise.resolve(anybody),
}

const anybody: Identity = { actor: { id: '', name: '', role: 'guest' } }

export const echoVocabularies: ReadonlyMap<string, Vocabulary> = new Map([
  ['/', echo],
  ['/custom', echo],
])

/** `/engine.io/`: messages come back as they went in. */
export class EngineEcho {
  private readonly engines = new Set<Engine>()
  private readonly ticker = setInterval(() => this.engines.forEach((one) => one.tick(performance.now())), 50)

  upgrade(request: Request, server: Server<SocketData>): Response | undefined {
    const query = new URL(request.url).searchParams
    const peer: Engine = new Engine(echoTimes, {
      opened: () => this.engines.add(peer),
      text: (message) => peer.send(engine.message + message),
      binary: (message) => peer.send(message),
      closed: () => this.engines.delete(peer),
    })
    const spoken = query.get('EIO') === '4' && query.get('transport') === 'websocket'
    if (spoken && server.upgrade(request, { data: { peer } })) return undefined
    return Response.json({ code: 3, message: 'Bad request' }, { status: 400 })
  }

  stop(): void {
    clearInterval(this.ticker)
  }
}
