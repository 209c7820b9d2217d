/** A cheap client of the realtime door: connects, subscribes, calls. Counts publications without reading them. */
import { RawSocket } from './raw-socket'

const push = Buffer.from('{"push"')

export class BenchClient {
  publications = 0
  onPublication: ((count: number) => void) | undefined
  private socket!: RawSocket
  private next = 1
  private readonly waiting = new Map<number, (reply: Record<string, unknown>) => void>()

  static async connect(port: number, token: string): Promise<BenchClient> {
    const client = new BenchClient()
    client.socket = await RawSocket.open(port, '/connection/websocket', {
      message: (payload) => client.message(payload),
    })
    const reply = await client.ask('connect', { token })
    if (reply['error']) throw new Error(`connect: ${JSON.stringify(reply['error'])}`)
    return client
  }

  ask(method: string, params: object): Promise<Record<string, unknown>> {
    const id = this.next++
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.socket.send(`{"id":${id},"${method}":${JSON.stringify(params)}}`)
    })
  }

  async subscribe(channel: string): Promise<void> {
    const reply = await this.ask('subscribe', { channel })
    if (reply['error']) throw new Error(`subscribe: ${JSON.stringify(reply['error'])}`)
  }

  close(): void {
    this.socket.close()
  }

  private message(payload: Uint8Array): void {
    if (payload.length > 7 && push.equals(payload.subarray(0, 7))) {
      const count = linesIn(payload)
      this.publications += count
      return this.onPublication?.(count)
    }
    const text = Buffer.from(payload).toString()
    // A ping, answered so that the connection lives.
    if (text === '{}') return this.socket.send('{}')
    for (const line of text.split('\n')) {
      const reply = JSON.parse(line) as Record<string, unknown>
      const id = reply['id'] as number
      const resolve = this.waiting.get(id)
      this.waiting.delete(id)
      resolve?.(reply)
    }
  }
}

/** Pushes that come together are lines of one frame. */
function linesIn(payload: Uint8Array): number {
  let lines = 1
  for (let at = payload.indexOf(10); at >= 0; at = payload.indexOf(10, at + 1)) lines++
  return lines
}
