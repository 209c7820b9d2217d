/**
 * Fan-out: one sender, many subscribers, at most `window` (128) messages not yet delivered to everyone. Measured beside a bare
 * native publish of the same bytes in the same pattern, in the same run. Per CPU-second of the server's processes: the
 * node's alone, and with PostgreSQL's, which the bare one doesn't have.
 */
import { testCluster, type TestCluster } from '../testing/cluster'
import { startBare } from './bare'
import { BenchClient } from './client'
import { measured, type Sample } from './cpu'
import { RawSocket } from './raw-socket'

export interface FanoutResult {
  subscribers: number
  frameBytes: number
  alun: {
    deliveriesPerSecond: number
    perCpuSecond: number
    perCpuSecondWithDatabase: number
    /** What one message costs all in all: taking it durably, and delivering it to everybody. CPU µs. */
    nodeMicrosPerMessage: number
    databaseMicrosPerMessage: number
    /** Messages that a subscriber finds in one frame. */
    messagesPerFrame: number
  }
  bare: { deliveriesPerSecond: number; perCpuSecond: number; microsPerMessage: number }
  ratio: number
  ratioWithDatabase: number
}

const window = 128
export const text = 'A message of ordinary length, as people write them in a channel when class begins. '
  .repeat(2)
  .trim()

/** What a message and what each delivery of it costs, when both are told apart by several numbers of subscribers. */
export interface Price {
  /** To take one message, before anybody hears it. */
  messageMicros: number
  /** Each subscriber more. */
  deliveryMicros: number
}

export function pricesOf(results: readonly FanoutResult[]): { alun: Price; bare: Price } {
  const [few, many] = [results[0]!, results.at(-1)!]
  const priceBy = (cost: (of: FanoutResult) => number): Price => {
    const deliveryMicros = (cost(many) - cost(few)) / (many.subscribers - few.subscribers)
    return {
      deliveryMicros: round(deliveryMicros),
      messageMicros: Math.round(cost(few) - few.subscribers * deliveryMicros),
    }
  }
  return {
    alun: priceBy(({ alun }) => alun.nodeMicrosPerMessage + alun.databaseMicrosPerMessage),
    bare: priceBy(({ bare }) => bare.microsPerMessage),
  }
}

/** The runtime goes on compiling what runs often: a cold node takes three times as much for a message. */
export const warmUpSeconds = 4

export async function fanout(subscribers: number, seconds: number): Promise<FanoutResult> {
  // One sender stands for many here: what one account may ask is not what is measured.
  const cluster = await testCluster({ nodes: 1, durable: true, env: { ALUN_ACCOUNT_RATE: '100000' } })
  try {
    const clients = await subscribeAll(cluster, subscribers)
    const sender = await BenchClient.connect(cluster.port, await cluster.token('sender'))
    const frameBytes = await frameSize(cluster, sender)
    const node = cluster.nodes[0]!.pid
    const database = cluster.postgres.server.pid
    let sent = 0
    let delivered = 0
    let frames = 0
    for (const client of clients)
      client.onPublication = (count) => {
        delivered += count
        frames++
      }
    const talk = (forSeconds: number): Promise<void> =>
      closedLoop(forSeconds, {
        send: () => {
          sent++
          void sender.ask('rpc', { method: 'discussion.post', data: { channel: 'general', text, key: `f${sent}` } })
        },
        pending: () => sent - Math.floor(delivered / subscribers),
      })
    await talk(Math.min(seconds, warmUpSeconds))
    const before = { delivered, frames }
    let withDatabase: Sample = { seconds: 0, cpuSeconds: 0 }
    const alone = await measured(
      () => [node],
      async () => {
        withDatabase = await measured(
          () => [node, database],
          () => talk(seconds),
        )
      },
    )
    delivered -= before.delivered
    frames -= before.frames
    for (const client of clients) client.close()
    const bare = await bareFanout(subscribers, frameBytes, seconds)
    const alun = {
      deliveriesPerSecond: Math.round(delivered / alone.seconds),
      perCpuSecond: Math.round(delivered / alone.cpuSeconds),
      perCpuSecondWithDatabase: Math.round(delivered / withDatabase.cpuSeconds),
      nodeMicrosPerMessage: microsFor(alone.cpuSeconds, delivered / subscribers),
      databaseMicrosPerMessage: microsFor(withDatabase.cpuSeconds - alone.cpuSeconds, delivered / subscribers),
      messagesPerFrame: round(delivered / frames),
    }
    return {
      subscribers,
      frameBytes,
      alun,
      bare,
      ratio: round(alun.perCpuSecond / bare.perCpuSecond),
      ratioWithDatabase: round(alun.perCpuSecondWithDatabase / bare.perCpuSecond),
    }
  } finally {
    await cluster.stop()
  }
}

async function subscribeAll(cluster: TestCluster, count: number): Promise<BenchClient[]> {
  const token = await cluster.token('reader')
  const clients: BenchClient[] = []
  for (let n = 0; n < count; n++) {
    const client = await BenchClient.connect(cluster.port, token)
    await client.subscribe('discussion:general')
    clients.push(client)
  }
  return clients
}

/** Length of the frame that subscribers get for one message of this benchmark. */
async function frameSize(cluster: TestCluster, sender: BenchClient): Promise<number> {
  const size = Promise.withResolvers<number>()
  const socket = await RawSocket.open(cluster.port, '/connection/websocket', {
    message: (payload) => {
      const line = Buffer.from(payload).toString()
      if (line.startsWith('{"push":{"channel":"discussion')) size.resolve(payload.length)
      else if (line.startsWith('{"id":1')) socket.send('{"id":2,"subscribe":{"channel":"discussion:general"}}')
      else if (line.startsWith('{"id":2')) {
        void sender.ask('rpc', { method: 'discussion.post', data: { channel: 'general', text, key: 'probe' } })
      }
    },
  })
  socket.send(`{"id":1,"connect":{"token":"${await cluster.token('probe')}"}}`)
  const bytes = await size.promise
  socket.close()
  return bytes
}

async function bareFanout(subscribers: number, bytes: number, seconds: number) {
  const server = await startBare('server', String(bytes))
  try {
    const { port } = server
    let delivered = 0
    const sockets: RawSocket[] = []
    for (let n = 0; n < subscribers; n++) {
      sockets.push(await RawSocket.open(port, '/', { message: () => void delivered++ }))
    }
    let sent = 0
    const sample = await measured(
      () => [server.pid],
      () =>
        closedLoop(seconds, {
          send: () => {
            sent++
            sockets[0]!.send(text)
          },
          pending: () => sent - Math.floor(delivered / subscribers),
        }),
    )
    for (const socket of sockets) socket.close()
    return {
      deliveriesPerSecond: Math.round(delivered / sample.seconds),
      perCpuSecond: Math.round(delivered / sample.cpuSeconds),
      microsPerMessage: microsFor(sample.cpuSeconds, delivered / subscribers),
    }
  } finally {
    await server.stop()
  }
}

/** Keeps `window` messages under way for so long. */
export async function closedLoop(
  seconds: number,
  { send, pending }: { send(): void; pending(): number },
): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    while (pending() < window) send()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const microsFor = (cpuSeconds: number, messages: number): number => Math.round((cpuSeconds / messages) * 1e6)
const round = (value: number): number => Math.round(value * 100) / 100
