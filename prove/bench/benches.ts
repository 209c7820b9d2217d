/** All benchmarks: what each does, how it is run, and what of its result is shown. */
import { attendance } from './attendance'
import { chat } from './chat'
import { connect } from './connect'
import { claims, soldOut } from './drops'
import { failover } from './failover'
import { fanout, pricesOf, type Price } from './fanout'
import { fanoutCentrifugo, fanoutPeers } from './fanout-peers'
import { limit, ours, peer, type Bar, type Figure } from './figures'
import { idle } from './idle'
import type { Limits } from './limits'
import { posts } from './posts'
import { reports } from './reports'
import { sale, seedBuyers } from './sale'
import { storm } from './storm'

export interface Bench {
  conditions: string
  /** Held against the machine's limits for HTTP and for rows. */
  besideLimits?: boolean
  run(size: Size, limits: Limits | undefined): Promise<Outcome>
}

export interface Size {
  seconds: number
  /** Only to see that it runs. */
  smoke: boolean
}

export interface Outcome {
  result: unknown
  figures: Figure[]
  skipped?: string[]
}

const deliveries = 'deliveries for a CPU second'
const perCpuAnswers = 'answers for a CPU second'

/** Peers that are missing are told, not shown. */
function peerBars(peers: readonly (readonly [name: string, value: number | { skipped: string }])[]): [Bar[], string[]] {
  const bars = peers.flatMap(([name, value]) => (typeof value === 'number' ? [peer(name, value)] : []))
  const skipped = peers.flatMap(([name, value]) => (typeof value === 'number' ? [] : [`${name}: ${value.skipped}`]))
  return [bars, skipped]
}

const perCpu = (of: { perCpuSecond: number } | { skipped: string }): number | { skipped: string } =>
  'skipped' in of ? of : of.perCpuSecond

/** Everything that spreads a message, one after the other. */
async function peersOf(subscribers: number, seconds: number) {
  const memory = await fanoutCentrifugo('memory', subscribers, seconds)
  const redis = await fanoutCentrifugo('redis', subscribers, seconds)
  const { flaskSocketIo, socketIo } = await fanoutPeers(subscribers, seconds)
  const rates = [
    ...([['Flask-SocketIO', perCpu(flaskSocketIo)]] as const),
    ...([['Socket.IO, Redis Streams', perCpu(socketIo)]] as const),
    ...([['Centrifugo, in memory', perCpu(memory)]] as const),
    ...([['Centrifugo, Redis', perCpu(redis)]] as const),
  ]
  return { rates, result: { subscribers, flaskSocketIo, socketIo, centrifugo: { memory, redis } } }
}

const pricesShown = ({ alun, bare }: { alun: Price; bare: Price }): Figure[] => [
  {
    ...{ what: 'Fan-out: a message, before anybody hears it', unit: 'CPU µs', less: true },
    bars: [ours(alun.messageMicros, 'Alun: durable, with PostgreSQL'), limit('bare publish', bare.messageMicros)],
  },
  {
    ...{ what: 'Fan-out: each subscriber more', unit: 'CPU µs', less: true },
    bars: [ours(alun.deliveryMicros), limit('bare publish', bare.deliveryMicros)],
  },
]

const rows = (limits: Limits | undefined): Bar[] =>
  limits ? [limit('bare batched INSERT', limits.inserts.perCpuSecond)] : []
const http = (limits: Limits | undefined): Bar[] => (limits ? [limit('bare HTTP', limits.http.perCpuSecond)] : [])

export const benches: Record<string, Bench> = {
  fanout: {
    conditions:
      'one sender, at most 128 messages not yet with everybody; one node, fsync on; bare native publish of the same bytes; Flask-SocketIO and Socket.IO with their Redis; Centrifugo with the last 300 messages for who comes back, in its memory and in Redis',
    async run({ seconds, smoke }) {
      const results = []
      for (const many of smoke ? [20] : [1, 200, 1000]) results.push(await fanout(many, seconds))
      const shown = results.filter(({ subscribers }) => subscribers > 1)
      const theirs = []
      for (const { subscribers } of smoke ? [] : shown) theirs.push(await peersOf(subscribers, seconds))
      const bars = theirs.map(({ rates }) => peerBars(rates))
      const figures = shown.map(({ subscribers, alun, bare }, nth): Figure => ({
        what: `Fan-out to ${subscribers.toLocaleString('en')} subscribers`,
        unit: deliveries,
        bars: [
          ours(alun.perCpuSecondWithDatabase, 'Alun, with PostgreSQL'),
          limit('bare publish', bare.perCpuSecond),
          ...(bars[nth]?.[0] ?? []),
        ],
      }))
      // Of one number of subscribers nothing can be told apart.
      const prices = smoke ? undefined : pricesOf(results)
      return {
        result: { ours: results, prices, peers: theirs.map(({ result }) => result) },
        figures: [...figures, ...(prices ? pricesShown(prices) : [])],
        // Of each once, however many times it was to be measured.
        skipped: [...new Set(bars.flatMap(([, skipped]) => skipped))],
      }
    },
  },
  fanin: {
    conditions:
      '100 channels of 10 members on 2 nodes, fsync on, all posting at one pace, raised until it takes 200 ms (p99) to be seen on the other node; Socket.IO by the same crowd',
    async run({ seconds }) {
      const result = await chat(100, 10, seconds)
      const { alun, socketIo } = result
      const theirs = 'skipped' in socketIo ? socketIo : undefined
      const them = 'skipped' in socketIo ? [] : [socketIo]
      const name = 'Socket.IO, Redis Streams'
      return {
        result,
        figures: [
          {
            ...{ what: 'Fan-in: messages that are seen in time', unit: 'messages a second' },
            bars: [ours(alun.messagesPerSecond), ...them.map((one) => peer(name, one.messagesPerSecond))],
          },
          {
            ...{ what: 'Fan-in, at that rate', unit: 'messages for a CPU second' },
            bars: [ours(alun.messagesPerCpuSecond), ...them.map((one) => peer(name, one.messagesPerCpuSecond))],
          },
        ],
        skipped: theirs ? [`${name}: ${theirs.skipped}`] : [],
      }
    },
  },
  posts: {
    conditions:
      '64 writers over WebSocket in a closed loop, 3 nodes, fsync on; bare INSERTs of the same rows in batches',
    async run({ seconds }) {
      const result = { oneChannel: await posts(64, seconds, 1), sixteenChannels: await posts(64, seconds, 16) }
      const figures = [result.oneChannel, result.sixteenChannels].map((one, nth): Figure => ({
        what: nth === 0 ? 'Durable posts to one channel' : 'Durable posts to 16 channels',
        unit: 'posts a second',
        bars: [ours(one.postsPerSecond), limit('bare batched INSERT', one.bareInsertsPerSecond)],
      }))
      const cost: Figure = {
        ...{ what: 'What a durable post costs', unit: 'CPU µs', less: true },
        bars: [
          ours(result.oneChannel.cpuMicrosPerPost, 'one channel'),
          ours(result.sixteenChannels.cpuMicrosPerPost, '16 channels'),
        ],
      }
      return { result, figures: [...figures, cost] }
    },
  },
  claims: {
    conditions: 'HTTP, closed loop, 3 nodes, fsync on; each claim accepted and durable',
    besideLimits: true,
    async run({ seconds }, limits) {
      const result = await claims(seconds, [64, 256, 1024])
      const figure: Figure = {
        ...{ what: 'Durable claims', unit: 'claims for a CPU second' },
        bars: [
          ...result.map((one) => ours(one.claimsPerCpuSecond, `${one.connections} connections`)),
          ...http(limits),
          ...rows(limits),
        ],
      }
      return { result, figures: [figure] }
    },
  },
  soldout: {
    conditions: 'HTTP, 64 and 256 connections, one node; a bare handler of the same runtime by turns',
    async run({ seconds }) {
      const results = await soldOut(seconds, [64, 256])
      const figures = results.flatMap(({ connections, ours: us, bare }) => {
        const beside = (unit: string, key: keyof typeof us): Figure => ({
          ...{ what: `Sold out, ${connections} connections`, unit },
          bars: [ours(us[key]), limit('bare HTTP', bare[key])],
        })
        return [beside('answers a second', 'answersPerSecond'), beside(perCpuAnswers, 'answersPerCpuSecond')]
      })
      return { result: results, figures }
    },
  },
  sale: {
    conditions:
      'HTTP, 256 and 500 connections; 3 nodes and PostgreSQL with fsync; three Flask, Redis and nginx by turns',
    async run({ seconds }) {
      const result = await sale(seconds, [256, seedBuyers])
      if (typeof result === 'string') return { result, figures: [], skipped: [`Flask, Redis, nginx: ${result}`] }
      const figures = result.map(({ connections, ours: { acceptedPerCpuSecond }, peers }) => ({
        ...{ what: `A sale, ${connections} connections`, unit: 'accepted claims for a CPU second' },
        bars: [ours(acceptedPerCpuSecond), peer('Flask, Redis, nginx (in memory)', peers.acceptedPerCpuSecond)],
      }))
      return { result, figures }
    },
  },
  storm: {
    conditions: '2,000 claims a second at one drop, and 50 messages a second beside it; 3 nodes, fsync on',
    async run({ seconds }) {
      const result = await storm(seconds, 2000)
      const { before, during } = result.talkMs
      const bars = [ours(before.p99, 'before'), ours(during.p99, 'during')]
      return { result, figures: [{ what: 'Talk beside a storm, p99', unit: 'ms', less: true, bars }] }
    },
  },
  submits: {
    conditions: 'HTTP, 64 connections, 3 nodes, fsync on; Flask with a Redis list by turns; then alarms worked off',
    besideLimits: true,
    async run({ seconds }, limits) {
      const result = await reports(seconds, 64, 1000)
      const { submits, jobs, alone } = result
      const them = (of: { theirs?: { perCpuSecond: number } }): Bar[] =>
        of.theirs ? [peer('Flask, Redis list (in memory)', of.theirs.perCpuSecond)] : []
      return {
        result,
        figures: [
          {
            ...{ what: 'Durable reports', unit: 'reports for a CPU second' },
            bars: [ours(submits.ours.perCpuSecond), ...them(submits), ...http(limits), ...rows(limits)],
          },
          {
            ...{ what: 'Alarms worked off', unit: 'jobs for a CPU second' },
            bars: [ours(jobs.ours.perCpuSecond), ...them(jobs)],
          },
        ],
        skipped: alone === undefined ? [] : [`Flask, Redis list: ${alone}`],
      }
    },
  },
  checkins: {
    conditions:
      'HTTP, one session, 3 nodes, fsync on: 64 connections in a closed loop; 500 a second, with 200 boards open',
    besideLimits: true,
    async run({ seconds }, limits) {
      const result = await attendance(seconds, 64, 200)
      const { closedLoop, steady, watched } = result
      return {
        result,
        figures: [
          {
            ...{ what: 'Check-ins to one session', unit: 'accepted for a CPU second' },
            bars: [ours(closedLoop.acceptedPerCpuSecond), ...http(limits), ...rows(limits)],
          },
          {
            ...{ what: '500 check-ins a second, p95', unit: 'ms', less: true },
            bars: [ours(steady.latencyMs.p95, 'nobody watches'), ours(watched.latencyMs.p95, '200 boards open')],
          },
        ],
      }
    },
  },
  connect: {
    conditions:
      '32 at once: connect with a token, own topic, one channel; one node, fsync on; bare upgrades; Centrifugo in memory',
    async run({ seconds, smoke }) {
      const result = await connect(seconds, !smoke)
      const [theirs, skipped] = peerBars([['Centrifugo, in memory', result.centrifugo]])
      const bars = [
        ours(result.connectsPerCpuSecond, 'Alun, with PostgreSQL'),
        limit('bare upgrade', result.bareUpgradesPerCpuSecond),
        ...theirs,
      ]
      return { result, figures: [{ what: 'Connecting', unit: 'connections for a CPU second', bars }], skipped }
    },
  },
  failover: {
    conditions: 'kill -9 of a node of three under official SDK clients, while messages keep coming',
    async run({ smoke }) {
      const result = await failover(smoke ? 6 : 90, smoke ? 1 : 4)
      const { backMs, missed, doubled } = result
      return {
        result,
        figures: [
          {
            ...{ what: 'Back on another node', unit: 'ms', less: true },
            bars: [ours(backMs.p50, 'half'), ours(backMs.p99, '99 %'), ours(backMs.max, 'the last')],
          },
          {
            ...{ what: 'Messages lost or doubled by it', unit: 'messages', less: true },
            bars: [ours(missed, 'missed'), ours(doubled, 'twice')],
          },
        ],
      }
    },
  },
  idle: {
    conditions:
      '4,000 idle connections to one node, each with its own topic; bare sockets of the same runtime; Centrifugo in memory',
    async run() {
      const result = await idle(4000)
      const [theirs, skipped] = peerBars([['Centrifugo, in memory', result.centrifugo]])
      const bars = [ours(result.bytesPerConnection), limit('bare socket', result.bareBytesPerConnection), ...theirs]
      return { result, figures: [{ what: 'An idle connection', unit: 'bytes', less: true, bars }], skipped }
    },
  },
}

/** What a test can see run in a few seconds. */
export const smokeBenches = ['fanout', 'connect']
