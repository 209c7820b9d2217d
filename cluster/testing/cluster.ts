/** A cluster of stand-ins under test, as its own process, with everything that was ever part of it on record. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../prove/testing/until'
import { readDescription, type ClusterDescription, type NodeDescription } from '../description'
import { eachLine } from '../logs'
import { isAlive, isStill, signal } from '../processes'
import { freePort } from '../../prove/testing/cluster'
import { startPostgres } from '../postgres'
import type { UpOptions } from './up'

export interface NewCluster extends Partial<UpOptions> {
  /** Its first start makes the database too. */
  empty?: boolean
}

let made: Promise<string> | undefined

/** A data folder whose database was made once: all that do not test how it is made begin with a copy of it. */
async function makeDatabase(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'alun-made-'))
  await (await startPostgres({ dataDir })).stop()
  return dataDir
}

/** For the end of a test file that made some. */
export async function removeMade(): Promise<void> {
  if (made) rmSync(await made, { recursive: true, force: true })
  made = undefined
}

export class TestCluster {
  output: string[] = []
  private process: Bun.Subprocess<'ignore', 'pipe', 'pipe'> | undefined
  private readonly seen = new Set<number>()
  private reading: Promise<unknown> = Promise.resolve()

  private constructor(readonly options: UpOptions) {}

  /** In a data folder of its own, which is empty if that is asked for; not started yet. */
  static async create({ empty = false, ...options }: NewCluster = {}): Promise<TestCluster> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'alun-cluster-'))
    const isToBeMade = empty || options.dataDir !== undefined || options.databaseUrl !== undefined
    if (!isToBeMade)
      await cp(join(await (made ??= makeDatabase()), 'postgres'), join(dataDir, 'postgres'), { recursive: true })
    return new TestCluster({ port: freePort(), ...options, dataDir })
  }

  /** `prefix` is put before the command, to start it as somebody else. */
  launch(prefix: string[] = [], env?: Record<string, string>): void {
    const child = Bun.spawn([...prefix, process.execPath, `${import.meta.dir}/up.ts`, JSON.stringify(this.options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(env ? { env } : {}),
    })
    this.process = child
    this.output = []
    this.reading = Promise.all([this.read(child.stdout), this.read(child.stderr)])
  }

  async start(): Promise<this> {
    this.launch()
    await this.ready()
    return this
  }

  async ready(): Promise<void> {
    const hasEnded = (): boolean => this.process?.exitCode !== null
    const isReady = (): boolean => this.output.some((line) => line.startsWith('ready '))
    await until(() => isReady() || hasEnded(), { what: '"ready"', timeoutMs: 60_000 })
    if (!isReady()) throw new Error(`it ended: ${this.output.join('\n')}`)
  }

  get pid(): number {
    return this.process!.pid
  }

  /** What `cluster.json` says now. */
  describe(): ClusterDescription {
    const description = readDescription(this.options.dataDir)
    if (!description) throw new Error('there is no cluster.json')
    const { nodes, postgresPid, pid } = description
    for (const each of [pid, postgresPid, ...nodes.map((node) => node.pid)]) if (each) this.seen.add(each)
    return description
  }

  node(id: string): NodeDescription & { pid: number; privatePort: number } {
    const found = this.describe().nodes.find((node) => node.id === id)
    if (!found?.pid || !found.privatePort) throw new Error(`${id} does not run`)
    return { ...found, pid: found.pid, privatePort: found.privatePort }
  }

  /** Resolves when the node is ready in a life other than this one. */
  async replaced(id: string, oldPid: number, timeoutMs: number): Promise<NodeDescription> {
    const look = (): NodeDescription | false => {
      const now = this.node(id)
      return now.pid !== oldPid && now.state === 'ready' && now
    }
    return until(look, { what: `${id} to be replaced`, timeoutMs })
  }

  /** Which of all processes that ever were in `describe` still run. */
  survivors(): number[] {
    return [...this.seen].filter(isAlive)
  }

  signal(name: NodeJS.Signals): void {
    signal(this.pid, name)
  }

  async exit(): Promise<number> {
    const code = await this.process!.exited
    await this.reading
    return code
  }

  /** Ends what still runs, and removes the data. */
  async destroy(): Promise<void> {
    const description = readDescription(this.options.dataDir)
    this.process?.kill('SIGTERM')
    await this.process?.exited
    for (const { pid, birth } of description?.nodes ?? []) if (pid && isStill(pid, birth)) signal(pid, 'SIGKILL')
    await until(() => this.survivors().length === 0, { what: 'all to be gone', timeoutMs: 15_000 })
    rmSync(this.options.dataDir, { recursive: true, force: true })
  }

  private async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    await eachLine(stream, (line) => this.output.push(line))
  }
}
