/**
 * A bad network between some clients and the cluster: a TCP proxy that can be told to reset what passes through it, to
 * let nothing pass while nothing closes, and to be slow, a few bytes at a time.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

const halfOpenMs = 1500
const slowMs = 2500
/** Shorter than any frame that is worth reading, so that a reader meets halves of them. */
const sliceBytes = 97
const delayMs = 60

type Mood = 'well' | 'swallows' | 'slow'

export class Network {
  private mood: Mood = 'well'
  private readonly sockets = new Set<Socket>()

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  /** @param target where the cluster is; plain HTTP. */
  static async open(target: string): Promise<Network> {
    const { hostname, port } = new URL(target)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const own = (server.address() as { port: number }).port
    const network = new Network(`http://127.0.0.1:${own}`, server)
    server.on('connection', (client) => network.join(client, connect(Number(port || 80), hostname)))
    return network
  }

  /** Every connection ends at once, without a goodbye. */
  async reset(): Promise<void> {
    for (const socket of this.sockets) socket.resetAndDestroy()
  }

  /** Both sides believe that they are connected, and hear nothing; in the end it breaks. */
  async halfOpen(): Promise<void> {
    this.mood = 'swallows'
    await Bun.sleep(halfOpenMs)
    this.mood = 'well'
    await this.reset()
  }

  async slow(): Promise<void> {
    this.mood = 'slow'
    await Bun.sleep(slowMs)
    this.mood = 'well'
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private join(client: Socket, cluster: Socket): void {
    const end = (): void => void (client.destroy(), cluster.destroy())
    for (const [from, to] of [
      [client, cluster],
      [cluster, client],
    ] as const) {
      this.sockets.add(from)
      from.setNoDelay(true)
      from.on('error', end).on('close', () => {
        this.sockets.delete(from)
        end()
      })
      this.carry(from, to)
    }
  }

  /** In order, whatever the network's mood is meanwhile. */
  private carry(from: Socket, to: Socket): void {
    let before: Promise<void> | undefined
    from.on('data', (bytes: Buffer) => {
      // What was swallowed is never made good for: the connection is reset before anything passes again.
      if (this.mood === 'swallows') return
      if (this.mood === 'well' && !before) return void to.write(bytes)
      const mine = (before ?? Promise.resolve()).then(() => this.trickle(to, bytes))
      before = mine
      void mine.then(() => (before === mine ? (before = undefined) : undefined))
    })
  }

  private async trickle(to: Socket, bytes: Buffer): Promise<void> {
    if (this.mood === 'slow') await Bun.sleep(delayMs)
    for (let at = 0; at < bytes.length && !to.destroyed; at += sliceBytes) {
      // What had gathered by the end of it goes on at once: in slices it would last for as long as people talk.
      if (this.mood !== 'slow') return void to.write(bytes.subarray(at))
      to.write(bytes.subarray(at, at + sliceBytes))
      // So that it leaves as a segment of its own.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
