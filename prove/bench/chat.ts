/**
 * A campus that talks: 100 channels of 10 members on three nodes, everybody posting at the same rate, raised until it takes
 * longer than 200 ms (p99) from a post to its being seen by a member on another node. Durable, with fsync on. What is
 * posted tells when, so post and sight are measured by one clock.
 */
import { testCluster, type TestCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { BenchClient } from './client'
import { measured } from './cpu'
import { RawSocket } from './raw-socket'

export interface ChatResult {
  channels: number
  members: number
  nodes: number
  limitMs: number
  /** The last step within the limit. */
  best: ChatStep | undefined
  steps: ChatStep[]
}

interface ChatStep {
  /** Each member's. */
  postsPerMemberSecond: number
  offeredPerSecond: number
  postedPerSecond: number
  deliveredPerSecond: number
  /** From a post to its being seen on another node. */
  seenMs: { p50: number; p99: number }
  /** Messages for a second of the nodes' processor time, and with PostgreSQL's. */
  postsPerCpuSecond: number
  postsPerCpuSecondWithDatabase: number
}

const limitMs = 200
const raise = 1.5
const mostSteps = 8

interface Seat {
  client: BenchClient
  channel: string
}

export async function chat(channels: number, members: number, seconds: number): Promise<ChatResult> {
  const cluster = await testCluster({ nodes: 3, durable: true })
  try {
    const names = Array.from({ length: channels }, (_, n) => `talk${n}`)
    await statementRows(
      cluster.postgres.url,
      `INSERT INTO discussion.channel (id, name, kind, created_by) SELECT name, name, 'public', '' FROM unnest($1::text[]) name`,
      [names],
    )
    const seats = await takeSeats(cluster, names, members)
    const latencies: number[] = []
    const watchers = await Promise.all(names.map((name) => watch(cluster, name, latencies)))
    const steps: ChatStep[] = []
    for (let rate = 1; steps.length < mostSteps; rate *= raise) {
      const step = await talk(cluster, seats, { rate, seconds, latencies })
      steps.push(step)
      if (step.seenMs.p99 > limitMs) break
    }
    for (const { client } of seats) client.close()
    for (const watcher of watchers) watcher.close()
    const best = steps.findLast(({ seenMs }) => seenMs.p99 <= limitMs)
    return { channels, members, nodes: 3, limitMs, best, steps }
  } finally {
    await cluster.stop()
  }
}

async function takeSeats(cluster: TestCluster, names: readonly string[], members: number): Promise<Seat[]> {
  const seats: Seat[] = []
  for (const channel of names) {
    for (let n = 0; n < members; n++) {
      const client = await BenchClient.connect(cluster.port, await cluster.token(`${channel}-${n}`))
      await client.subscribe(`discussion:${channel}`)
      seats.push({ client, channel })
    }
  }
  return seats
}

/** One reader of a channel who looks at what comes: only what was posted over another node than its own counts. */
async function watch(cluster: TestCluster, channel: string, latencies: number[]): Promise<RawSocket> {
  let node = ''
  const ready = Promise.withResolvers<void>()
  const socket = await RawSocket.open(cluster.port, '/connection/websocket', {
    message: (payload) => {
      for (const line of Buffer.from(payload).toString().split('\n')) {
        if (line === '{}') socket.send('{}')
        else if (line.startsWith('{"id":1')) {
          node = /"node":"([^"]+)"/.exec(line)?.[1] ?? ''
          socket.send(`{"id":2,"subscribe":{"channel":"discussion:${channel}"}}`)
        } else if (line.startsWith('{"id":2')) ready.resolve()
        else seen(line, node, latencies)
      }
    },
  })
  socket.send(`{"id":1,"connect":{"token":"${await cluster.token(`watcher-${channel}`)}"}}`)
  await ready.promise
  return socket
}

function seen(line: string, mine: string, latencies: number[]): void {
  const at = /"text":"at ([\d.]+)/.exec(line)?.[1]
  const node = /"node":"([^"]+)"/.exec(line)?.[1]
  if (at && node !== mine) latencies.push(performance.now() - Number(at))
}

interface Talk {
  rate: number
  seconds: number
  latencies: number[]
}

/** Everybody posts at the rate, whether the last one is answered or not: people don't wait for a server. */
async function talk(
  cluster: TestCluster,
  seats: readonly Seat[],
  { rate, seconds, latencies }: Talk,
): Promise<ChatStep> {
  let posted = 0
  const delivered = (): number => seats.reduce((sum, { client }) => sum + client.publications, 0)
  const before = delivered()
  latencies.length = 0
  const nodes = (): number[] => cluster.nodes.map(({ pid }) => pid)
  let withDatabase = 0
  const sample = await measured(nodes, async () => {
    const outer = await measured(
      () => [cluster.postgres.server.pid],
      async () => {
        posted = await postAll(seats, rate, seconds)
      },
    )
    withDatabase = outer.cpuSeconds
  })
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    postsPerMemberSecond: round(rate),
    offeredPerSecond: Math.round(rate * seats.length),
    postedPerSecond: Math.round(posted / sample.seconds),
    deliveredPerSecond: Math.round((delivered() - before) / sample.seconds),
    seenMs: { p50: round(part(sorted, 0.5)), p99: round(part(sorted, 0.99)) },
    postsPerCpuSecond: Math.round(posted / sample.cpuSeconds),
    postsPerCpuSecondWithDatabase: Math.round(posted / (sample.cpuSeconds + withDatabase)),
  }
}

/** @returns how many were answered with an offset. */
async function postAll(seats: readonly Seat[], rate: number, seconds: number): Promise<number> {
  const begun = performance.now()
  const answers: Promise<boolean>[] = []
  // Seats take turns evenly, so that load comes as a stream and not in bursts.
  for (let due = 0; ; due++) {
    const at = begun + (due / (rate * seats.length)) * 1000
    if (at > begun + seconds * 1000) break
    while (performance.now() < at) await new Promise((resolve) => setTimeout(resolve, 1))
    const { client, channel } = seats[(due * 7) % seats.length]!
    const data = { channel, text: `at ${performance.now().toFixed(2)}`, key: Bun.randomUUIDv7() }
    answers.push(client.ask('rpc', { method: 'discussion.post', data }).then((reply) => !reply['error']))
  }
  const timeout = new Promise<boolean[]>((resolve) => setTimeout(() => resolve([]), 10_000))
  return (await Promise.race([Promise.all(answers), timeout])).filter(Boolean).length
}

const round = (value: number): number => Math.round(value * 100) / 100
const part = (sorted: readonly number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Infinity
