/** The same fan-out on what people would otherwise take: one sender, many subscribers, one server process and its Redis. */
import { socketIoWire } from './chat/wire'
import { measured } from './cpu'
import { closedLoop } from './fanout'
import { FlaskSocketIo } from './peers/flask-socketio'
import { SocketIoPeers } from './peers/socketio'
import { RawSocket } from './raw-socket'

export interface PeerRate {
  deliveriesPerSecond: number
  /** Of the server and Redis. */
  perCpuSecond: number
}

export interface FanoutPeers {
  subscribers: number
  flaskSocketIo: PeerRate | { skipped: string }
  socketIo: PeerRate | { skipped: string }
}

const room = 'general'
const text = 'A message of ordinary length, as people write them in a channel when class begins. '.repeat(2).trim()
const said = `42["send_message",{"room":"${room}","user":"u","text":"${text}"}]`

export async function fanoutPeers(subscribers: number, seconds: number): Promise<FanoutPeers> {
  const flask = await FlaskSocketIo.start()
  const flaskSocketIo =
    typeof flask === 'string' ? { skipped: flask } : await measure(flask, flask.port, subscribers, seconds)
  const node = await SocketIoPeers.start()
  const socketIo =
    typeof node === 'string' ? { skipped: node } : await measure(node, node.ports[0]!, subscribers, seconds)
  return { subscribers, flaskSocketIo, socketIo }
}

interface Peer {
  readonly roots: number[]
  stop(): Promise<void>
}

async function measure(peer: Peer, port: number, subscribers: number, seconds: number): Promise<PeerRate> {
  let delivered = 0
  const sockets: RawSocket[] = []
  try {
    for (let nth = 0; nth <= subscribers; nth++) sockets.push(await join(port, () => void delivered++))
    // The sender is in the room, too.
    const heard = subscribers + 1
    let sent = 0
    const { seconds: took, cpuSeconds } = await measured(
      () => peer.roots,
      () =>
        closedLoop(seconds, {
          send: () => {
            sent++
            sockets[0]!.send(said)
          },
          pending: () => sent - Math.floor(delivered / heard),
        }),
    )
    return { deliveriesPerSecond: Math.round(delivered / took), perCpuSecond: Math.round(delivered / cpuSeconds) }
  } finally {
    for (const socket of sockets) socket.close()
    await peer.stop()
  }
}

async function join(port: number, onMessage: () => void): Promise<RawSocket> {
  const seated = Promise.withResolvers<void>()
  const opening = RawSocket.open(port, socketIoWire.path, {
    message: (payload) => {
      // `42["message"`: what is counted is not read.
      if (payload.length > 4 && payload[0] === 52 && payload[1] === 50 && payload[4] === 109) return onMessage()
      const answer = socketIoWire.answer(Buffer.from(payload).toString(), room)
      // It speaks first, in the same breath in which it opens.
      if (typeof answer === 'string') void opening.then((opened) => opened.send(answer))
      else if (answer) seated.resolve()
    },
  })
  await seated.promise
  return opening
}
