import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../prove/testing/until'
import { removeMade, TestCluster } from './testing/cluster'
import { elapsed } from './testing/elapsed'
import { drainMsDefault } from './node'
import { pulseTimes } from './node/pulse'
import { isAlive, signal } from './processes'

const clusters: TestCluster[] = []
const limitMs = 90_000

async function cluster(options: Parameters<typeof TestCluster.create>[0] = {}): Promise<TestCluster> {
  const made = await TestCluster.create(options)
  clusters.push(made)
  return made
}

async function running(options: Parameters<typeof TestCluster.create>[0] = {}): Promise<TestCluster> {
  return (await cluster(options)).start()
}

afterEach(async () => {
  for (const each of clusters.splice(0)) await each.destroy()
})

let standing: Promise<TestCluster> | undefined
/** One for all that only look, or break what mends itself. Its first start was that of an empty folder. */
const steady = (): Promise<TestCluster> =>
  (standing ??= TestCluster.create({ empty: true }).then((made) => made.start()))
afterAll(async () => {
  await (await standing)?.destroy()
  await removeMade()
}, 30_000)

const ask = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()

/** Which server this folder says that it has: its process, and when it was started. */
function serverIn(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n').slice(0, 3).join(' ')
  } catch {
    return undefined
  }
}

describe('a start', () => {
  test('says that it is ready, and the one-time link, on lines of their own', async () => {
    const { output, options } = await steady()
    const url = `http://localhost:${options.port}`
    await until(() => output.length >= 2)
    expect(output).toEqual([`ready ${url}`, `setup ${url}/setup?token=a%20token`])
  })

  test('tells in cluster.json where everything is, to nobody but us', async () => {
    const up = await steady()
    const { port, pid, scheme, nodes, postgresPid, databaseUrl } = up.describe()
    expect({ port, pid, scheme }).toEqual({ port: up.options.port, pid: up.pid, scheme: 'http' })
    expect(nodes.map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 ready', 'n2 ready'])
    expect(isAlive(postgresPid!)).toBe(true)
    expect(await ask(up.node('n1').privatePort)).toBe(databaseUrl)
    expect(statSync(join(up.options.dataDir, 'cluster.json')).mode & 0o777).toBe(0o600)
  })

  test('a second start on the same folder is refused with one line that says who runs', async () => {
    const first = await running()
    const second = await cluster({ dataDir: first.options.dataDir })
    second.launch()
    expect(await second.exit()).toBe(1)
    expect(second.output).toHaveLength(1)
    expect(second.output[0]).toContain(
      `already running on ${first.options.dataDir} (pid ${first.pid}, port ${first.options.port}, since 2`,
    )
    expect(first.describe().nodes.map(({ state }) => state)).toEqual(['ready', 'ready'])
  })

  test(
    'is refused with one line when the port is taken, and leaves nothing',
    async () => {
      const stranger = createServer()
      await new Promise<void>((resolve) => stranger.listen(0, resolve))
      const { port } = stranger.address() as { port: number }
      const up = await cluster({ port })
      up.launch()
      expect(await up.exit()).toBe(1)
      expect(up.output).toEqual([`port ${port} is in use by another program; choose one with --port`])
      await new Promise((resolve) => stranger.close(resolve))
      await up.start()
    },
    limitMs,
  )

  test(
    'is refused even when the stranger on the port shares it as our nodes do',
    async () => {
      const stranger = Bun.serve({ port: 0, reusePort: true, fetch: () => new Response('stranger') })
      const up = await cluster({ port: stranger.port! })
      up.launch()
      expect(await up.exit()).toBe(1)
      expect(up.output[0]).toContain('is in use by another program')
      await stranger.stop(true)
    },
    limitMs,
  )

  test(
    'gives up when a node cannot start at all, with its last words',
    async () => {
      const up = await cluster({ behaviour: 'dies' })
      up.launch()
      expect(await up.exit()).toBe(1)
      expect(up.output.join('\n')).toMatch(
        /node n\d does not start; its last words:\n {2}the stand-in dies, as it was told to/,
      )
    },
    limitMs,
  )

  test(
    'can be broken off at any moment, and the next one goes on',
    async () => {
      const up = await cluster({ empty: true })
      const { dataDir } = up.options
      const signs = ['lock.json', 'postgres.new-*/*', 'postgres.new-*/base/5', 'postgres/postmaster.pid', 'log/n1.log']
      for (const how of ['SIGKILL', 'SIGTERM'] as const) {
        for (const sign of signs) {
          for (const trace of ['lock.json', 'log/n1.log']) rmSync(join(dataDir, trace), { force: true })
          // Of one that was killed, whose server ends by itself.
          const left = serverIn(dataDir)
          up.launch()
          const isMade = (): boolean => [...new Bun.Glob(sign).scanSync({ cwd: dataDir, onlyFiles: false })].length > 0
          const isPast = (): boolean => sign.startsWith('postgres.new') && existsSync(join(dataDir, 'postgres'))
          await until(() => isMade() || isPast(), { what: sign, timeoutMs: 30_000 })
          up.signal(how)
          await up.exit()
          // What was asked to end has ended, in order, before it exits.
          if (how === 'SIGTERM') expect([undefined, left]).toContain(serverIn(dataDir))
        }
      }
      await up.start()
      expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.'))).toEqual([])
    },
    limitMs,
  )

  test('runs no database when one is given', async () => {
    const url = 'postgres://somebody@elsewhere/alun'
    const up = await running({ databaseUrl: url })
    expect(up.describe().postgresPid).toBeUndefined()
    expect(await ask(up.node('n1').privatePort)).toBe(url)
  })
})

describe('an end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s leaves no process, no lock and exit code 0',
    async (name) => {
      const up = await running()
      up.describe()
      up.signal(name)
      expect(await up.exit()).toBe(0)
      expect(up.survivors()).toEqual([])
      for (const trace of ['lock.json', 'cluster.json', 'postgres/postmaster.pid']) {
        expect([trace, existsSync(join(up.options.dataDir, trace))]).toEqual([trace, false])
      }
      await up.start()
    },
    limitMs,
  )

  test(
    'waits for nodes that drain, and kills those that do so for ever',
    async () => {
      const patient = await running({ behaviour: 'waits:800' })
      patient.describe()
      const before = performance.now()
      patient.signal('SIGTERM')
      expect(await patient.exit()).toBe(0)
      expect(performance.now() - before).toBeGreaterThan(700)
      expect(patient.output.join()).not.toContain('killing')

      const stubborn = await running({ behaviour: 'lingers', drainMs: 300 })
      stubborn.describe()
      stubborn.signal('SIGTERM')
      expect(await stubborn.exit()).toBe(0)
      expect(stubborn.output.join()).toContain('n1 drains too long: killing it')
      expect(stubborn.survivors()).toEqual([])
    },
    limitMs,
  )

  test(
    'is hastened by a second Ctrl-C, but not by one that came twice',
    async () => {
      const up = await running({ behaviour: 'lingers' })
      up.describe()
      up.signal('SIGINT')
      // The first has to be taken: two that wait for the same process become one.
      await until(() => up.output.some((line) => line.startsWith('stopping')))
      up.signal('SIGINT')
      await until(() => up.output.filter((line) => line.includes('lingers')).length === 2)
      await elapsed(600)
      expect(up.survivors()).toHaveLength(4)
      const hastenedAt = performance.now()
      up.signal('SIGINT')
      expect(await up.exit()).toBe(0)
      expect(performance.now() - hastenedAt).toBeLessThan(drainMsDefault / 2)
      expect(up.survivors()).toEqual([])
    },
    limitMs,
  )

  test(
    'by kill -9 of the supervisor takes nodes and database along, and the next start finds all in order',
    async () => {
      const up = await running()
      up.describe()
      expect(up.survivors()).toHaveLength(4)
      up.signal('SIGKILL')
      await up.exit()
      await until(() => up.survivors().length === 0, { what: 'no process left', timeoutMs: 10_000 })
      await up.start()
    },
    limitMs,
  )

  test(
    'a start right after kill -9 does not wait for nodes that hang',
    async () => {
      const up = await running({ behaviour: 'lingers', drainMs: 300 })
      const frozen = up.node('n1').pid
      signal(frozen, 'SIGSTOP')
      up.signal('SIGKILL')
      await up.exit()
      await up.start()
      expect(isAlive(frozen)).toBe(false)
    },
    limitMs,
  )
})

describe('while it runs', () => {
  test(
    'a node that is killed is replaced',
    async () => {
      const up = await steady()
      const before = up.node('n2')
      signal(before.pid, 'SIGKILL')
      await up.replaced('n2', before.pid, 3000)
      expect(up.node('n1').state).toBe('ready')
    },
    limitMs,
  )

  test(
    'a node that is frozen is killed and replaced within 5 s',
    async () => {
      const up = await steady()
      const before = up.node('n1')
      signal(before.pid, 'SIGSTOP')
      await up.replaced('n1', before.pid, 5000)
      expect(isAlive(before.pid)).toBe(false)
    },
    limitMs,
  )

  test(
    'nodes are not judged by a silence that was our own',
    async () => {
      const up = await steady()
      const before = up.describe().nodes.map(({ pid }) => pid)
      up.signal('SIGSTOP')
      await elapsed(pulseTimes.silentMs + 700)
      up.signal('SIGCONT')
      // So long the nodes are given to speak: who was judged all the same is gone by then.
      await elapsed(pulseTimes.intervalMs + pulseTimes.questionMs + 500)
      expect(up.describe().nodes.map(({ pid }) => pid)).toEqual(before)
    },
    limitMs,
  )

  test(
    'a node that dies young again and again is given pauses, comes back, and keeps nobody from replacing it',
    async () => {
      const up = await running()
      for (let death = 1; death <= 3; death++) {
        const { pid } = up.node('n1')
        signal(pid, 'SIGKILL')
        await up.replaced('n1', pid, 5000)
      }
      expect(up.output.filter((line) => line.startsWith('n1 starting again'))).toEqual([
        'n1 starting again',
        'n1 starting again in 250 ms',
        'n1 starting again in 500 ms',
      ])
      up.signal('SIGHUP')
      // Before its turn comes.
      signal(up.node('n1').pid, 'SIGKILL')
      await until(() => up.output.some((line) => /^(not )?rolled:/.test(line)), { timeoutMs: 20_000 })
      expect(up.output).toContain('rolled: every node is new')
    },
    limitMs,
  )

  test(
    'a database that is killed is started again at the same address',
    async () => {
      const up = await steady()
      const before = up.describe()
      signal(before.postgresPid!, 'SIGKILL')
      const after = await until(() => {
        const now = up.describe()
        return now.postgresPid !== undefined && now.postgresPid !== before.postgresPid && now
      })
      expect(after.databaseUrl).toBe(before.databaseUrl)
      expect(after.nodes.map(({ pid }) => pid)).toEqual(before.nodes.map(({ pid }) => pid))
    },
    limitMs,
  )

  test(
    'SIGHUP replaces every node, one at a time, and somebody answers throughout, were there but one and often dead before',
    async () => {
      const up = await running({ nodes: 1 })
      for (const _ of [1, 2]) {
        const { pid } = up.node('n1')
        signal(pid, 'SIGKILL')
        await up.replaced('n1', pid, 20_000)
      }
      const before = up.describe().nodes
      let failures = 0
      let isRolling = true
      const asking = (async () => {
        while (isRolling) await ask(up.options.port).catch(() => failures++)
      })()
      up.signal('SIGHUP')
      // The new one dies, too, once; the roll is no worse for it.
      const isNew = (): number | false => {
        const pid = up.describe().nodes.find(({ id }) => id === 'n1')?.pid
        return pid !== undefined && pid !== before[0]!.pid && pid
      }
      signal(await until(isNew, { what: 'a new n1', timeoutMs: 20_000 }), 'SIGKILL')
      await until(() => up.output.some((line) => /^(not )?rolled:/.test(line)), { timeoutMs: 20_000 })
      expect(up.output).toContain('rolled: every node is new')
      isRolling = false
      await asking
      const after = up.describe().nodes
      expect(after.map(({ id, state }) => `${id} ${state}`)).toEqual(['n1 ready'])
      for (const { pid } of before) expect(after.map((node) => node.pid)).not.toContain(pid)
      expect(failures).toBeLessThan(10)
    },
    limitMs,
  )

  test(
    'a roll whose new node does not live says so, and leaves the old ones at work',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'alun-roll-'))
      const poison = join(folder, 'poison')
      const up = await cluster({ behaviour: `dies:${poison}` })
      up.launch()
      // Its database is yet to be made.
      await until(() => existsSync(join(up.options.dataDir, 'lock.json')), { what: 'the lock', timeoutMs: 60_000 })
      up.signal('SIGHUP')
      const isRefused = (): boolean => up.output.some((line) => line.startsWith('not rolled: it is not running yet'))
      await until(isRefused, { what: 'the roll to be refused', timeoutMs: 60_000 })
      await up.ready()
      const before = up.describe().nodes
      await Bun.write(poison, '')
      up.signal('SIGHUP')
      await until(() => up.describe().rolls?.ended === 2, { what: 'the end of the roll', timeoutMs: 20_000 })
      expect(up.describe().rolls?.failure).toBe('a new node did not become ready')
      expect(up.describe().nodes).toEqual(before)
      rmSync(folder, { recursive: true, force: true })
    },
    limitMs,
  )
})
