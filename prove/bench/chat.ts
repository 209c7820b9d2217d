/**
 * A campus that talks: 100 channels of 10 members on two nodes, everybody posting at the same rate, raised until it takes
 * longer than 200 ms (p99) from a post to its being seen by a member on the other node. Ours is durable, with fsync on;
 * beside it, in the same run and by the same crowd, two Socket.IO servers with their Redis Streams adapter, which keep
 * nothing. On a machine that others use too, rates say little: trust what a message costs with so many on their way.
 */
import { freePort, testCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { Crowd, type Place, type Talk } from './chat/crowd'
import { alunWire, socketIoWire } from './chat/wire'
import { cpuSecondsOf } from './cpu'
import { SocketIoPeers } from './peers/socketio'

export interface ChatResult {
  channels: number
  members: number
  limitMs: number
  alun: Climb
  socketIo: Climb | { skipped: string }
  /** Ours over theirs, messages for a CPU second, at the highest rate at which both delivered everything. */
  ratioAtSameRate?: { messagesPerSecond: number; perCpuSecond: number }
  /** The same with `onTheWay` messages on their way, however long that takes. */
  ratioPressed?: number
}

interface Climb {
  /** The most within the limit, and everything delivered. */
  messagesPerSecond: number
  /** Of all server processes, with what keeps their data (PostgreSQL, Redis), at that rate. */
  messagesPerCpuSecond: number
  steps: Step[]
  pressed: Step
}

interface Step {
  messagesPerSecond: number
  held: boolean
  deliveredPart: number
  seenMs: { p50: number; p99: number }
  messagesPerCpuSecond: number
  /** CPU seconds for a second: of the servers, of what keeps their data, of the crowd itself. */
  cpu: { servers: number; store: number; crowd: number }
}

/** What is measured: where to go, and whose CPU it costs. */
interface Stack {
  place: Place
  servers: () => number[]
  store: () => number[]
}

const limitMs = 200
/** What is under way at 5,000 messages a second that take 50 ms. */
const onTheWay = 250
/** For each second that was asked for, twice: to compile what runs often, and to measure. */
const pressedMessages = 3000
const deliveredEnough = 0.999
const rates = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30]

export async function chat(channels: number, members: number, seconds: number): Promise<ChatResult> {
  const names = Array.from({ length: channels }, (_, n) => `talk${n}`)
  const theirs = await besideThem(names, members, seconds)
  const ours = await our(names, members, seconds)
  const result = { channels, members, limitMs, alun: ours, socketIo: theirs }
  if ('skipped' in theirs) return result
  const same = sameRate(ours, theirs)
  const ratioPressed = round(ours.pressed.messagesPerCpuSecond / theirs.pressed.messagesPerCpuSecond)
  return { ...result, ratioPressed, ...(same ? { ratioAtSameRate: same } : {}) }
}

async function our(channels: string[], members: number, seconds: number): Promise<Climb> {
  const cluster = await testCluster({ nodes: 2, durable: true, behind: freePort() })
  try {
    await statementRows(
      cluster.postgres.url,
      `INSERT INTO discussion.channel (id, name, kind, created_by) SELECT name, name, 'public', '' FROM unnest($1::text[]) name`,
      [channels],
    )
    const place = { channels, members, ports: cluster.nodes.map(({ port }) => port) }
    return await climb(seconds, {
      place: { ...place, wire: async (member) => alunWire(await cluster.token(member)) },
      servers: () => cluster.nodes.map(({ pid }) => pid),
      store: () => [cluster.postgres.server.pid],
    })
  } finally {
    await cluster.stop()
  }
}

async function besideThem(channels: string[], members: number, seconds: number): Promise<Climb | { skipped: string }> {
  const peers = await SocketIoPeers.start()
  if (typeof peers === 'string') return { skipped: peers }
  try {
    const [redis, ...servers] = peers.roots
    return await climb(seconds, {
      place: { channels, members, ports: peers.ports, wire: () => socketIoWire },
      servers: () => servers,
      store: () => [redis!],
    })
  } finally {
    await peers.stop()
  }
}

/** Higher and higher, until two rates in turn are not held: one may be somebody else's doing on this machine. */
async function climb(seconds: number, stack: Stack): Promise<Climb> {
  const crowd = await Crowd.enter(stack.place)
  const steps: Step[] = []
  for (const rate of rates) {
    // What begins to be used more is compiled and grown first.
    await crowd.talk(rate, 1)
    steps.push(await measure(stack, () => crowd.talk(rate, seconds)))
    if (steps.length > 1 && steps.slice(-2).every(({ held }) => !held)) break
  }
  const press = (): Promise<Talk> => crowd.press(onTheWay, pressedMessages * seconds, seconds * 10)
  await press()
  const pressed = await measure(stack, press)
  crowd.leave()
  const best = steps.findLast(({ held }) => held)
  const { messagesPerSecond = 0, messagesPerCpuSecond = 0 } = best ?? {}
  return { messagesPerSecond, messagesPerCpuSecond, steps, pressed }
}

async function measure({ servers, store }: Stack, talking: () => Promise<Talk>): Promise<Step> {
  const [before, storeBefore, crowdBefore] = [cpuSecondsOf(servers()), cpuSecondsOf(store()), process.cpuUsage()]
  const talk = await talking()
  const mine = process.cpuUsage(crowdBefore)
  const cpu = {
    ...{ servers: cpuSecondsOf(servers()) - before, store: cpuSecondsOf(store()) - storeBefore },
    crowd: (mine.user + mine.system) / 1e6,
  }
  return stepOf(talk, cpu)
}

function stepOf(talk: Talk, cpu: Step['cpu']): Step {
  const { posted, delivered, expected, seconds, seenMs } = talk
  const deliveredPart = delivered / expected
  return {
    messagesPerSecond: Math.round(posted / seconds),
    held: seenMs.p99 <= limitMs && deliveredPart >= deliveredEnough,
    deliveredPart: Math.round(deliveredPart * 1e4) / 1e4,
    seenMs,
    messagesPerCpuSecond: Math.round(posted / (cpu.servers + cpu.store)),
    cpu: {
      servers: round(cpu.servers / seconds),
      store: round(cpu.store / seconds),
      crowd: round(cpu.crowd / seconds),
    },
  }
}

function sameRate(ours: Climb, theirs: Climb): ChatResult['ratioAtSameRate'] {
  const pairs = ours.steps.map((mine, nth) => [mine, theirs.steps[nth]] as const)
  const last = pairs.findLast((pair) => pair.every((step) => step && step.deliveredPart >= deliveredEnough))
  if (!last) return undefined
  const [mine, other] = last
  const perCpuSecond = round(mine.messagesPerCpuSecond / other!.messagesPerCpuSecond)
  return { messagesPerSecond: mine.messagesPerSecond, perCpuSecond }
}

const round = (value: number): number => Math.round(value * 100) / 100
