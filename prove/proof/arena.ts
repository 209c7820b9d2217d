/**
 * Where the attack takes place: a cluster of our own, started as anybody starts one and gone afterwards, or one that is
 * given. Its processes are found by the description in its data folder; without one nothing is broken, only used.
 */
import { cp, mkdtemp, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDescription, type ClusterDescription } from '../../cluster/description'
import { mint } from '../../edge/sessions'
import type { Role } from '../../protocol/roles'
import { OwnRedis } from '../testing/redis'
import { until } from '../testing/until'
import type { Breaker } from './faults/breaker'
import { Disk } from './faults/disk'
import { Network } from './faults/network'
import { preloads } from './faults/preloads'
import { Heir } from './heir'

const root = join(import.meta.dir, '../..')
const readyMs = 60_000

export interface Arena {
  readonly url: string
  /** Nodes that serve when all is well. */
  readonly nodes: number
  /** Further nodes that only work on jobs. */
  readonly workers: number
  /** Absent: nothing may be broken here. */
  readonly dataDir?: string | undefined
  /** A bad network, which some of the clients come through. */
  readonly network?: Network | undefined
  /** The bus, where it isn't PostgreSQL's. */
  readonly redis?: OwnRedis | undefined
  /** What the data folder is on, or why that can't be full. */
  readonly disk?: Disk | string | undefined
  /** What its owner breaks for us. */
  readonly breaker?: Breaker | undefined
  /** Whether nodes' clocks can be made to go wrong. */
  readonly hasClocks: boolean
  token(user: string, role: Role): Promise<string>
  /** Keeps what the processes wrote, for whoever asks why. @returns where */
  keepLogs(): Promise<string | undefined>
  stop(): Promise<void>
}

export interface ArenaOptions {
  nodes: number
  workers: number
  bus: 'postgres' | 'redis'
  environment?: Record<string, string>
  /** The checkout whose product is attacked; this one unless said otherwise. */
  product?: string | undefined
}

/** @throws when it doesn't come up; what it said is in the message. */
export async function ownArena(options: ArenaOptions): Promise<Arena> {
  const { nodes, workers, bus } = options
  const heir = new Heir()
  const dataDir = await mkdtemp(join(tmpdir(), 'alun-prove-'))
  // Not on the disk that will be full.
  const saidFile = `${dataDir}.said`
  for (const path of [dataDir, saidFile]) heir.leave({ what: 'path', path })
  heir.leave({ what: 'mount', dir: dataDir })
  const [disk, redis] = await Promise.all([Disk.mount(dataDir), bus === 'redis' ? ownRedis(heir) : undefined])
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const network = await Network.open(url)
  const secret = `${crypto.randomUUID()}${crypto.randomUUID()}`
  const supervisor = start(options, { port, dataDir, saidFile, secret, redis })
  heir.cluster(dataDir, supervisor.pid)
  const stop = async (): Promise<void> => void (await Promise.all([network.close(), heir.clear()]))
  try {
    await untilReady(supervisor, dataDir, nodes + workers)
  } catch (error) {
    const said = await readFile(saidFile, 'utf8').catch(() => '')
    await stop()
    throw new Error(`${(error as Error).message}\n${said.slice(-2000)}`, { cause: error })
  }
  const keepLogs = () => keep(dataDir, saidFile)
  const parts = { network, redis, disk, hasClocks: true }
  return { url, nodes, workers, dataDir, ...parts, token: minter(secret), keepLogs, stop }
}

async function ownRedis(heir: Heir): Promise<OwnRedis> {
  const redis = await OwnRedis.create()
  heir.leave({ what: 'path', path: redis.dir })
  heir.leave({ what: 'process', pidFile: redis.pidFile, mark: `:${redis.port}` })
  await redis.start()
  return redis
}

interface Place {
  port: number
  dataDir: string
  saidFile: string
  secret: string
  redis: OwnRedis | undefined
}

function start({ nodes, workers, environment, product = root }: ArenaOptions, place: Place): Bun.Subprocess {
  const { port, dataDir, saidFile, secret, redis } = place
  const shape = ['--nodes', String(nodes), '--workers', String(workers)]
  const words = ['up', '--port', String(port), '--data', dataDir, ...shape]
  return Bun.spawn([process.execPath, join(product, 'main/cli.ts'), ...words], {
    // A group of its own: Ctrl-C is for the prover, who still has to read from it.
    ...{ cwd: product, stdin: 'ignore', stdout: 'ignore', detached: true },
    stderr: Bun.file(saidFile),
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], ALUN_SECRET: secret, ...preloads },
      ...(redis ? { REDIS_URL: redis.url } : {}),
      ...environment,
    },
  })
}

async function untilReady(supervisor: Bun.Subprocess, dataDir: string, nodes: number): Promise<void> {
  const ready = (): boolean => {
    if (supervisor.exitCode !== null) return true
    const { nodes: all } = readDescription(dataDir) ?? { nodes: [] }
    return all.length === nodes && all.every(({ state }) => state === 'ready')
  }
  await until(ready, { what: 'the cluster to be ready', timeoutMs: readyMs, everyMs: 50 })
  if (supervisor.exitCode !== null) throw new Error(`the cluster did not start (exit ${supervisor.exitCode})`)
}

async function keep(dataDir: string, saidFile: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'alun-proof-logs-'))
  await cp(join(dataDir, 'log'), join(dir, 'log'), { recursive: true })
  await cp(saidFile, join(dir, 'supervisor.log'))
  return dir
}

/**
 * @param secret the installation's, to make tokens with.
 * @param dataDir where it runs on this machine and may be broken.
 */
export async function givenArena(
  url: string,
  secret: string,
  { dataDir, breaker }: { dataDir: string | undefined; breaker: Breaker | undefined },
): Promise<Arena> {
  const about = dataDir === undefined ? undefined : describe(dataDir)
  const token = minter(secret)
  const response = await fetch(new URL('/api/people/nodes', url), {
    headers: { authorization: `Bearer ${await token('prover', 'admin')}` },
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: is that the installation's ALUN_SECRET?`)
  const { nodes } = (await response.json()) as { nodes: unknown[] }
  // A proxy in between has another name than the one that a certificate is for.
  const network = url.startsWith('http://') ? await Network.open(url) : undefined
  return {
    ...{
      url,
      nodes: about?.nodes.length ?? nodes.length,
      workers: 0,
      dataDir,
      breaker,
      network,
      hasClocks: false,
      token,
    },
    keepLogs: () => Promise.resolve(undefined),
    stop: async () => network?.close(),
  }
}

/** What runs there now. @throws when nothing does */
export function describe(dataDir: string): ClusterDescription {
  const description = readDescription(dataDir)
  if (!description) throw new Error(`no cluster runs on ${dataDir}`)
  return description
}

function minter(secret: string): Arena['token'] {
  const known = new Map<string, Promise<string>>()
  return (user, role) => {
    const name = `${role} ${user}`
    const token =
      known.get(name) ?? mint(secret, { id: user, name: user, role }, 7200, Date.now()).then((one) => one.token)
    known.set(name, token)
    return token
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
