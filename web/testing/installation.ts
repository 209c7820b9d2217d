/** A whole installation for browser tests, started the way a person starts it, in a folder that is gone afterwards. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../prove/testing/cluster'
import { until } from '../../prove/testing/until'
import { buildIfStale } from '../build'

const root = join(import.meta.dir, '../..')

interface RunningNode {
  id: string
  state: string
  pid?: number
}

interface InstallationOptions {
  demo?: boolean
  env?: Record<string, string>
}

export class Installation {
  private output = ''

  private constructor(
    readonly port: number,
    private readonly data: string,
    private readonly process: ChildProcess,
  ) {
    const keep = (chunk: Buffer): void => void (this.output += chunk.toString())
    process.stdout!.on('data', keep)
    process.stderr!.on('data', keep)
  }

  /** Builds the pages if that is due, starts three nodes and waits until they are ready. */
  static async start({ demo = false, env = {} }: InstallationOptions = {}): Promise<Installation> {
    await buildIfStale(join(root, 'dist/web'))
    const data = await mkdtemp(join(tmpdir(), 'alun-web-'))
    const port = freePort()
    const up = ['main/cli.ts', 'up', '--port', String(port), '--data', data, ...(demo ? ['--demo'] : [])]
    const child = spawn(process.execPath, up, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // oxlint-disable-next-line no-restricted-properties -- what a test is started with is handed on, unread
      env: { ...process.env, ...env },
    })
    const installation = new Installation(port, data, child)
    try {
      await until(() => installation.output.includes('ready http') || child.exitCode !== null, {
        what: 'the cluster to be ready',
        timeoutMs: 60_000,
        everyMs: 20,
      })
      if (child.exitCode !== null) throw new Error(`the cluster did not start:\n${installation.output}`)
    } catch (error) {
      await installation.stop()
      throw error
    }
    return installation
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  /** The address of the one-time setup link, as it is printed. */
  setupPath(): Promise<string> {
    const find = (): string | undefined => /https?:\/\/\S*(\/setup\?token=\S+)/.exec(this.output)?.[1]
    return until(find, { what: 'the setup link' })
  }

  /** Of a node that is ready. */
  async pidOf(id: string): Promise<number | undefined> {
    const { nodes } = (await Bun.file(join(this.data, 'cluster.json')).json()) as { nodes: RunningNode[] }
    return nodes.find((node) => node.id === id && node.state === 'ready')?.pid
  }

  /** kill -9, unless another signal is meant; the supervisor puts another in its place. */
  async killNode(id: string, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): Promise<void> {
    const pid = await this.pidOf(id)
    if (pid === undefined) throw new Error(`${id} is not running`)
    process.kill(pid, signal)
  }

  /** While it sleeps a node that hangs is replaced by nobody. */
  supervisor(does: 'sleeps' | 'wakes'): void {
    this.process.kill(does === 'sleeps' ? 'SIGSTOP' : 'SIGCONT')
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve))
      this.supervisor('wakes')
      this.process.kill('SIGTERM')
      await gone
    }
    await rm(this.data, { recursive: true, force: true })
  }
}
