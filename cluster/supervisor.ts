/**
 * What `alun up` runs: one PostgreSQL, N equal nodes, and whatever keeps them there.
 *
 *   run()   lock → ends what a killed supervisor left → port free? → database → migrations → nodes → "ready"
 *   roll()  every node is replaced, one at a time, while an extra node stands in
 *   stop()  nodes drain, then the database stops, then the lock is released
 *
 * It keeps nothing that cannot be found again: killed, it takes its nodes and its database with it, and the next one
 * starts them anew.
 */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { endLeftoverNodes, removeDescription, writeDescription, type Rolls } from './description'
import { StartFailure } from './failure'
import { PostgresKeeper } from './keeper'
import { acquireLock, type Lock } from './lock'
import { Node } from './node'
import type { PulseTimes } from './node/pulse'
import { assertPortFree } from './ports'

export interface SupervisorOptions {
  dataDir: string
  port: number
  scheme: 'http' | 'https'
  nodes: number
  /** What starts a node. */
  nodeCommand: string[]
  /** What all nodes are told, besides the database; asked once, when the data folder is ours. */
  nodeEnvironment: () => Promise<Record<string, string>>
  /** What the node of this number is told besides, such as what it is for. */
  ownEnvironment?: (number: number) => Record<string, string>
  /** A database that somebody else runs; without it we run one. */
  databaseUrl?: string | undefined
  migrate: (databaseUrl: string) => Promise<unknown>
  /** The one-time link's token while no admin exists. */
  setupToken?: (databaseUrl: string) => Promise<string | undefined>
  /** A demonstration: nodes may be broken on purpose. */
  breakable?: boolean
  /** To standard output: what scripts wait for. */
  say: (line: string) => void
  /** To the terminal: what a person should know. */
  warn: (line: string) => void
  pulse?: PulseTimes
  drainMs?: number
}

/** new ─run─▶ starting ─every node is ready─▶ running; from each of them ─stop, or a failed start─▶ stopping ─▶ stopped */
type Stage = 'new' | 'starting' | 'running' | 'stopping' | 'stopped'

/** A node that dies this often before it was ever ready will not become ready by another try. */
const hopelessDeaths = 3
/** For how long a roll waits for a new node before it gives up and leaves the old ones as they are. */
const rollPatienceMs = 30_000
/** For how long nodes of a killed supervisor may hold the port while they end. */
const leftoverPatienceMs = 3000
/** After this long a description that had no room on the disk is tried again. */
const describeAgainMs = 500

export class Supervisor {
  stage: Stage = 'new'
  private lock: Lock | undefined
  private postgres: PostgresKeeper | undefined
  private databaseUrl = ''
  private environment: Record<string, string> = {}
  private nodes: Node[] = []
  private rolling: Promise<boolean> | undefined
  private readonly rolls: Rolls = { ended: 0 }
  /** Those that a roll has started. */
  private readonly renewed = new Set<Node>()
  /** One of these dies and dies again. */
  private stillborn: (() => void) | undefined
  private stopping: Promise<void> | undefined
  private describing: ReturnType<typeof setTimeout> | undefined
  private readonly startedAt = new Date().toISOString()
  private readonly over = Promise.withResolvers<void>()
  private readonly stopRequest = Promise.withResolvers<void>()
  private readonly hopeless = Promise.withResolvers<never>()

  constructor(private readonly options: SupervisorOptions) {
    // It may be settled before anybody waits for it.
    this.hopeless.promise.catch(() => undefined)
  }

  /** Resolves when every node is ready, or when `stop` came first. @throws StartFailure; nothing is left running. */
  async run(): Promise<void> {
    this.stage = 'starting'
    try {
      await this.start()
    } catch (error) {
      const wasAsked = this.stopping !== undefined
      await this.stop()
      if (!wasAsked) throw error
    }
  }

  /** Resolves when all has stopped. */
  get ended(): Promise<void> {
    return this.over.promise
  }

  /** Drains the nodes, stops the database, releases the lock. Calling again waits for the same end. */
  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  /** No more patience with draining nodes. */
  hasten(): void {
    for (const node of this.nodes) node.kill()
  }

  /** Asked again while it rolls, it is the same roll. @returns false when not running, or a new node did not become ready. */
  async roll(): Promise<boolean> {
    if (this.stage !== 'running') return this.rolled('it is not running yet, or no more')
    this.rolling ??= this.replaceAll().finally(() => (this.rolling = undefined))
    return this.rolling
  }

  private async start(): Promise<void> {
    const { dataDir, port, nodes, migrate, nodeEnvironment } = this.options
    makeDataFolder(dataDir)
    this.lock = acquireLock(dataDir, port)
    const hasLeftovers = await endLeftoverNodes(dataDir)
    await assertPortFree(port, hasLeftovers ? leftoverPatienceMs : 0)
    const [databaseUrl, environment] = await Promise.all([this.openDatabase(), nodeEnvironment()])
    this.databaseUrl = databaseUrl
    this.environment = { ...environment, DATABASE_URL: databaseUrl }
    await migrate(databaseUrl).catch(cannotMigrate)
    if (this.stage !== 'starting') return
    this.nodes = Array.from({ length: nodes }, (_, index) => this.createNode(index + 1))
    for (const node of this.nodes) node.start()
    const allReady = Promise.all(this.nodes.map((node) => node.reaches('ready')))
    await Promise.race([allReady, this.hopeless.promise, this.stopRequest.promise])
    if (this.stage !== 'starting') return
    this.stage = 'running'
    await this.announce()
  }

  private async openDatabase(): Promise<string> {
    const { databaseUrl, dataDir, warn } = this.options
    if (databaseUrl) return databaseUrl
    this.postgres = new PostgresKeeper({ dataDir, onSlow: warn }, warn, () => this.describe())
    return this.postgres.start()
  }

  private async announce(): Promise<void> {
    const { scheme, port, say, warn, setupToken } = this.options
    const url = `${scheme}://localhost:${port}`
    say(`ready ${url}`)
    const token = await setupToken?.(this.databaseUrl).catch((error: unknown) => {
      warn(`no setup link: ${String(error)}`)
      return undefined
    })
    if (token) say(`setup ${url}/setup?token=${encodeURIComponent(token)}`)
  }

  private createNode(number: number): Node {
    const { nodeCommand, ownEnvironment, dataDir, breakable = false, warn, pulse, drainMs } = this.options
    const id = `n${number}`
    return new Node({
      id,
      command: nodeCommand,
      environment: { ...this.environment, ...ownEnvironment?.(number) },
      logFile: join(dataDir, 'log', `${id}.log`),
      tell: warn,
      onChange: (node) => this.changed(node),
      breakable,
      pulse,
      drainMs,
    })
  }

  private changed(node: Node): void {
    this.describe()
    if (node.state !== 'backoff' || node.youngDeaths < hopelessDeaths) return
    if (this.renewed.has(node)) this.stillborn?.()
    if (this.stage !== 'starting') return
    const words = withoutStacks(node.lastLines()).slice(-5).join('\n  ')
    this.hopeless.reject(new StartFailure(`node ${node.id} does not start; its last words:\n  ${words}`))
  }

  /** Never fewer than all serve: the extra node comes first and goes last, so that ids and their number stay. */
  private async replaceAll(): Promise<boolean> {
    const permanent = [...this.nodes]
    this.renewed.clear()
    const extra = this.createNode(permanent.length + 1)
    this.nodes.push(extra)
    const isReplaced = (await this.renew(extra)) && (await this.renewEach(permanent))
    if (this.stage === 'running') await extra.drain()
    this.nodes = this.nodes.filter((node) => node !== extra)
    if (isReplaced) return this.rolled()
    return this.rolled(this.stage === 'running' ? 'a new node did not become ready' : 'the cluster was stopped')
  }

  /** Whoever asked for it may wait for this. */
  private rolled(failure?: string): boolean {
    this.rolls.failure = failure
    this.rolls.ended++
    this.describe()
    this.options.warn(failure ? `not rolled: ${failure}` : 'rolled: every node is new')
    return failure === undefined
  }

  private async renewEach(nodes: readonly Node[]): Promise<boolean> {
    for (const node of nodes) {
      if (this.stage !== 'running') return false
      await node.drain()
      if (!(await this.renew(node))) return false
    }
    return true
  }

  private async renew(node: Node): Promise<boolean> {
    if (this.stage !== 'running') return false
    const isHopeless = new Promise<void>((resolve) => (this.stillborn = resolve))
    this.renewed.add(node)
    node.start()
    await Promise.race([node.reaches('ready'), this.stopRequest.promise, isHopeless, Bun.sleep(rollPatienceMs)])
    this.stillborn = undefined
    return node.state === 'ready' || node.state === 'suspect'
  }

  private async end(): Promise<void> {
    this.stage = 'stopping'
    this.stopRequest.resolve()
    await Promise.all(this.nodes.map((node) => node.drain()))
    await this.postgres?.stop()
    if (this.lock) removeDescription(this.options.dataDir)
    this.lock?.release()
    this.stage = 'stopped'
    this.over.resolve()
  }

  private describe(): void {
    if (!this.lock || this.stage === 'stopped') return
    const isWritten = writeDescription(this.options.dataDir, {
      pid: process.pid,
      startedAt: this.startedAt,
      port: this.options.port,
      scheme: this.options.scheme,
      databaseUrl: this.databaseUrl,
      postgresPid: this.postgres?.pid,
      nodes: this.nodes.map((node) => node.describe()),
      rolls: this.rolls,
    })
    // What is told there is acted upon, by people and programs: it must not stay behind.
    clearTimeout(this.describing)
    if (!isWritten) this.describing = setTimeout(() => this.describe(), describeAgainMs)
  }
}

function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartFailure(`the data folder ${dataDir} cannot be written (${code}): choose another with --data`)
  }
}

/** @throws StartFailure */
function cannotMigrate(error: unknown): never {
  const { message, code } = error as { message?: string; code?: string }
  throw new StartFailure(`the database could not be brought to this version: ${message || code || String(error)}`)
}

const withoutStacks = (lines: readonly string[]): string[] => lines.filter((line) => !/^\s+at /.test(line))
