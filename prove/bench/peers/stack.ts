/**
 * The stack that the seed of the sale was built on: Flask on gunicorn with gevent, three of them behind nginx, the stock in
 * Redis. Everything in a temporary folder, on free ports of this machine only, and ended by its process id.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../testing/cluster'
import { until } from '../../testing/until'

const packages =
  'python3-flask python3-gevent gunicorn python3-redis python3-prometheus-client redis-server nginx-light'
/** The system's own, which the packages above are for; a version manager's comes earlier on the path. */
const python = '/usr/bin/python3'

/** Why the stack can't be measured here; undefined where it can. */
export function whyNotHere(): string | undefined {
  const missing = [python, '/usr/sbin/nginx', '/usr/bin/redis-server'].filter((program) => !existsSync(program))
  const modules = missing.includes(python)
    ? undefined
    : Bun.spawnSync([python, '-c', 'import flask, gevent, gunicorn, redis, prometheus_client'], { stderr: 'ignore' })
  if (missing.length === 0 && modules?.exitCode === 0) return undefined
  return `the peers are not installed (Debian: apt-get install --no-install-recommends ${packages})`
}

export class Stack {
  private readonly children: ChildProcess[] = []

  private constructor(
    private readonly folder: string,
    /** nginx, to which buyers come. */
    readonly port: number,
    private readonly redisPort: number,
  ) {}

  static async start(): Promise<Stack> {
    const stack = new Stack(await mkdtemp(join(tmpdir(), 'alun-peers-')), freePort(), freePort())
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
    return this.children.map(({ pid }) => pid!)
  }

  async setStock(units: number): Promise<void> {
    const client = new Bun.RedisClient(`redis://127.0.0.1:${this.redisPort}`)
    await client.set('stock', String(units))
    client.close()
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map(ended))
    await rm(this.folder, { recursive: true, force: true })
  }

  private async run(): Promise<void> {
    const flasks = [freePort(), freePort(), freePort()]
    const redis = ['--port', String(this.redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    this.start('/usr/bin/redis-server', [...redis, '--dir', this.folder])
    flasks.forEach((port, nth) => this.startFlask(port, 'ABC'[nth]!))
    await mkdir(join(this.folder, 'tmp'))
    await writeFile(join(this.folder, 'nginx.conf'), configuration(this.folder, this.port, flasks))
    this.start('/usr/sbin/nginx', ['-p', this.folder, '-c', join(this.folder, 'nginx.conf')])
    await until(
      () =>
        this.setStock(0).then(
          () => true,
          () => false,
        ),
      { what: 'Redis', timeoutMs: 20_000 },
    )
    for (const port of [...flasks, this.port]) {
      const isUp = (): Promise<boolean> =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ ok }) => ok,
          () => false,
        )
      await until(isUp, { what: `the peer on ${port}`, timeoutMs: 30_000 })
    }
  }

  private startFlask(port: number, name: string): void {
    const worker = [
      '-k',
      'gevent',
      '-w',
      '1',
      '--worker-connections',
      '2000',
      '--backlog',
      '2048',
      '--keep-alive',
      '75',
    ]
    const place = ['--log-level', 'warning', '--chdir', import.meta.dir, '-b', `127.0.0.1:${port}`, 'flask_flash:app']
    const environment = { NODE: name, REDIS_URL: `redis://127.0.0.1:${this.redisPort}/0`, PYTHONDONTWRITEBYTECODE: '1' }
    this.start(python, ['-m', 'gunicorn', ...worker, ...place], environment)
  }

  private start(program: string, words: readonly string[], env: Record<string, string> = {}): void {
    const path = '/usr/sbin:/usr/bin:/sbin:/bin'
    this.children.push(spawn(program, words, { cwd: this.folder, env: { PATH: path, ...env }, stdio: 'ignore' }))
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([gone, Bun.sleep(5000).then(() => child.kill('SIGKILL'))])
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
