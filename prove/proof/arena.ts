/**
 * Where the attack takes place: a cluster of our own, started as anybody starts one and gone afterwards, or one that is
 * given. Its processes are found by the description in its data folder; without one nothing is broken, only used.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDescription, type ClusterDescription } from '../../cluster/description'
import { mint } from '../../edge/sessions'
import type { Role } from '../../protocol/roles'
import { until } from '../testing/until'

const root = join(import.meta.dir, '../..')
const readyMs = 60_000

export interface Arena {
  readonly url: string
  /** Nodes that serve when all is well. */
  readonly nodes: number
  /** Absent: nothing may be broken here. */
  readonly dataDir?: string | undefined
  token(user: string, role: Role): Promise<string>
  stop(): Promise<void>
}

export interface ArenaOptions {
  nodes: number
  environment?: Record<string, string>
  /** The checkout whose product is attacked; this one unless said otherwise. */
  product?: string | undefined
}

/** @throws when it doesn't come up; what it said is in the message. */
export async function ownArena({ nodes, environment = {}, product = root }: ArenaOptions): Promise<Arena> {
  const dataDir = await mkdtemp(join(tmpdir(), 'alun-prove-'))
  const port = await freePort()
  const secret = `${crypto.randomUUID()}${crypto.randomUUID()}`
  const args = ['up', '--port', String(port), '--nodes', String(nodes), '--data', dataDir]
  const supervisor = Bun.spawn([process.execPath, join(product, 'main/cli.ts'), ...args], {
    cwd: product,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: Bun.file(join(dataDir, 'said')),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ALUN_SECRET: secret, ...environment },
  })
  const stop = async (): Promise<void> => {
    supervisor.kill('SIGTERM')
    await Promise.race([supervisor.exited, Bun.sleep(15_000)])
    supervisor.kill('SIGKILL')
    await supervisor.exited
    await rm(dataDir, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    const ready = (): boolean => {
      if (supervisor.exitCode !== null) return true
      const { nodes: all } = readDescription(dataDir) ?? { nodes: [] }
      return all.length === nodes && all.every(({ state }) => state === 'ready')
    }
    await until(ready, { what: 'the cluster to be ready', timeoutMs: readyMs, everyMs: 50 })
    if (supervisor.exitCode !== null) throw new Error(`the cluster did not start (exit ${supervisor.exitCode})`)
  } catch (error) {
    const said = await readFile(join(dataDir, 'said'), 'utf8').catch(() => '')
    await stop()
    throw new Error(`${(error as Error).message}\n${said.slice(-2000)}`, { cause: error })
  }
  return { url, nodes, dataDir, token: minter(secret), stop }
}

/**
 * @param secret the installation's, to make tokens with.
 * @param dataDir where it runs on this machine and may be broken.
 */
export async function givenArena(url: string, secret: string, dataDir: string | undefined): Promise<Arena> {
  const about = dataDir === undefined ? undefined : describe(dataDir)
  const token = minter(secret)
  const response = await fetch(new URL('/api/people/nodes', url), {
    headers: { authorization: `Bearer ${await token('prover', 'admin')}` },
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: is that the installation's ALUN_SECRET?`)
  const { nodes } = (await response.json()) as { nodes: unknown[] }
  return { url, nodes: about?.nodes.length ?? nodes.length, dataDir, token, stop: () => Promise.resolve() }
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
