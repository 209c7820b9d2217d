/** The real load balancers with the configuration that is shipped, in a folder of their own, on ports of their own. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../../cluster/processes'
import { until } from '../../prove/testing/until'

interface Kind {
  program: string
  /** The shipped files, from `deploy/`. */
  shipped: string[]
  /** Clients come from 127.0.0.1: the proxy must be somebody else, or they would be trusted with it. */
  address: string
  /** What stands around the shipped file, so that it runs in this folder and leaves nothing. */
  around(shipped: string, dir: string, port: number, address: string): string
  words(dir: string): string[]
}

const apacheModules = ['mpm_event', 'authz_core', 'headers', 'slotmem_shm', 'lbmethod_byrequests', 'proxy']
const apacheProxies = ['proxy_http', 'proxy_wstunnel', 'proxy_balancer', 'proxy_hcheck']

const kinds = {
  nginx: {
    program: 'nginx',
    shipped: ['nginx/upstream.conf', 'nginx/alun.conf'],
    address: '127.0.0.2',
    around: (shipped, _dir, port, address) => `
      daemon off; pid nginx.pid; error_log stderr error; worker_processes 1;
      events { worker_connections 1024; }
      http {
        access_log off; proxy_bind ${address}; client_body_temp_path body; proxy_temp_path proxy;
        fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        ${shipped.replace('listen 8080', `listen 127.0.0.1:${port}`)}
      }`,
    words: (dir) => ['-p', dir, '-c', join(dir, 'balancer.conf')],
  },
  apache: {
    program: 'apache2',
    shipped: ['apache/alun.conf'],
    address: '127.0.0.3',
    around: (shipped, dir, port, address) =>
      [
        ...[...apacheModules, ...apacheProxies].map(
          (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
        ),
        ...[`ServerRoot ${dir}`, `DefaultRuntimeDir ${dir}`, 'PidFile apache.pid', 'ServerName localhost'],
        ...[`Listen 127.0.0.1:${port}`, 'ErrorLog /dev/stderr', 'LogLevel error', `ProxySourceAddress ${address}`],
        shipped,
      ].join('\n'),
    words: (dir) => ['-f', join(dir, 'balancer.conf'), '-D', 'FOREGROUND'],
  },
} satisfies Record<string, Kind>

export type BalancerName = keyof typeof kinds

/** Debian keeps such programs where not everybody looks. */
export const programOf = (name: string): string | undefined =>
  Bun.which(name) ?? Bun.which(name, { PATH: '/usr/sbin:/usr/local/sbin:/usr/local/bin' }) ?? undefined

export const isInstalled = (name: BalancerName): boolean => programOf(kinds[name].program) !== undefined

/** What nodes are told to trust, so that they see who comes through these. */
export const proxyAddresses = Object.values(kinds).map(({ address }) => address)

export interface Balancer {
  port: number
  /** kill -9, of all its processes: what is left of one would hold the port. */
  kill(): Promise<void>
  /** Again, and resolves when it answers. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** @param nodePorts take the places of those in the shipped file. */
export async function openBalancer(name: BalancerName, port: number, nodePorts: readonly number[]): Promise<Balancer> {
  const kind: Kind = kinds[name]
  const dir = await mkdtemp(join(tmpdir(), `alun-${name}-`))
  const files = kind.shipped.map((file) => readFile(join(import.meta.dir, '..', file), 'utf8'))
  let shipped = (await Promise.all(files)).join('\n')
  nodePorts.forEach((nodePort, nth) => {
    shipped = shipped.replaceAll(`127.0.0.1:808${nth + 1}`, `127.0.0.1:${nodePort}`)
  })
  await writeFile(join(dir, 'balancer.conf'), kind.around(shipped, dir, port, kind.address))
  const url = `http://127.0.0.1:${port}/healthz`
  const answers = async (): Promise<boolean | undefined> =>
    (await fetch(url, { keepalive: false }).catch(() => undefined))?.ok
  let program: Bun.Subprocess
  const balancer: Balancer = {
    port,
    async start() {
      const words = [programOf(kind.program)!, ...kind.words(dir)]
      program = Bun.spawn(words, { stdout: 'ignore', stderr: 'ignore' })
      await until(answers, { what: `${name} to answer`, timeoutMs: 10_000 })
    },
    async kill() {
      const workers = childrenOf(program.pid)
      for (const pid of [program.pid, ...workers]) process.kill(pid, 'SIGKILL')
      await program.exited
      await until(() => !workers.some(isAlive), { what: `the workers of ${name} to end` })
    },
    async stop() {
      program.kill('SIGTERM')
      await program.exited
      await rm(dir, { recursive: true, force: true })
    },
  }
  await balancer.start().catch(async (error: unknown) => {
    await balancer.stop()
    throw error
  })
  return balancer
}

function childrenOf(pid: number): number[] {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'pid=', '--ppid', String(pid)])
  return (stdout.toString().match(/\d+/g) ?? []).map(Number)
}

export const balancerNames = Object.keys(kinds) as BalancerName[]
