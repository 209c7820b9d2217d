import { afterEach, expect, test } from 'bun:test'
import { until } from '../../prove/testing/until'
import { elapsed } from '../testing/elapsed'
import { Pulse, statusOf, type PulseTimes } from './pulse'

const times: PulseTimes = { intervalMs: 40, eagerMs: 20, questionMs: 250, silentMs: 600, unbornMs: 1200 }
let health = 200
let readiness = 200
let isFrozen = false
const frozen: (() => void)[] = []
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async ({ url }) => {
    if (isFrozen) await new Promise<void>((resolve) => frozen.push(resolve))
    return new Response('body', { status: url.endsWith('/readyz') ? readiness : health })
  },
})
let pulse: Pulse | undefined

function listen(port = server.port!) {
  const heard = { answered: 0, missed: 0, overdueAfterMs: 0 }
  const since = performance.now()
  pulse = new Pulse(
    port,
    {
      answered: () => heard.answered++,
      missed: () => heard.missed++,
      overdue: () => (heard.overdueAfterMs = performance.now() - since),
    },
    times,
  )
  return heard
}

afterEach(() => {
  pulse?.stop()
  health = 200
  readiness = 200
  isFrozen = false
  for (const thaw of frozen.splice(0)) thaw()
})

test('a node is ready when /readyz says so, and alive as long as it answers anything', async () => {
  readiness = 503
  const heard = listen()
  await elapsed(times.silentMs * 2)
  expect(heard).toMatchObject({ answered: 0, overdueAfterMs: 0 })
  readiness = 200
  await until(() => heard.answered > 0)
  readiness = 503
  health = 500
  const before = heard.answered
  await until(() => heard.answered > before + 2)
  expect(heard.overdueAfterMs).toBe(0)
})

test('a node that freezes is overdue once its silence is long enough, and missed before', async () => {
  const heard = listen()
  await until(() => heard.answered > 2)
  const frozeAt = performance.now()
  isFrozen = true
  await until(() => heard.overdueAfterMs > 0)
  const silence = performance.now() - frozeAt
  expect(silence).toBeGreaterThan(times.silentMs - times.questionMs)
  expect(silence).toBeLessThan(times.silentMs + times.questionMs * 2)
  expect(heard.missed).toBeGreaterThan(0)
})

test('a node that never spoke is given longer', async () => {
  const nobody = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const { port } = nobody
  await nobody.stop(true)
  const heard = listen(port!)
  await until(() => heard.overdueAfterMs > 0)
  expect(heard.overdueAfterMs).toBeGreaterThan(times.unbornMs - 5)
})

test('a silence that was our own is not held against the node', async () => {
  const heard = listen()
  await until(() => heard.answered > 2)
  // This process stands still for longer than a node may be silent.
  const end = performance.now() + times.silentMs * 2
  while (performance.now() < end);
  await until(() => heard.answered > 6)
  expect(heard.overdueAfterMs).toBe(0)
})

test('one question gives status and body, or undefined when it took too long', async () => {
  expect(await statusOf(server.port!, '/healthz', 500)).toEqual({ status: 200, body: 'body' })
  isFrozen = true
  const before = performance.now()
  expect(await statusOf(server.port!, '/healthz', 50)).toBeUndefined()
  expect(performance.now() - before).toBeLessThan(300)
})

test('no proxy is asked for our own loopback', async () => {
  const script = `
    const { statusOf } = await import(${JSON.stringify(`${import.meta.dir}/pulse.ts`)})
    console.log((await statusOf(${server.port}, '/healthz', 1000))?.status)`
  const child = Bun.spawn([process.execPath, '-e', script], {
    stdout: 'pipe',
    env: { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' },
  })
  expect((await new Response(child.stdout).text()).trim()).toBe('200')
})
