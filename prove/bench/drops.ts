/**
 * Claims over HTTP on three nodes with fsync on. Durable ones in a closed loop at several numbers of connections, and
 * "sold out" beside a bare handler of the same runtime that parses the same bodies, in the same run.
 */
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'
import { startBare } from './bare'
import { measured } from './cpu'
import { closedLoop, post, warm, type Load, type Next } from './peers/http'

/** As many as a node knows the tokens of. */
const buyers = 9000
const perPerson = 100

export interface ClaimsResult {
  connections: number
  claimsPerSecond: number
  /** Accepted ones, for a CPU second of all nodes and PostgreSQL. */
  claimsPerCpuSecond: number
  latencyMs: { p50: number; p99: number }
}

/** Durable claims, all of them accepted. */
export async function claims(seconds: number, connections: readonly number[]): Promise<ClaimsResult[]> {
  return withShop(3, async (shop) => {
    const results: ClaimsResult[] = []
    await warm(shop.port, connections[0]!, shop.claims(await shop.create({ stock: 100_000, perPerson })))
    await acquaint(shop, seconds)
    for (const many of connections) {
      const drop = await shop.create({ stock: 100_000, perPerson })
      results.push(resultOf(many, await shop.measure(many, seconds, drop)))
    }
    return results
  })
}

function resultOf(connections: number, { load, cpuSeconds }: Measured): ClaimsResult {
  if (load.byStatus[200] !== load.requests) throw new Error(`not all were answered: ${JSON.stringify(load.byStatus)}`)
  return {
    connections,
    claimsPerSecond: Math.round(load.requests / load.seconds),
    claimsPerCpuSecond: Math.round(load.requests / cpuSeconds),
    latencyMs: load.latencyMs,
  }
}

export interface SoldOutResult {
  connections: number
  ours: Rate
  bare: Rate
  /** Ours to the bare handler's, median of the rounds. */
  ratio: Rate
}

interface Rate {
  answersPerSecond: number
  answersPerCpuSecond: number
}

/** What a crowd that came too late costs: one node, and one bare handler, by turns, so that both have the same weather. */
export async function soldOut(seconds: number, connections: readonly number[], rounds = 3): Promise<SoldOutResult[]> {
  const server = await startBare('handler')
  try {
    const { port } = server
    return await withShop(1, async (shop) => {
      const next = shop.claims(await shop.create({ stock: 1, perPerson: 1 }))
      const results: SoldOutResult[] = []
      for (const many of connections) {
        const ask = (to: number): Promise<Load> => closedLoop(to, many, seconds, next)
        for (const to of [shop.port, port]) await warm(to, many, next)
        const pairs: Pair[] = []
        for (let round = 0; round < rounds; round++) {
          const bare = rateOf(await measure([server.pid], () => ask(port)))
          pairs.push({ bare, ours: rateOf(await measure(shop.roots, () => ask(shop.port))) })
        }
        results.push({ connections: many, ...medians(pairs) })
      }
      return results
    })
  } finally {
    await server.stop()
  }
}

type Pair = Pick<SoldOutResult, 'ours' | 'bare'>

function medians(pairs: readonly Pair[]): Omit<SoldOutResult, 'connections'> {
  const median = (of: (pair: Pair) => number): number => pairs.map(of).sort((a, b) => a - b)[pairs.length >> 1]!
  const both = (of: (pair: Pair, key: keyof Rate) => number): Rate => ({
    answersPerSecond: median((pair) => of(pair, 'answersPerSecond')),
    answersPerCpuSecond: median((pair) => of(pair, 'answersPerCpuSecond')),
  })
  return {
    ours: both(({ ours }, key) => ours[key]),
    bare: both(({ bare }, key) => bare[key]),
    ratio: both(({ ours, bare }, key) => Math.round((ours[key] / bare[key]) * 100) / 100),
  }
}

const rateOf = ({ load, cpuSeconds }: Measured): Rate => ({
  answersPerSecond: Math.round(load.requests / load.seconds),
  answersPerCpuSecond: Math.round(load.requests / cpuSeconds),
})

interface Measured {
  load: Load
  cpuSeconds: number
}

async function measure(roots: number[], work: () => Promise<Load>): Promise<Measured> {
  let load: Load | undefined
  const { cpuSeconds } = await measured(
    () => roots,
    async () => void (load = await work()),
  )
  return { load: load!, cpuSeconds }
}

export interface Shop {
  cluster: TestCluster
  port: number
  /** Processes whose CPU seconds count. */
  roots: number[]
  /** Of the buyers, in their order. */
  tokens: readonly string[]
  create(more: object): Promise<string>
  claims(drop: string): Next
  measure(connections: number, seconds: number, drop: string): Promise<Measured>
}

/** So often is each buyer met by each node, on average: of a hundred pairs two have not met then. */
const meetings = 4
const meetingConnections = 256

/**
 * Lets nodes meet the buyers, who in a real sale have had the page open: whose token it is finds out the node that sees it
 * first, at half the price of a claim. For six times as long as is measured, at most.
 */
export async function acquaint(shop: Shop, seconds: number): Promise<void> {
  const begun = performance.now()
  const enough = meetings * shop.cluster.nodes.length * buyers
  for (let asked = 0; asked < enough && performance.now() - begun < 6000 * seconds;) {
    const next = shop.claims(await shop.create({ stock: 100_000, perPerson }))
    asked += (await closedLoop(shop.port, meetingConnections, seconds, next)).requests
  }
}

export async function withShop<T>(nodes: number, work: (shop: Shop) => Promise<T>): Promise<T> {
  const cluster = await testCluster({ nodes, durable: true })
  try {
    const tokens = await Promise.all(Array.from({ length: buyers }, (_, n) => cluster.token(`buyer-${n}`)))
    const roots = [...cluster.nodes.map(({ pid }) => pid), cluster.postgres.server.pid]
    const claims = (drop: string): Next => claimsOf(drop, tokens)
    return await work({
      ...{ cluster, port: cluster.port, roots, tokens, claims },
      create: (more) => create(cluster, more),
      measure: (connections, seconds, drop) =>
        measure(roots, () => closedLoop(cluster.port, connections, seconds, claims(drop))),
    })
  } finally {
    await cluster.stop()
  }
}

async function create(cluster: TestCluster, more: object): Promise<string> {
  const input = { title: 'Kaos', opensAt: '2026-01-01T00:00:00Z', holdSeconds: 0, key: crypto.randomUUID(), ...more }
  const headers = { authorization: `Bearer ${await cluster.token('seller', 'organiser')}` }
  const made = async (): Promise<string | undefined> => {
    const response = await cluster.call('seller', 'drops.create', input, headers)
    return response.ok ? ((await response.json()) as { id: string }).id : undefined
  }
  return until(made, { what: 'the drop', timeoutMs: 10_000 })
}

/** Each a claim of its own, by one buyer after the other. */
export function claimsOf(drop: string, tokens: readonly string[]): Next {
  const run = crypto.randomUUID().slice(0, 8)
  let next = 0
  return () => {
    const nth = next++
    const body = `{"drop":"${drop}","key":"${run}-${nth}"}`
    return post('/api/drops/claim', body, `Authorization: Bearer ${tokens[nth % tokens.length]}\r\n`)
  }
}
