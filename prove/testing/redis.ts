/** A Redis of the tests' own, on a port of its own, that they may kill, freeze and start again. Debian's `redis-server`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './cluster'
import { until } from './until'

export const redisServer = Bun.which('redis-server') ?? Bun.which('valkey-server') ?? undefined

export class OwnRedis {
  readonly port = freePort()
  private process: Bun.Subprocess | undefined

  private constructor(
    readonly dir: string,
    private readonly more: readonly string[],
  ) {}

  /** Not running yet. @param more words for its command line */
  static async create(more: readonly string[] = []): Promise<OwnRedis> {
    return new OwnRedis(await mkdtemp(join(tmpdir(), 'alun-redis-')), more)
  }

  static async open(more: readonly string[] = []): Promise<OwnRedis> {
    const redis = await OwnRedis.create(more)
    await redis.start()
    return redis
  }

  /** Where it writes its pid. */
  get pidFile(): string {
    return join(this.dir, 'redis.pid')
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const place = ['--dir', this.dir, '--pidfile', this.pidFile]
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', ...place, ...this.more]
    const memoryOnly = ['--save', '', '--appendonly', 'no']
    // Sentinel keeps what it knows in a configuration file, and does not start without one.
    const configuration = join(this.dir, 'sentinel.conf')
    const isSentinel = this.more.includes('--sentinel')
    if (isSentinel) await Bun.write(configuration, '')
    const command = [redisServer!, ...(isSentinel ? [configuration] : memoryOnly), ...words]
    this.process = Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore' })
    await until(() => this.command('PING').then((answer) => answer.startsWith('+PONG')), { what: 'Redis to answer' })
  }

  /** kill -9 */
  async kill(): Promise<void> {
    this.process?.kill('SIGKILL')
    await this.process?.exited
  }

  freeze(): void {
    this.process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.process?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.dir, { recursive: true, force: true })
  }

  /** One command in words, and the first of what it answers. */
  async command(words: string): Promise<string> {
    const answer = Promise.withResolvers<string>()
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port: this.port,
      socket: {
        data: (_, chunk) => answer.resolve(chunk.toString()),
        error: (_, error) => answer.reject(error),
        close: () => answer.reject(new Error('closed')),
      },
    })
    socket.write(`${words}\r\n`)
    try {
      return await answer.promise
    } finally {
      socket.end()
    }
  }
}
