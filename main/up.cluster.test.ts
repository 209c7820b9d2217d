import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { readDescription } from '../cluster/description'
import { isAlive } from '../cluster/processes'
import { until } from '../prove/testing/until'
import { installation } from './testing/installation'

const limitMs = 120_000
const { dataDir, port, alun, up, remove } = await installation()
afterAll(remove)

const answeredBy = async (path: string, token: string): Promise<string | null> => {
  const init = { headers: { authorization: `Bearer ${token}` }, keepalive: false }
  return (await fetch(`http://127.0.0.1:${port}/api/${path}`, init)).headers.get('x-alun-node')
}

test(
  'real nodes come up, are found by the other commands, roll, and end in order',
  async () => {
    const { child, lines, pids } = await up('--nodes', '2', '--workers', '1')
    await until(() => lines.some((line) => line.startsWith(`setup http://localhost:${port}/setup?token=`)))
    const token = alun(['token', '--user', 'ana', '--ttl', '5m']).out.trim()
    expect(token.split('.')).toHaveLength(3)
    const me = await fetch(`http://127.0.0.1:${port}/api/people/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).toMatchObject({ name: 'ana', role: 'student' })

    const { exitCode, out } = alun(['doctor'])
    expect(out).toMatch(/ok {4}nodes: n1 ready .*\n {6}n2 ready .*\n {6}n3 ready /)
    expect(out).toMatch(/ok {4}database: PostgreSQL 18/)
    // What only the cluster itself knows, it was asked for.
    expect(out).toMatch(/ok {4}bus: every node hears it\n/)
    expect([out, exitCode]).toEqual([out, 0])
    expect(alun(['up', '--port', String(port)]).out).toContain(`already running on ${dataDir} (pid ${child.pid}`)
    expect(alun(['migrate'])).toEqual({ exitCode: 0, out: 'nothing to do\n' })

    expect(alun(['roll'])).toEqual({ exitCode: 0, out: `rolling (pid ${child.pid})\nrolled: every node is new\n` })
    const after = readDescription(dataDir)!
    expect(after.nodes.map(({ id }) => id)).toEqual(['n1', 'n2', 'n3'])
    // The third one works, and nobody is led to it.
    const asked = await Promise.all(Array.from({ length: 30 }, () => answeredBy('people/nodes', token)))
    expect(new Set(asked)).toEqual(new Set(['n1', 'n2']))
    for (const { pid } of after.nodes) expect(pids).not.toContain(pid!)

    const askedAt = performance.now()
    child.kill('SIGINT')
    expect(await child.exited).toBe(0)
    expect(performance.now() - askedAt).toBeLessThan(10_000)
    expect([...after.nodes.map(({ pid }) => pid!), ...pids].filter(isAlive)).toEqual([])
  },
  limitMs,
)

test(
  'kill -9 of the supervisor ends real nodes and the database within 10 s',
  async () => {
    const { child, pids } = await up('--nodes', '2')
    child.kill('SIGKILL')
    await until(() => !pids.some(isAlive), { what: 'no process left', timeoutMs: 10_000 })
  },
  limitMs,
)

test(
  'https by an authority of its own: the nodes speak it, and ready says so',
  async () => {
    const { child, lines } = await up('--nodes', '2', '--tls', 'auto')
    expect(lines).toContain(`ready https://localhost:${port}`)
    const ca = await Bun.file(join(dataDir, 'tls', 'ca.crt')).text()
    const response = await fetch(`https://localhost:${port}/healthz`, { tls: { ca } })
    expect(response.status).toBe(200)
    child.kill('SIGTERM')
    expect(await child.exited).toBe(0)
  },
  limitMs,
)
