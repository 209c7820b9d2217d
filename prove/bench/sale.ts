/**
 * The sale beside the stack that its seed was built on, by turns in one run: accepted claims for a CPU second of
 * everything that a buyer needs. Ours are committed to disk, checked for identity, limit and key, and told to every
 * subscriber; theirs are a counter in memory.
 */
import { cpuSecondsOf } from './cpu'
import { acquaint, withShop, type Shop } from './drops'
import { closedLoop, post, warm, type Load, type Next } from './peers/http'
import { Stack, whyNotHere } from './peers/stack'

/** As many as the seed's own stress script sends at once. */
export const seedBuyers = 500

export interface SaleResult {
  connections: number
  ours: Side
  peers: Side
  /** Ours to theirs, median of the rounds. */
  acceptedPerCpuSecondRatio: number
}

interface Side {
  acceptedPerSecond: number
  acceptedPerCpuSecond: number
}

/** @returns why it can't be measured here, in words, where the peers are missing. */
export async function sale(
  seconds: number,
  connections: readonly number[],
  rounds = 3,
): Promise<SaleResult[] | string> {
  const why = whyNotHere()
  if (why) return why
  const stack = await Stack.start()
  try {
    return await withShop(3, async (shop) => {
      await stack.setStock(1_000_000_000)
      await acquaint(shop, seconds)
      const results: SaleResult[] = []
      for (const many of connections) results.push(await saleAmong(many, { stack, shop, seconds, rounds }))
      return results
    })
  } finally {
    await stack.stop()
  }
}

interface Sides {
  stack: Stack
  shop: Shop
  seconds: number
  rounds: number
}

async function saleAmong(connections: number, { stack, shop, seconds, rounds }: Sides): Promise<SaleResult> {
  const buy = post('/buy', '')
  const fresh = async (): Promise<Next> => shop.claims(await shop.create({ stock: 100_000, perPerson: 100 }))
  await warm(stack.port, connections, () => buy)
  await warm(shop.port, connections, await fresh())
  const rows: { ours: Side; peers: Side }[] = []
  for (let round = 0; round < rounds; round++) {
    const next = await fresh()
    const peers = await measure(stack.roots, () => closedLoop(stack.port, connections, seconds, () => buy))
    const ours = await measure(shop.roots, () => closedLoop(shop.port, connections, seconds, next))
    rows.push({ ours, peers })
  }
  const byRatio = rows.toSorted((a, b) => ratioOf(a) - ratioOf(b))
  const middle = byRatio[rows.length >> 1]!
  return { connections, ...middle, acceptedPerCpuSecondRatio: Math.round(ratioOf(middle) * 100) / 100 }
}

const ratioOf = ({ ours, peers }: { ours: Side; peers: Side }): number =>
  ours.acceptedPerCpuSecond / peers.acceptedPerCpuSecond

async function measure(roots: readonly number[], work: () => Promise<Load>): Promise<Side> {
  const before = cpuSecondsOf(roots)
  const { byStatus, seconds } = await work()
  const cpuSeconds = cpuSecondsOf(roots) - before
  const accepted = byStatus[200] ?? 0
  return { acceptedPerSecond: Math.round(accepted / seconds), acceptedPerCpuSecond: Math.round(accepted / cpuSeconds) }
}
