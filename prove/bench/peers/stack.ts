/**
 * The stack that the seed of the sale was built on: Flask on gunicorn with gevent, three of them behind nginx, the stock in
 * Redis.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../testing/cluster'
import { isUp, Programs, redisServer, whyMissing } from './programs'

const nginx = '/usr/sbin/nginx'

/** Why the stack can't be measured here; undefined where it can. */
export const whyNotHere = (): string | undefined =>
  whyMissing({
    programs: [nginx, redisServer],
    modules: ['flask', 'gevent', 'gunicorn', 'redis', 'prometheus_client'],
    packages: 'python3-flask python3-gevent gunicorn python3-redis python3-prometheus-client redis-server nginx-light',
  })

export class Stack {
  /** nginx, to which buyers come. */
  readonly port = freePort()
  private redis: Bun.RedisClient | undefined

  private constructor(private readonly programs: Programs) {}

  static async start(): Promise<Stack> {
    const stack = new Stack(await Programs.inFolder())
    try {
      await stack.run()
    } catch (error) {
      await stack.stop()
      throw error
    }
    return stack
  }

  /** Process ids whose CPU, with their children's, is the stack's. */
  get roots(): number[] {
    return this.programs.roots
  }

  async setStock(units: number): Promise<void> {
    await this.redis!.set('stock', String(units))
  }

  async stop(): Promise<void> {
    this.redis?.close()
    await this.programs.stop()
  }

  private async run(): Promise<void> {
    const { programs, port } = this
    const [redisPort, ...flasks] = [freePort(), freePort(), freePort(), freePort()]
    this.redis = await programs.startRedis(redisPort!)
    flasks.forEach((flask, nth) =>
      programs.startFlask(flask, 'flask_flash', 1, {
        NODE: 'ABC'[nth]!,
        REDIS_URL: `redis://127.0.0.1:${redisPort}/0`,
      }),
    )
    const { folder } = programs
    await mkdir(join(folder, 'tmp'))
    await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, flasks))
    programs.start(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')])
    await this.setStock(0)
    for (const each of [...flasks, port]) await isUp(each)
  }
}

function configuration(folder: string, port: number, flasks: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off; worker_processes 1; worker_rlimit_nofile 16384; pid ${folder}/nginx.pid; error_log ${folder}/error.log warn;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 8192; }
http {
  access_log off; tcp_nodelay on; keepalive_timeout 75; keepalive_requests 1000000;
  ${temporary.map((name) => `${name}_temp_path ${folder}/tmp;`).join(' ')}
  upstream sale {
    ${flasks.map((flask) => `server 127.0.0.1:${flask};`).join(' ')}
    keepalive 128; keepalive_requests 1000000;
  }
  server { listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://sale; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}
`
}
