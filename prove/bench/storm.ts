/**
 * A storm on one drop, and talk beside it: how long a message takes from its sender to its reader on another connection,
 * before the storm and in the middle of it. Lanes are there so that the second is not much longer than the first. The
 * storm comes at its own pace, as crowds do: a load that takes every core of the machine would measure the machine. It comes
 * from a process of its own (`storm-crowd.ts`): who measures talk must not be kept busy by the crowd.
 */
import { BenchClient } from './client'
import { withShop } from './drops'
import { warm, type Load } from './peers/http'
import type { Crowd } from './storm-crowd'

export interface StormResult {
  askedPerSecond: number
  claimsPerSecond: number
  /** Answers that were neither a verdict nor "come back later". */
  faults: number
  talkMs: { before: Times; during: Times }
  /** Median of the rounds, as is all above but `faults`. */
  p99Ratio: number
}

interface Times {
  p50: number
  p99: number
}

const messagesPerSecond = 50
/** The crowd's own program is compiled, and all of its connections are open. */
const settledMs = 3000

export function storm(seconds: number, askedPerSecond: number, rounds = 5): Promise<StormResult> {
  return withShop(3, async (shop) => {
    const [writer, reader] = await Promise.all(
      ['writer', 'reader'].map(async (name) => BenchClient.connect(shop.port, await shop.cluster.token(name))),
    )
    await reader!.subscribe('discussion:general')
    const newDrop = (): Promise<string> => shop.create({ stock: 100_000, perPerson: 100 })
    await warm(shop.port, 64, shop.claims(await newDrop()))
    await talk(writer!, reader!, 2)
    const results: StormResult[] = []
    for (let round = 0; round < rounds; round++) {
      const { port, tokens } = shop
      const crowd = {
        port,
        tokens,
        perSecond: askedPerSecond,
        seconds: seconds + settledMs / 1000,
        drop: await newDrop(),
      }
      const before = await talk(writer!, reader!, seconds)
      const [load, during] = await Promise.all([
        come(crowd),
        Bun.sleep(settledMs).then(() => talk(writer!, reader!, seconds)),
      ])
      results.push(resultOf(askedPerSecond, load, { before, during }))
    }
    for (const client of [writer!, reader!]) client.close()
    const middle = results.toSorted((a, b) => a.p99Ratio - b.p99Ratio)[rounds >> 1]!
    return { ...middle, faults: results.reduce((sum, { faults }) => sum + faults, 0) }
  })
}

function resultOf(askedPerSecond: number, load: Load, talkMs: StormResult['talkMs']): StormResult {
  const { 200: good = 0, 429: limited = 0, 503: later = 0 } = load.byStatus
  const claimsPerSecond = Math.round(good / load.seconds)
  const p99Ratio = Math.round((talkMs.during.p99 / talkMs.before.p99) * 100) / 100
  return { ...{ askedPerSecond, claimsPerSecond }, faults: load.requests - good - limited - later, talkMs, p99Ratio }
}

async function come(crowd: Crowd): Promise<Load> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/storm-crowd.ts`], {
    stdin: new Blob([JSON.stringify(crowd)]),
    stdout: 'pipe',
  })
  try {
    return (await new Response(child.stdout).json()) as Load
  } finally {
    child.kill()
    await child.exited
  }
}

/** One message after the other at a steady pace; each is timed until the reader has it. */
async function talk(writer: BenchClient, reader: BenchClient, seconds: number): Promise<Times> {
  const times: number[] = []
  const sentAtMs: number[] = []
  reader.onPublication = (count) => {
    for (let nth = 0; nth < count; nth++) times.push(performance.now() - sentAtMs[times.length]!)
  }
  const answers: Promise<unknown>[] = []
  for (let nth = 0; nth < seconds * messagesPerSecond; nth++) {
    sentAtMs.push(performance.now())
    const data = { channel: 'general', text: `message ${nth}`, key: Bun.randomUUIDv7() }
    answers.push(writer.ask('rpc', { method: 'discussion.post', data }))
    await Bun.sleep(1000 / messagesPerSecond)
  }
  await Promise.all(answers)
  // Whoever was told that it is committed reads it within the promised two seconds.
  for (const end = performance.now() + 2000; times.length < sentAtMs.length && performance.now() < end;) {
    await Bun.sleep(10)
  }
  reader.onPublication = undefined
  times.sort((a, b) => a - b)
  const at = (part: number): number => Math.round((times[Math.floor(times.length * part)] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}
