/**
 * Two Socket.IO servers with the Redis Streams adapter, as its users run them. Their packages are fetched for the run,
 * into its temporary folder, by npm: nobody else here needs them.
 */
import { existsSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../testing/cluster'
import { isUp, Programs, redisServer } from './programs'

const dependencies = {
  ...{ 'socket.io': '4.8.4', '@socket.io/redis-streams-adapter': '0.3.1', redis: '6.3.1' },
  ...{ bufferutil: '4.1.0', 'utf-8-validate': '6.0.6' },
}
const fetchMs = 120_000

export class SocketIoPeers {
  readonly ports = [freePort(), freePort()]

  private constructor(private readonly programs: Programs) {}

  /** @returns why it can't be measured here, in words, where it can't. */
  static async start(): Promise<SocketIoPeers | string> {
    if (!existsSync(redisServer)) return 'Redis is not installed (Debian: apt-get install redis-server)'
    const peers = new SocketIoPeers(await Programs.inFolder())
    try {
      const missing = await peers.fetch()
      if (missing === undefined) await peers.run()
      else await peers.stop()
      return missing ?? peers
    } catch (error) {
      await peers.stop()
      throw error
    }
  }

  /** Process ids whose CPU is the peers': the servers and Redis. */
  get roots(): number[] {
    return this.programs.roots
  }

  stop(): Promise<void> {
    return this.programs.stop()
  }

  private async fetch(): Promise<string | undefined> {
    const { folder } = this.programs
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
    await copyFile(join(import.meta.dir, 'socketio_chat.mjs'), join(folder, 'chat.mjs'))
    const npm = Bun.spawn(['npm', 'install', '--no-audit', '--no-fund', '--no-package-lock'], {
      ...{ cwd: folder, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', timeout: fetchMs },
    })
    this.programs.adopt(npm.pid)
    return (await npm.exited) === 0 ? undefined : 'its packages could not be fetched (npm install)'
  }

  private async run(): Promise<void> {
    const redisPort = freePort()
    const redis = await this.programs.startRedis(redisPort)
    redis.close()
    const url = `redis://127.0.0.1:${redisPort}`
    this.ports.forEach((port, nth) => {
      const env = { PORT: String(port), NODE_NAME: String(nth), REDIS_URL: url, NODE_ENV: 'production' }
      this.programs.start(Bun.which('node') ?? 'node', [join(this.programs.folder, 'chat.mjs')], env)
    })
    for (const port of this.ports) await isUp(port)
  }
}
