/** Behind the real nginx with the configuration that is shipped: three nodes, each killed once while people work. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, testCluster, type TestCluster } from '../../prove/testing/cluster'
import { faultsOf, percentile, Reader, Writer } from '../../prove/testing/people'
import { until } from '../../prove/testing/until'

const nginx = Bun.which('nginx', { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }) ?? undefined
if (nginx === undefined) console.log('skipped: there is no nginx on this machine (deploy/programs.sh installs it)')

const port = freePort()
/** Clients come from 127.0.0.1: the proxy must be somebody else, or they would be trusted with it. */
const proxyAddress = '127.0.0.2'
let dir: string
let balancer: Bun.Subprocess
let cluster: TestCluster

/** What stands around the shipped file, so that it runs in a folder of its own and leaves nothing. */
const around = (included: string): string => `
  daemon off; pid nginx.pid; error_log stderr error; worker_processes 1;
  events { worker_connections 1024; }
  http {
    access_log off; proxy_bind ${proxyAddress}; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    ${included}
  }`

beforeAll(async () => {
  if (nginx === undefined) return
  cluster = await testCluster({ behind: port, env: { ALUN_TRUSTED_PROXIES: proxyAddress } })
  dir = await mkdtemp(join(tmpdir(), 'alun-nginx-'))
  let shipped = await readFile(join(import.meta.dir, 'alun.conf'), 'utf8')
  cluster.nodes.forEach(
    (node, index) => (shipped = shipped.replace(`127.0.0.1:808${index + 1}`, `127.0.0.1:${node.port}`)),
  )
  shipped = shipped.replace('listen 8080', `listen 127.0.0.1:${port}`)
  await writeFile(join(dir, 'nginx.conf'), around(shipped))
  balancer = Bun.spawn([nginx, '-p', dir, '-c', 'nginx.conf'], { stdout: 'ignore', stderr: 'ignore' })
  await until(async () => (await fetch(`${cluster.url}/healthz`).catch(() => undefined))?.ok, {
    what: 'nginx to answer',
  })
}, 60_000)

afterAll(async () => {
  await cluster?.stop()
  balancer?.kill('SIGTERM')
  await balancer?.exited
  if (dir) await rm(dir, { recursive: true, force: true })
}, 30_000)

// tidy: skip: without the program there is nothing to run
describe.skipIf(nginx === undefined)('behind nginx', () => {
  test('each request may be served by another node, and the answer says which', async () => {
    const served = new Map<string, number>()
    for (let nth = 0; nth < 60; nth++) {
      const response = await cluster.call('caller', 'people.me', {})
      const node = response.headers.get('x-alun-node')!
      served.set(node, (served.get(node) ?? 0) + 1)
    }
    expect([...served.keys()].toSorted()).toEqual(['n1', 'n2', 'n3'])
    expect(Math.min(...served.values())).toBeGreaterThan(10)
  })

  test('a node dies under load: nothing lost, nobody fails who asks again with their key, sockets are back at once', async () => {
    const reading = Array.from({ length: 12 }, (_, n) => Reader.follow(cluster, `reader${n}`, 'discussion:general'))
    const readers = await Promise.all(reading)
    // One: who is away for half a second while several write as fast as they can misses more than a recovery gives back.
    const atWork = [new Writer(await cluster.client('writer'), 'general')]
    for (const writer of atWork) writer.start()
    const calls = callSteadily()
    const back: number[] = []
    for (const node of cluster.nodes) {
      await until(() => atWork.every(({ acknowledged }) => acknowledged.length > 20), { what: 'people to be at work' })
      const victims = readers.filter(({ client }) => client.node === node.id)
      const before = new Map(victims.map((reader) => [reader, reader.subscribedAt.length]))
      const killedAt = performance.now()
      await node.kill()
      await until(() => victims.every((reader) => reader.subscribedAt.length > before.get(reader)!), {
        what: `the readers of ${node.id} to be back`,
      })
      for (const reader of victims) back.push(reader.subscribedAt.at(-1)! - killedAt)
      await node.start()
      const serves = async (): Promise<boolean> =>
        (await cluster.call('caller', 'people.me', {})).headers.get('x-alun-node') === node.id
      await until(serves, { what: `nginx to give ${node.id} work again`, timeoutMs: 10_000 })
    }
    const { answered, resets, failed } = await calls.stop()
    for (const writer of atWork) await writer.stop()
    const head = Math.max(...atWork.flatMap(({ acknowledged }) => acknowledged.map(({ offset }) => offset)))
    await until(() => readers.every(({ last }) => last >= head), { what: 'readers to reach the end' })
    expect(readers.flatMap((reader) => faultsOf(reader, reader.last))).toEqual([])
    expect(failed).toEqual([])
    expect(answered).toBeGreaterThan(20)
    console.info(
      `${answered} calls answered, ${resets} asked again; ${back.length} sockets back after p50 ${percentile(back, 0.5).toFixed(0)}, p99 ${percentile(back, 0.99).toFixed(0)} ms`,
    )
  }, 90_000)

  test('the address that a client makes up for itself is not believed', async () => {
    const guess = (n: number): Promise<Response> =>
      fetch(`${cluster.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${n}` },
        body: JSON.stringify({ email: 'somebody@campus.test', password: `guess-${n}-of-many` }),
      })
    const answers: number[] = []
    for (let n = 0; n < 40 && answers.at(-1) !== 429; n++) answers.push((await guess(n)).status)
    expect(answers.at(-1)).toBe(429)
  }, 60_000)
})

/** One call after another; what didn't work is asked again with the same key. */
function callSteadily() {
  const result = { answered: 0, resets: 0, failed: [] as number[] }
  let going = true
  const ended = (async () => {
    for (let n = 0; going; n++) {
      for (let settled = false; !settled;) {
        const response = await cluster
          .call('caller', 'discussion.read', { channel: 'general', offset: n, key: `http-${n}` })
          .catch(() => undefined)
        // 502 and 504 are nginx's own: no node answered.
        settled = response !== undefined && ![502, 503, 504].includes(response.status)
        if (!settled) result.resets++
        else if (response!.ok) result.answered++
        else result.failed.push(response!.status)
      }
    }
  })()
  return {
    stop: async () => {
      going = false
      await ended
      return result
    },
  }
}
