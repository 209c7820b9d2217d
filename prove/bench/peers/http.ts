/**
 * A cheap HTTP/1.1 client over raw TCP: one request at a time on each connection, status and length read in place. Cheaper
 * than any server it asks, so that the server is what is measured.
 */
import type { Socket } from 'bun'

export interface Load {
  requests: number
  byStatus: Record<number, number>
  seconds: number
  latencyMs: { p50: number; p99: number }
}

/** One request's bytes. */
export type Next = () => Uint8Array

const encoder = new TextEncoder()

export function post(path: string, body: string, headers = ''): Uint8Array {
  return encoder.encode(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
  )
}

/** A closed loop: every connection asks again as soon as it was answered. */
export function closedLoop(port: number, connections: number, seconds: number, next: Next): Promise<Load> {
  return load(
    port,
    connections,
    async (all, ask) => {
      for (const connection of all) ask(connection, next())
      await Bun.sleep(seconds * 1000)
    },
    (connection, ask) => ask(connection, next()),
  )
}

const warmRequests = 20_000
const warmSeconds = 20
/** A second that is faster than any before it by more than this says that the compiler is still at work. */
const stillFaster = 1.03

/**
 * What runs for the first time is compiled first, and how soon that is done is a matter of calls, not of time: asks until
 * it has been asked often and gets no faster, for a while at most.
 */
export async function warm(port: number, connections: number, next: Next): Promise<void> {
  const begun = performance.now()
  let best = 0
  for (let asked = 0; performance.now() - begun < warmSeconds * 1000;) {
    const { requests } = await closedLoop(port, connections, 1, next)
    asked += requests
    if (asked >= warmRequests && requests < best * stillFaster) return
    best = Math.max(best, requests)
  }
}

const pacedConnections = 256
const tickMs = 10

/** So many a second, whatever the answers do; who finds no connection free is not sent, and missing from the sum. */
export function paced(port: number, perSecond: number, seconds: number, next: Next): Promise<Load> {
  const free: Connection[] = []
  return load(
    port,
    pacedConnections,
    async (all, ask) => {
      free.push(...all)
      const begun = performance.now()
      for (let sent = 0, ms = 0; ms < seconds * 1000; ms = performance.now() - begun) {
        for (const due = (ms / 1000) * perSecond; sent < due; sent++) {
          const connection = free.pop()
          if (connection) ask(connection, next())
        }
        await Bun.sleep(tickMs)
      }
    },
    (connection) => void free.push(connection),
  )
}

type Ask = (connection: Connection, bytes: Uint8Array) => void

async function load(
  port: number,
  connections: number,
  run: (all: Connection[], ask: Ask) => Promise<void>,
  answered: (connection: Connection, ask: Ask) => void,
): Promise<Load> {
  const latencies: number[] = []
  const byStatus: Record<number, number> = {}
  let isOver = false
  const ask: Ask = (connection, bytes) => connection.ask(bytes)
  const heard = (connection: Connection, status: number): void => {
    if (isOver) return
    latencies.push(performance.now() - connection.askedAtMs)
    byStatus[status] = (byStatus[status] ?? 0) + 1
    answered(connection, ask)
  }
  const all = Array.from({ length: connections }, () => new Connection(port, heard))
  await Promise.all(all.map((connection) => connection.open()))
  const begun = performance.now()
  await run(all, ask)
  isOver = true
  const seconds = (performance.now() - begun) / 1000
  for (const connection of all) connection.end()
  latencies.sort((a, b) => a - b)
  return {
    ...{ requests: latencies.length, byStatus, seconds },
    latencyMs: { p50: at(latencies, 0.5), p99: at(latencies, 0.99) },
  }
}

const at = (sorted: number[], part: number): number =>
  Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10

class Connection {
  askedAtMs = 0
  private socket!: Socket<Connection>
  private rest: Buffer | undefined

  constructor(
    private readonly port: number,
    private readonly answered: (connection: Connection, status: number) => void,
  ) {}

  async open(): Promise<void> {
    this.socket = await Bun.connect<Connection>({
      hostname: '127.0.0.1',
      port: this.port,
      data: this,
      socket: { data: (socket, chunk) => socket.data.feed(chunk) },
    })
    this.socket.setNoDelay(true)
  }

  ask(bytes: Uint8Array): void {
    this.askedAtMs = performance.now()
    this.socket.write(bytes)
  }

  end(): void {
    this.socket.end()
  }

  private feed(chunk: Buffer): void {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk
    this.rest = undefined
    const head = bytes.indexOf('\r\n\r\n')
    if (head < 0) return void (this.rest = Buffer.from(bytes))
    const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1] ?? 0)
    if (bytes.length < head + 4 + length) return void (this.rest = Buffer.from(bytes))
    this.answered(this, Number(bytes.toString('latin1', 9, 12)))
  }
}
