/** The same fan-out on what people would otherwise take: one sender, many subscribers, one server process and its Redis. */
import { socketIoWire } from './chat/wire'
import { BenchClient } from './client'
import { measured } from './cpu'
import { closedLoop, text, warmUpSeconds } from './fanout'
import { Centrifugo, type Engine } from './peers/centrifugo'
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

/** The same clients as ours, whose protocol it speaks: one publishes over its connection, the others are subscribed. */
export async function fanoutCentrifugo(
  engine: Engine,
  subscribers: number,
  seconds: number,
): Promise<PeerRate | { skipped: string }> {
  const peer = await Centrifugo.start(engine)
  if (typeof peer === 'string') return { skipped: peer }
  const clients: BenchClient[] = []
  try {
    for (let nth = 0; nth <= subscribers; nth++) {
      const client = await BenchClient.connect(peer.port, peer.token(`reader-${nth}`))
      await client.subscribe(room)
      clients.push(client)
    }
    const deliveries = { count: 0 }
    for (const client of clients) client.onPublication = (count) => void (deliveries.count += count)
    const publish = { channel: room, data: { user: 'u', text } }
    return await talk(peer, clients.length, deliveries, seconds, () => void clients[0]!.ask('publish', publish))
  } finally {
    for (const client of clients) client.close()
    await peer.stop()
  }
}

interface Peer {
  readonly roots: number[]
  stop(): Promise<void>
}

async function measure(peer: Peer, port: number, subscribers: number, seconds: number): Promise<PeerRate> {
  const deliveries = { count: 0 }
  const sockets: RawSocket[] = []
  try {
    for (let nth = 0; nth <= subscribers; nth++) sockets.push(await join(port, () => void deliveries.count++))
    return await talk(peer, sockets.length, deliveries, seconds, () => sockets[0]!.send(said))
  } finally {
    for (const socket of sockets) socket.close()
    await peer.stop()
  }
}

/** @param heard how many have each message: the sender is in the room, too. */
async function talk(
  peer: Peer,
  heard: number,
  deliveries: { count: number },
  seconds: number,
  say: () => void,
): Promise<PeerRate> {
  let sent = 0
  const steps = {
    send: () => {
      sent++
      say()
    },
    pending: () => sent - Math.floor(deliveries.count / heard),
  }
  await closedLoop(Math.min(seconds, warmUpSeconds), steps)
  const before = deliveries.count
  const { seconds: took, cpuSeconds } = await measured(
    () => peer.roots,
    () => closedLoop(seconds, steps),
  )
  const delivered = deliveries.count - before
  return { deliveriesPerSecond: Math.round(delivered / took), perCpuSecond: Math.round(delivered / cpuSeconds) }
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
