/**
 * How quickly people come in: connect with a token (which opens their own topic) and subscribe to a channel, so many at once
 * all the time. Beside it, in the same run, what the runtime needs for a bare WebSocket upgrade.
 */
import { testCluster } from '../testing/cluster'
import { startBare } from './bare'
import { BenchClient } from './client'
import { measured } from './cpu'
import { Centrifugo } from './peers/centrifugo'
import { RawSocket } from './raw-socket'

export interface ConnectResult {
  atOnce: number
  connections: number
  connectsPerSecond: number
  /** Of the node and PostgreSQL. */
  connectsPerCpuSecond: number
  bareUpgradesPerSecond: number
  bareUpgradesPerCpuSecond: number
  /** The same at Centrifugo, in memory. */
  centrifugo: number | { skipped: string }
}

const atOnce = 32
const people = 2000

/** @param beside peers, too. */
export async function connect(seconds: number, beside: boolean): Promise<ConnectResult> {
  const cluster = await testCluster({ nodes: 1, durable: true })
  try {
    const tokens = await Promise.all(Array.from({ length: people }, (_, nth) => cluster.token(`comer-${nth}`)))
    const roots = [cluster.nodes[0]!.pid, cluster.postgres.server.pid]
    let next = 0
    const come = async (): Promise<void> => {
      const client = await BenchClient.connect(cluster.port, tokens[next++ % people]!)
      await client.subscribe('discussion:general')
      client.close()
    }
    await keepComing(1, come)
    let connections = 0
    const ours = await measured(
      () => roots,
      async () => void (connections = await keepComing(seconds, come)),
    )
    const bare = await bareUpgrades(seconds)
    const centrifugo = beside ? await atCentrifugo(seconds) : { skipped: 'only a look' }
    return {
      ...{ atOnce, connections },
      connectsPerSecond: Math.round(connections / ours.seconds),
      connectsPerCpuSecond: Math.round(connections / ours.cpuSeconds),
      ...bare,
      centrifugo,
    }
  } finally {
    await cluster.stop()
  }
}

/** @returns how many came, for a CPU second. */
async function atCentrifugo(seconds: number): Promise<number | { skipped: string }> {
  const peer = await Centrifugo.start('memory')
  if (typeof peer === 'string') return { skipped: peer }
  try {
    const tokens = Array.from({ length: people }, (_, nth) => peer.token(`comer-${nth}`))
    let next = 0
    const come = async (): Promise<void> => {
      const client = await BenchClient.connect(peer.port, tokens[next++ % people]!)
      await client.subscribe('general')
      client.close()
    }
    await keepComing(1, come)
    let connections = 0
    const { cpuSeconds } = await measured(
      () => peer.roots,
      async () => void (connections = await keepComing(seconds, come)),
    )
    return Math.round(connections / cpuSeconds)
  } finally {
    await peer.stop()
  }
}

/** @returns how many came. */
async function keepComing(seconds: number, come: () => Promise<void>): Promise<number> {
  const end = performance.now() + seconds * 1000
  let count = 0
  const one = async (): Promise<void> => {
    for (; performance.now() < end; count++) await come()
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return count
}

async function bareUpgrades(seconds: number) {
  const server = await startBare('server', '100')
  try {
    const { port } = server
    const come = async (): Promise<void> => (await RawSocket.open(port, '/', { message: () => undefined })).close()
    await keepComing(1, come)
    let upgrades = 0
    const sample = await measured(
      () => [server.pid],
      async () => void (upgrades = await keepComing(seconds, come)),
    )
    return {
      bareUpgradesPerSecond: Math.round(upgrades / sample.seconds),
      bareUpgradesPerCpuSecond: Math.round(upgrades / sample.cpuSeconds),
    }
  } finally {
    await server.stop()
  }
}
