/**
 * A node dies under its clients (kill -9): how long each of them, with the official SDK and the contract's options, takes to
 * be back on another node, while messages keep coming; and how many of these each client missed or had twice in the end.
 */
import { testCluster, type TestClient, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'

export interface FailoverResult {
  clients: number
  rounds: number
  messages: number
  /** Milliseconds from the kill to the connection on another node. */
  backMs: { p50: number; p99: number; max: number }
  /** Messages that a client never saw, or saw twice; all clients together. */
  missed: number
  doubled: number
}

const everyMs = 20
const topic = 'discussion:general'

interface Follower {
  client: TestClient
  seen: Map<string, number>
}

export async function failover(clients: number, rounds: number): Promise<FailoverResult> {
  const cluster = await testCluster({ nodes: 3 })
  const writer = await cluster.client('writer', { node: 'n3' })
  const followers = await Promise.all(Array.from({ length: clients }, (_, nth) => follow(cluster, nth)))
  const sent: string[] = []
  let isOver = false
  const writing = (async () => {
    while (!isOver) {
      const key = Bun.randomUUIDv7()
      await writer.surely('discussion.post', { channel: 'general', text: key, key } as { key: string })
      sent.push(key)
      await Bun.sleep(everyMs)
    }
  })()
  try {
    const backMs: number[] = []
    for (let round = 0; round < rounds; round++)
      backMs.push(...(await killOne(cluster, followers, `n${1 + (round % 2)}`)))
    isOver = true
    await writing
    const last = sent.at(-1)!
    const caughtUp = (): boolean => followers.every(({ seen }) => seen.has(last))
    await until(caughtUp, { what: 'all to have caught up', timeoutMs: 20_000 }).catch(() => undefined)
    backMs.sort((a, b) => a - b)
    const at = (part: number): number =>
      Math.round(backMs[Math.min(backMs.length - 1, Math.floor(backMs.length * part))] ?? 0)
    const counts = followers.flatMap(({ seen }) => sent.map((key) => seen.get(key) ?? 0))
    return {
      ...{ clients, rounds, messages: sent.length, backMs: { p50: at(0.5), p99: at(0.99), max: at(1) } },
      missed: counts.filter((count) => count === 0).length,
      doubled: counts.filter((count) => count > 1).length,
    }
  } finally {
    isOver = true
    await cluster.stop()
  }
}

async function follow(cluster: TestCluster, nth: number): Promise<Follower> {
  const client = await cluster.client(`follower-${nth}`)
  const seen = new Map<string, number>()
  const subscription = client.sdk.newSubscription(topic)
  subscription.on('publication', ({ data }) => {
    const { text } = data as { text?: string }
    if (text !== undefined) seen.set(text, (seen.get(text) ?? 0) + 1)
  })
  subscription.subscribe()
  await subscription.ready(20_000)
  return { client, seen }
}

/** @returns for each client of that node, how long it was away. */
async function killOne(cluster: TestCluster, followers: readonly Follower[], id: string): Promise<number[]> {
  const theirs = followers.filter(({ client }) => client.node === id)
  const backMs: number[] = []
  const killedAt = performance.now()
  for (const { client } of theirs) {
    client.sdk.once('connected', () => void backMs.push(performance.now() - killedAt))
  }
  await cluster.node(id).kill()
  await until(() => backMs.length === theirs.length, { what: 'all to be back', timeoutMs: 30_000, everyMs: 5 })
  await cluster.node(id).start()
  // Some of them go to the new one, or nobody would be there to lose it.
  for (const { client } of theirs.slice(0, theirs.length >> 1)) {
    client.sdk.disconnect()
    client.sdk.connect()
  }
  await until(() => followers.every(({ client }) => client.sdk.state === 'connected'), {
    what: 'all to be connected',
    timeoutMs: 30_000,
  })
  return backMs
}
