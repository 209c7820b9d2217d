/**
 * Centrifugo, whose protocol ours is too: one server that keeps a channel's last messages in its own memory, or in Redis, so
 * that who comes back has what was missed. `centrifugo.sh` builds it.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../testing/cluster'
import { isUp, Programs, redisServer } from './programs'

export type Engine = 'memory' | 'redis'

const installed = process.env['ALUN_CENTRIFUGO'] ?? Bun.which('centrifugo') ?? undefined

const secret = 'a-secret-of-the-benchmarks-that-is-long-enough'
/** As many as ours hands over to who comes back. */
const kept = 300

export class Centrifugo {
  readonly port = freePort()

  private constructor(private readonly programs: Programs) {}

  /** @returns why it can't be measured here, in words, where it can't. */
  static async start(engine: Engine, program = installed): Promise<Centrifugo | string> {
    if (!program || !(await Bun.file(program).exists()))
      return 'it is not installed (prove/bench/peers/centrifugo.sh builds it; on the PATH, or named by ALUN_CENTRIFUGO)'
    if (engine === 'redis' && !(await Bun.file(redisServer).exists()))
      return 'Redis is not installed (Debian: apt-get install redis-server)'
    const peer = new Centrifugo(await Programs.inFolder())
    try {
      await peer.run(program, engine)
      return peer
    } catch (error) {
      await peer.stop()
      throw error
    }
  }

  /** Process ids whose CPU is the peer's: Centrifugo, and Redis where it has one. */
  get roots(): number[] {
    return this.programs.roots
  }

  /** The server itself. */
  get pid(): number {
    return this.roots.at(-1)!
  }

  token(user: string): string {
    const [head, claims] = [
      { alg: 'HS256', typ: 'JWT' },
      { sub: user, exp: Math.floor(Date.now() / 1000) + 3600 },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = new Bun.CryptoHasher('sha256', secret).update(`${head}.${claims}`).digest('base64url')
    return `${head}.${claims}.${signature}`
  }

  stop(): Promise<void> {
    return this.programs.stop()
  }

  private async run(program: string, engine: Engine): Promise<void> {
    const { programs, port } = this
    const redisPort = freePort()
    if (engine === 'redis') (await programs.startRedis(redisPort)).close()
    const configuration = {
      ...{ token_hmac_secret_key: secret, health: true, log_level: 'error', usage_stats_disable: true },
      ...{ engine, redis_address: `redis://127.0.0.1:${redisPort}` },
      // What a channel of ours is: whoever is signed-in may read and write, comes back without a gap, and has a topic of their own.
      ...{ allow_subscribe_for_client: true, allow_publish_for_subscriber: true, user_subscribe_to_personal: true },
      ...{ history_size: kept, history_ttl: '300s', force_recovery: true },
    }
    const file = join(programs.folder, 'centrifugo.json')
    await writeFile(file, JSON.stringify(configuration))
    programs.start(program, ['--config', file, '--address', '127.0.0.1', '--port', String(port)])
    await isUp(port)
  }
}
