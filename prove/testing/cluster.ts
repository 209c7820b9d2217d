/**
 * A cluster for tests: a PostgreSQL and node processes of its own, on one public port, and clients that use the official
 * SDK only. Everything here may be killed, frozen and started again; all of it is gone when the test ends.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { Centrifuge, type Options } from 'centrifuge'
import { allocator } from '../../cluster/allocator'
import { mint } from '../../edge/sessions'
import type { Role } from '../../protocol/roles'
import { ownPostgres, type OwnPostgres } from './database'
import { until } from './until'

const root = join(import.meta.dir, '../..')
const secret = 'a-secret-of-the-tests-that-is-long-enough'

export interface ClusterOptions {
  nodes?: number
  /** The port of a load balancer in front: clients go there, and each node has a port of its own. */
  behind?: number
  /** fsync as in production. */
  durable?: boolean
  /** A database that the test made itself. It is gone with the cluster. */
  postgres?: OwnPostgres
  env?: Record<string, string>
  /** Other checkouts than this one, by the ids of the nodes that run their code. */
  products?: Record<string, string>
  /** Extra environment of single nodes, by id. */
  nodeEnv?: Record<string, Record<string, string>>
}

export async function testCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const postgres = options.postgres ?? (await ownPostgres({ durable: options.durable }))
  const cluster = new TestCluster(postgres, options.behind ?? freePort(), options)
  await Promise.all(cluster.nodes.map((node) => node.start()))
  return cluster
}

export class TestCluster {
  readonly nodes: TestNode[]
  private readonly clients: Centrifuge[] = []

  constructor(
    readonly postgres: OwnPostgres,
    readonly port: number,
    options: ClusterOptions,
  ) {
    this.nodes = Array.from({ length: options.nodes ?? 3 }, (_, index) => {
      const id = `n${index + 1}`
      const env = { ...options.env, ...options.nodeEnv?.[id] }
      return new TestNode(id, options.behind ? freePort() : port, postgres.url, env, options.products?.[id])
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The same cluster, as those see it who come by another port: one of several load balancers. */
  through(port: number): TestCluster {
    return Object.create(this, { port: { value: port } }) as TestCluster
  }

  node(id: string): TestNode {
    const found = this.nodes.find((node) => node.id === id)
    if (!found) throw new Error(`no node ${id}`)
    return found
  }

  async token(user: string, role: Role = 'student', ttlSeconds = 3600): Promise<string> {
    return (await mint(secret, { id: user, name: user, role }, ttlSeconds, Date.now())).token
  }

  /** A client as our own are (the contract's options), connected; on the given node if one is named. */
  async client(user: string, { node, role, options }: ClientOptions = {}): Promise<TestClient> {
    const token = await this.token(user, role)
    for (;;) {
      const client = new TestClient(this.port, user, token, options)
      this.clients.push(client.sdk)
      await client.connected()
      if (node === undefined || client.node === node) return client
      client.sdk.disconnect()
    }
  }

  async call(user: string, name: string, input: object, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/${name.replace('.', '/')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.token(user)}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
      // A new connection each time, so that any node may answer.
      keepalive: false,
    })
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect()
    await Promise.all(this.nodes.map((node) => node.kill()))
    await this.postgres.stop()
  }
}

export interface ClientOptions {
  node?: string
  role?: Role
  options?: Partial<Options>
}

export class TestNode {
  readonly privatePort = freePort()
  private process: ChildProcess | undefined
  private output = ''

  constructor(
    readonly id: string,
    readonly port: number,
    private readonly databaseUrl: string,
    private readonly env: Record<string, string>,
    private readonly product = root,
  ) {}

  get pid(): number {
    if (!this.process?.pid) throw new Error(`${this.id} is not running`)
    return this.process.pid
  }

  get running(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null
  }

  /** What it wrote to standard error. */
  get log(): string {
    return this.output
  }

  async start(env: Record<string, string> = {}): Promise<void> {
    this.process = spawn(process.execPath, [join(this.product, 'main/cli.ts'), 'node'], {
      cwd: this.product,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        ...allocator,
        ALUN_NODE_ID: this.id,
        ALUN_PORT: String(this.port),
        ALUN_PRIVATE_PORT: String(this.privatePort),
        DATABASE_URL: this.databaseUrl,
        ALUN_SECRET: secret,
        ALUN_SUPERVISED: '1',
        ...this.env,
        ...env,
      },
    })
    this.process.stderr!.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-100_000)))
    this.process.once('exit', (code, signal) => (this.output += `${this.id} ended: ${signal ?? code}\n`))
    await until(async () => (await this.health('readyz'))?.ok === true || !this.running, {
      what: `${this.id} to be ready`,
      timeoutMs: 50_000,
      everyMs: 20,
    })
    if (!this.running) throw new Error(`${this.id} did not start:\n${this.output}`)
  }

  async health(path: 'healthz' | 'readyz' | 'metrics'): Promise<Response | undefined> {
    return fetch(`http://127.0.0.1:${this.privatePort}/${path}`, { signal: AbortSignal.timeout(1000) }).catch(
      () => undefined,
    )
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** SIGTERM: drains and exits by itself. @returns the exit code. */
  async drain(): Promise<number | null> {
    return this.end('SIGTERM')
  }

  freeze(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  async exited(): Promise<void> {
    await until(() => !this.running, { what: `${this.id} to exit`, timeoutMs: 20_000, everyMs: 5 })
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.running) return this.process?.exitCode ?? null
    const gone = new Promise<number | null>((resolve) => this.process!.once('exit', (code) => resolve(code)))
    this.process!.kill(signal)
    return gone
  }
}

export class TestClient {
  readonly sdk: Centrifuge
  node = ''
  /** How often the connection came back. */
  reconnects = 0

  constructor(
    port: number,
    readonly user: string,
    token: string,
    options: Partial<Options> = {},
  ) {
    this.sdk = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, {
      token,
      minReconnectDelay: 20,
      maxReconnectDelay: 5000,
      ...options,
    })
    this.sdk.on('connected', ({ data }: { data?: { node: string } }) => {
      this.node = data?.node ?? ''
      this.reconnects++
    })
    this.sdk.on('error', () => undefined)
  }

  async connected(): Promise<void> {
    this.sdk.connect()
    await this.sdk.ready(20_000)
  }

  async rpc<T = Record<string, unknown>>(method: string, input: object): Promise<T & { node: string }> {
    return (await this.sdk.rpc(method, input)).data as T & { node: string }
  }

  /** Calls until it is answered, with the same key: as our own client does. */
  async surely<T = Record<string, unknown>>(method: string, input: { key: string }): Promise<T & { node: string }> {
    const settled = await until(
      () =>
        this.rpc<T>(method, input).then(
          (answer) => ({ answer }),
          (error: { code?: number }) => {
            const { code = 0 } = error
            return code >= 400 && code < 453 ? { error } : undefined
          },
        ),
      { what: `${method} to be answered`, timeoutMs: 30_000, everyMs: 20 },
    )
    if ('error' in settled) throw Object.assign(new Error(`${method} was refused`), settled.error)
    return settled.answer
  }
}

/**
 * Below those that the system gives to connections and to whoever asks for any port, so that neither takes one between
 * our look and its use, or while its node is dead. Test files that run side by side draw from different ones.
 */
const ports = { first: 20_000, perLane: 6000 }
const lane = Number(process.env['ALUN_TEST_LANE'] ?? 0)
const given = new Set<number>()

/** A port that was free a moment ago, and is given to nobody else here. */
export function freePort(): number {
  for (;;) {
    const port = ports.first + lane * ports.perLane + Math.floor(Math.random() * ports.perLane)
    if (given.has(port) || !isFree(port)) continue
    given.add(port)
    return port
  }
}

function isFree(port: number): boolean {
  try {
    void Bun.serve({ port, hostname: '127.0.0.1', fetch: () => new Response() }).stop(true)
    return true
  } catch {
    return false
  }
}
