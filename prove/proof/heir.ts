/**
 * Whoever clears away after a prover, or a benchmark, in a process of its own: it is told over its standard input what there will be to
 * clear away, a line of JSON each, and does so when that closes, last things first. A prover that ends in order closes it and
 * waits; for one that is killed the system closes it. So there is one way to the end, and it is tried every time.
 */
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readDescription } from '../../cluster/description'
import { birthOf, commandLine, gone, isStill, signal } from '../../cluster/processes'

export type Estate =
  /** What `alun up` runs on this data folder. */
  | { what: 'cluster'; dataDir: string; pid: number; birth: string | undefined }
  /** A program that ends what it started itself when it is asked to. */
  | { what: 'program'; pid: number; birth: string | undefined }
  /** A process that writes its pid there, and has this in its command line. */
  | { what: 'process'; pidFile: string; mark: string }
  | { what: 'mount'; dir: string }
  | { what: 'path'; path: string }

const patienceMs = 5000

export class Heir {
  private readonly child = Bun.spawn([process.execPath, import.meta.path], {
    stdio: ['pipe', 'ignore', 'inherit'],
    // A group of its own: what ends all of ours must not end it.
    detached: true,
  })

  leave(estate: Estate): void {
    void this.child.stdin.write(`${JSON.stringify(estate)}\n`)
    void this.child.stdin.flush()
  }

  cluster(dataDir: string, pid: number): void {
    this.leave({ what: 'cluster', dataDir, pid, birth: birthOf(pid) })
  }

  program(pid: number): void {
    this.leave({ what: 'program', pid, birth: birthOf(pid) })
  }

  /** Resolves when all is cleared away. */
  async clear(): Promise<void> {
    void this.child.stdin.end()
    await this.child.exited
  }
}

const clearing: { [What in Estate['what']]: (estate: Extract<Estate, { what: What }>) => Promise<void> } = {
  program: ({ pid, birth }) => (isStill(pid, birth) ? end(pid, 'SIGTERM') : Promise.resolve()),
  cluster: ({ dataDir, pid, birth }) => endCluster(dataDir, pid, birth),
  process: async ({ pidFile, mark }) => {
    const pid = pidIn(pidFile, mark)
    if (pid !== undefined) await end(pid, 'SIGKILL')
  },
  mount: async ({ dir }) => void (await Bun.spawn(['umount', '-l', dir], { stderr: 'ignore' }).exited),
  // Something that was just ended may have written a last line.
  path: ({ path }) => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
}

/** Nothing of it is needed any more, so nobody is asked to hand over anything. */
async function endCluster(dataDir: string, pid: number, birth: string | undefined): Promise<void> {
  if (isStill(pid, birth)) await end(pid, 'SIGKILL')
  // Read when nobody starts anything any more.
  const nodes = readDescription(dataDir)?.nodes ?? []
  const left = nodes.flatMap(({ pid: one, birth: since }) => (one && isStill(one, since) ? [one] : []))
  await Promise.all(left.map((one) => end(one, 'SIGKILL')))
  const folder = join(dataDir, 'postgres')
  const postmaster = pidIn(join(folder, 'postmaster.pid'), `-D ${folder} `)
  if (postmaster === undefined) return
  // Who stands still can't obey.
  for (const one of [...childrenOf(postmaster), postmaster]) signal(one, 'SIGCONT')
  // At once, and yet it takes its shared memory with it, which kill -9 would leave.
  await end(postmaster, 'SIGQUIT')
}

async function end(pid: number, how: NodeJS.Signals): Promise<void> {
  signal(pid, how)
  if (await gone(pid, patienceMs)) return
  signal(pid, 'SIGKILL')
  await gone(pid, patienceMs)
}

/** A number alone could be a stranger's by now. */
function pidIn(file: string, mark: string): number | undefined {
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : NaN
  return pid > 0 && commandLine(pid)?.includes(mark) ? pid : undefined
}

export function childrenOf(parent: number): number[] {
  const { stdout } = Bun.spawnSync(['ps', '-A', '-o', 'pid=,ppid='], { stderr: 'ignore' })
  const rows = stdout.toString().trim().split('\n')
  return rows.map((row) => row.trim().split(/\s+/).map(Number)).flatMap(([pid, of]) => (of === parent ? [pid!] : []))
}

async function main(): Promise<void> {
  // Whoever interrupts the prover from a terminal means the prover, which then closes our input.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)
  const text = await Bun.stdin.text()
  const estates = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Estate] : []))
  for (const estate of estates.reverse()) {
    const clear = clearing[estate.what] as (estate: Estate) => Promise<void>
    // What can't be cleared away must not keep the rest.
    await clear(estate).catch((error: unknown) => console.error(`${estate.what}: ${String(error)}`))
  }
}

if (import.meta.main) void main()
