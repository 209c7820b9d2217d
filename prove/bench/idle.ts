/** Memory of an idle connection (connected, its own topic subscribed), beyond the process itself. */
import { testCluster } from '../testing/cluster'
import { startBare } from './bare'
import { BenchClient } from './client'
import { residentBytes } from './cpu'
import { Centrifugo } from './peers/centrifugo'
import { RawSocket } from './raw-socket'

export interface IdleResult {
  connections: number
  processMegabytes: number
  bytesPerConnection: number
  bareBytesPerConnection: number
  /** At Centrifugo, in memory. */
  centrifugo: number | { skipped: string }
}

export async function idle(connections: number): Promise<IdleResult> {
  const cluster = await testCluster({ nodes: 1 })
  try {
    const { pid } = cluster.nodes[0]!
    // What a process needs once for its first clients is not theirs.
    const warm = await connectMany(cluster.port, await tokens(cluster, 'warm', 200))
    const before = await settled(pid)
    const clients = await connectMany(cluster.port, await tokens(cluster, 'idle', connections))
    const after = await settled(pid)
    for (const client of [...warm, ...clients]) client.close()
    return {
      connections,
      processMegabytes: Math.round(before / 1e6),
      bytesPerConnection: Math.round((after - before) / connections),
      bareBytesPerConnection: await bareIdle(connections),
      centrifugo: await atCentrifugo(connections),
    }
  } finally {
    await cluster.stop()
  }
}

const tokens = (cluster: { token(user: string): Promise<string> }, prefix: string, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => cluster.token(`${prefix}${n}`)))

async function connectMany(port: number, list: string[]): Promise<BenchClient[]> {
  const clients: BenchClient[] = []
  for (const token of list) clients.push(await BenchClient.connect(port, token))
  return clients
}

async function atCentrifugo(connections: number): Promise<number | { skipped: string }> {
  const peer = await Centrifugo.start('memory')
  if (typeof peer === 'string') return { skipped: peer }
  const tokensOf = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, nth) => peer.token(`${prefix}${nth}`))
  try {
    const warm = await connectMany(peer.port, tokensOf('warm', 200))
    const before = await settled(peer.pid)
    const clients = await connectMany(peer.port, tokensOf('idle', connections))
    const after = await settled(peer.pid)
    for (const client of [...warm, ...clients]) client.close()
    return Math.round((after - before) / connections)
  } finally {
    await peer.stop()
  }
}

async function bareIdle(connections: number): Promise<number> {
  const server = await startBare('server', '100')
  try {
    const { port } = server
    const before = await settled(server.pid)
    const sockets: RawSocket[] = []
    for (let n = 0; n < connections; n++) sockets.push(await RawSocket.open(port, '/', { message: () => undefined }))
    const after = await settled(server.pid)
    for (const socket of sockets) socket.close()
    return Math.round((after - before) / connections)
  } finally {
    await server.stop()
  }
}

/** Resident bytes once the runtime has given back what connecting took: that takes it some ten seconds. */
async function settled(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 15_000))
  return residentBytes(pid)
}
