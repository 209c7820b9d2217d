/** Programs of the system that peers are made of: in a temporary folder, reached on this machine only, ended by their ids. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Heir } from '../../proof/heir'
import { until } from '../../testing/until'

/** The system's own, which Debian's packages are for; a version manager's comes earlier on the path. */
export const python = '/usr/bin/python3'
export const redisServer = '/usr/bin/redis-server'

export interface Needed {
  programs: readonly string[]
  modules: readonly string[]
  /** Debian's packages that bring them. */
  packages: string
}

/** Why peers that need all of this can't be measured here; undefined where they can. */
export function whyMissing({ programs, modules, packages }: Needed): string | undefined {
  const isThere = [python, ...programs].every((program) => existsSync(program))
  const imports = ['-c', `import ${modules.join(', ')}`]
  if (isThere && Bun.spawnSync([python, ...imports], { stderr: 'ignore' }).exitCode === 0) return undefined
  return `the peers are not installed (Debian: apt-get install --no-install-recommends ${packages})`
}

/** Clears away behind all programs of this process, however it ends. */
let heir: Heir | undefined

export class Programs {
  private readonly children: ChildProcess[] = []

  private constructor(readonly folder: string) {}

  static async inFolder(): Promise<Programs> {
    const folder = await mkdtemp(join(tmpdir(), 'alun-peers-'))
    heir ??= new Heir()
    heir.leave({ what: 'path', path: folder })
    return new Programs(folder)
  }

  /** Process ids whose CPU, with their children's, is the peers'. */
  get roots(): number[] {
    return this.children.filter(isRunning).map(({ pid }) => pid!)
  }

  start(program: string, words: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const path = '/usr/sbin:/usr/bin:/sbin:/bin'
    const child = spawn(program, words, { cwd: this.folder, env: { PATH: path, ...env }, stdio: 'ignore' })
    this.children.push(child)
    if (child.pid) this.adopt(child.pid)
    return child
  }

  /** Somebody else started it for these programs, and it is to end with us. */
  adopt(pid: number): void {
    heir!.program(pid)
  }

  /** A Redis that keeps nothing on disk, as the seeds had it. @returns how to reach it, as soon as it answers. */
  async startRedis(port: number): Promise<Bun.RedisClient> {
    const keepNothing = ['--save', '', '--appendonly', 'no']
    this.start(redisServer, ['--port', String(port), '--bind', '127.0.0.1', ...keepNothing, '--dir', this.folder])
    const connected = async (): Promise<Bun.RedisClient> => {
      const client = new Bun.RedisClient(`redis://127.0.0.1:${port}`, { autoReconnect: false })
      await client.connect()
      return client
    }
    return until(connected, { what: 'Redis', timeoutMs: 20_000, everyMs: 20 })
  }

  /** A Flask program of this folder on gunicorn with gevent. */
  startFlask(port: number, module: string, workers: number, env: Record<string, string>): void {
    const worker = ['-k', 'gevent', '-w', String(workers), '--worker-connections', '2000', '--backlog', '2048']
    const place = [
      '--keep-alive',
      '75',
      '--log-level',
      'warning',
      '--chdir',
      import.meta.dir,
      '-b',
      `127.0.0.1:${port}`,
    ]
    const environment = { PYTHONDONTWRITEBYTECODE: '1', ...env }
    this.start(python, ['-m', 'gunicorn', ...worker, ...place, `${module}:app`], environment)
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => end(child)))
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Resolves when the peer on this port answers. */
export async function isUp(port: number): Promise<void> {
  const answers = (): Promise<boolean> => fetch(`http://127.0.0.1:${port}/health`).then(({ ok }) => ok)
  await until(answers, { what: `the peer on ${port}`, timeoutMs: 30_000 })
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (!isRunning(child)) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await Promise.race([gone, Bun.sleep(5000).then(() => child.kill('SIGKILL'))])
}
