/**
 * The parts of compose.yaml as plain processes with the same files (deploy/try.sh): judged from outside, while they are
 * broken (deploy/break.sh) too, and watched by a real Prometheus meanwhile.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mint } from '../edge/sessions'
import { TestClient } from '../prove/testing/cluster'
import { statement } from '../prove/testing/database'
import { until } from '../prove/testing/until'
import { programOf } from './testing/balancer'

const root = join(import.meta.dir, '..')
const isHere =
  ['nginx', 'redis-server', 'prometheus', 'curl'].every(programOf) &&
  [...new Bun.Glob('*/bin').scanSync({ cwd: '/usr/lib/postgresql', onlyFiles: false })].length > 0
if (!isHere)
  console.log('skipped: programs that the assembly is made of are missing (deploy/programs.sh installs them)')

const secret = 'a-secret-of-this-test-that-is-long-enough'
let assembly: Bun.Subprocess<'ignore', 'pipe', 'inherit'>
let url: string
let prometheus: string
let folder: string

beforeAll(async () => {
  if (!isHere) return
  assembly = Bun.spawn([join(root, 'deploy/try.sh')], {
    ...{ stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin', ALUN_SECRET: secret, TRY_SCRAPE: '1s' },
  })
  let said = ''
  for await (const chunk of assembly.stdout) {
    said += new TextDecoder().decode(chunk)
    const ready = /^ready (\S+) (\S+) (\S+)\n/m.exec(said)
    if (!ready) continue
    ;[url, prometheus, folder] = ready.slice(1) as [string, string, string]
    return
  }
  throw new Error(`deploy/try.sh ended with ${await assembly.exited}`)
}, 120_000)

afterAll(async () => {
  assembly?.kill('SIGTERM')
  await assembly?.exited
}, 60_000)

/** Whether each node may have a network of its own, that can be cut. */
const hasMachines =
  isHere &&
  Bun.spawnSync(['unshare', '--net', '--mount', 'ip', 'link', 'add', 'campus', 'type', 'bridge']).exitCode === 0
if (isHere && !hasMachines) console.log('skipped: networks of our own are not permitted here; no machine is cut off')

const proof = [process.execPath, join(root, 'prove/proof/main.ts'), '--json']

/** What proof says of them; how soon things arrive depends on what else this machine does. */
async function verdictOf(command: string[], env: Record<string, string>): Promise<Record<string, string>> {
  const prove = Bun.spawn(command, {
    ...{ stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' },
    env: { ...process.env, ALUN_SECRET: secret, ...env },
  })
  const said = await new Response(prove.stdout).text()
  const verdict = JSON.parse(said.trim().split('\n').at(-1)!) as {
    promises: { promise: string; verdict: string; checks: { broken: string[] }[] }[]
    scenarios: { name: string; failure?: string; skipped: string[] }[]
  }
  expect(verdict.scenarios.filter(({ failure, skipped }) => failure !== undefined || skipped.length > 0)).toEqual([])
  return Object.fromEntries(
    verdict.promises.map((one) => [
      one.promise,
      [one.verdict, ...one.checks.flatMap(({ broken }) => broken)].join(': '),
    ]),
  )
}

const held = (...promises: string[]): Record<string, string> =>
  expect.objectContaining(Object.fromEntries(promises.map((promise) => [promise, 'held'])))

// tidy: skip: without the programs there is nothing to run
describe.skipIf(!isHere)('the assembly', () => {
  test('alun prove finds every promise kept, behind nginx, over Redis, on a PostgreSQL with a standby', async () => {
    const words = ['--url', url, '--scenario', 'balance,attendance,reports', '--faults', '0', '--seconds', '1']
    expect(await verdictOf([...proof, ...words], {})).toEqual(held('G1', 'G2', 'G3', 'G4', 'G7', 'G8'))
  }, 180_000)

  test('and kept while a machine is cut off, node, Redis and nginx are killed, one hangs, and the standby takes over', async () => {
    const faults = 'cut machine,kill node,freeze node,kill bus,kill balancer,fail over database'.split(',')
    const words = ['--scenario', 'chat,sale', '--seconds', '5', '--breaker', join(root, 'deploy/break.sh'), '--faults']
    // Nobody outside reaches into such networks: the clients are inside.
    const inside = [join(root, 'deploy/try.sh'), 'sh', '-c', 'exec "$@" --url "$ALUN_URL"', 'sh']
    const verdict = hasMachines
      ? await verdictOf([...inside, ...proof, ...words, faults.join(',')], { TRY_MACHINES: '1' })
      : await verdictOf([...proof, '--url', url, ...words, faults.slice(1).join(',')], { TRY_FOLDER: folder })
    expect(verdict).toEqual(held('G1', 'G2', 'G3', 'G4', 'G6', 'G9'))
  }, 240_000)

  test('doctor and backup go to the server that takes writes, wherever it stands among several', async () => {
    const primary = (await readFile(join(folder, 'writes'), 'utf8')).trim()
    const both = (await readFile(join(folder, 'ports'), 'utf8')).split(' ').slice(1, 3)
    const standby = both.find((port) => port !== primary)!
    const alun = (ports: readonly string[], ...words: string[]): { code: number; out: string } => {
      const [data, hosts] = [join(folder, 'operator'), ports.map((port) => `127.0.0.1:${port}`).join()]
      const { exitCode, stdout, stderr } = Bun.spawnSync(
        [process.execPath, join(root, 'main/cli.ts'), ...words, '--data', data],
        { env: { DATABASE_URL: `postgres://alun:try@${hosts}/alun`, ALUN_SECRET: secret } },
      )
      return { code: exitCode, out: stdout.toString() + stderr.toString() }
    }
    // The standby stands first, and has not seen what came last: nobody may take it for the one that takes writes.
    const asOwner = `postgres://postgres@localhost:${standby}/postgres?host=${encodeURIComponent(folder)}`
    const pause = async (): Promise<boolean> => (await statement(asOwner, 'SELECT pg_wal_replay_pause()'), true)
    await until(pause, { what: 'the standby', timeoutMs: 30_000, everyMs: 100 })
    await call('discussion/post', 'writer', { channel: 'general', text: 'kept-though-the-standby-lags' })
    const archive = join(folder, 'operator.tar.gz')
    const { code, out } = alun([standby, primary], 'backup', archive)
    const [again, alone] = [[standby, primary], [standby]].map((ports) => alun(ports, 'doctor').out)
    await statement(asOwner, 'SELECT pg_wal_replay_resume()')
    expect([out, code]).toEqual([expect.stringMatching(/: \d+ rows of \d+ tables/), 0])
    expect(Bun.spawnSync(['tar', '-xzOf', archive]).stdout.toString()).toContain('kept-though-the-standby-lags')
    expect(again).toMatch(/^ok {4}database: PostgreSQL \d+/m)
    expect(alone).not.toMatch(/^ok {4}database/m)
    const restored = alun([standby, primary], 'restore', archive)
    expect([restored.out, restored.code]).toEqual([expect.stringContaining('empty'), 1])
  }, 60_000)

  test('during a sale Prometheus answers every query of the dashboard, and the seed’s own shows who got one', async () => {
    const drop = await sale()
    const { token } = await mint(secret, { id: 'looker', name: 'looker', role: 'student' }, 600, Date.now())
    const looker = new TestClient(Number(new URL(url).port), 'looker', token)
    await looker.connected()
    for (let buyer = 0; ; buyer += 2) {
      await looker.rpc('people.me', {})
      await Promise.all([call('drops/claim', `b${buyer}`, drop.open), call('drops/claim', `b${buyer}`, drop.gone)])
      const rates = await ask('sum(rate(flash_sale_requests_total[1m])) by (status)')
      if (rates.filter(({ value }) => Number(value[1]) > 0).length === 2) break
      expect(buyer).toBeLessThan(2000)
    }
    const dashboard = await Bun.file(join(import.meta.dir, 'grafana/dashboards/alun.json')).json()
    const queries = (dashboard as Dashboard).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    expect(queries).toContain('sum(rate(flash_sale_requests_total[1m])) by (status)')
    looker.sdk.disconnect()
    // "Not a number" is what a quantile of nothing is: no answer either.
    const tells = async (query: string): Promise<boolean> =>
      (await ask(query)).some(({ value }) => Number.isFinite(Number(value[1])))
    for (const query of queries)
      await until(() => tells(query), { what: `an answer to ${query}`, timeoutMs: 20_000, everyMs: 100 })
    expect((await ask('up{job="alun"} == 1')).length).toBe(3)
  }, 60_000)

  test('every rule is evaluated, and none that tells of an outage rings', async () => {
    const { groups } = await api<{ groups: { rules: { name: string; health: string; state: string }[] }[] }>('rules')
    const rules = groups.flatMap((group) => group.rules)
    const documented = await readFile(join(root, 'docs/operate/alerts.md'), 'utf8')
    expect(rules.filter(({ name }) => !documented.includes(`| \`${name}\` |`))).toEqual([])
    expect(rules.filter(({ health }) => health === 'err')).toEqual([])
    const rings = rules.filter(({ name, state }) => /Down|NoNode|Flaps|Faults/.test(name) && state === 'firing')
    expect(rings).toEqual([])
  })

  test('what nodes measure is what the page on metrics lists', async () => {
    const { activeTargets } = await api<{ activeTargets: { scrapeUrl: string }[] }>('targets')
    const texts = await Promise.all(activeTargets.map(async ({ scrapeUrl }) => (await fetch(scrapeUrl)).text()))
    const measured = texts.join('\n').matchAll(/^# TYPE (\w+) (\w+)$/gm)
    const page = await readFile(join(root, 'docs/operate/metrics.md'), 'utf8')
    const listed = page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)
    const all = (found: Iterable<RegExpExecArray>): string[] =>
      [...new Set([...found].map(([, name, kind]) => `${name} ${kind}`))].toSorted()
    expect(all(listed)).toEqual(all(measured))
    // `le` is of histograms, and `node` of all.
    const own = (names: Iterable<RegExpExecArray>): string[] =>
      [...names].map(([, name]) => name!).filter((name) => name !== 'le' && name !== 'node')
    const labels = new Map(
      [...page.matchAll(/^\| `(\w+)` \| \w+ \| ([^|]*)\|/gm)].map(([, name, cell]) => [
        name!,
        own(cell!.matchAll(/`(\w+)`/g)),
      ]),
    )
    for (const [, name, text] of texts.join('\n').matchAll(/^(\w+)\{(.*)\} /gm)) {
      const of = labels.get(name!) ?? labels.get(name!.replace(/_(bucket|count|sum)$/, ''))
      expect([name, own(text!.matchAll(/(\w+)="/g))]).toEqual([name, of])
    }
  })

  test('each line of the logs is JSON with the node’s name, and holds no secret and nothing that people wrote', async () => {
    await call('discussion/post', 'writer', { channel: 'general', text: 'nobody-logs-this', key: 'k1' })
    const lines = (await Promise.all(['n1', 'n2', 'n3'].map((id) => readFile(join(folder, `${id}.log`), 'utf8'))))
      .flatMap((log) => log.split('\n'))
      .filter(Boolean)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        at: expect.any(String),
        level: expect.any(String),
        what: expect.any(String),
      })
      expect((JSON.parse(line) as { node: string }).node).toMatch(/^n[123]$/)
    }
    expect(lines.filter((line) => /nobody-logs-this|eyJ|alun:try@/.test(line) || line.includes(secret))).toEqual([])
  })
})

interface Dashboard {
  panels: { targets: { expr: string }[] }[]
}

async function api<T>(path: string): Promise<T> {
  const response = await fetch(`${prometheus}/api/v1/${path}`)
  const body = (await response.json()) as { status: string; data: T; error?: string }
  if (body.status !== 'success') throw new Error(`${path}: ${body.error}`)
  return body.data
}

async function ask(query: string): Promise<{ value: [number, string] }[]> {
  return (await api<{ result: { value: [number, string] }[] }>(`query?query=${encodeURIComponent(query)}`)).result
}

async function call(path: string, user: string, input: object, role: 'student' | 'organiser' = 'student') {
  const { token } = await mint(secret, { id: user, name: user, role }, 600, Date.now())
  const response = await fetch(`${url}/api/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: crypto.randomUUID(), ...input }),
  })
  return (await response.json()) as { id: string; verdict?: string }
}

/** One drop that has enough for everybody, and one that is sold out. */
async function sale(): Promise<{ open: { drop: string }; gone: { drop: string } }> {
  const opensAt = new Date(Date.now() - 1000).toISOString()
  const [open, gone] = await Promise.all(
    [100_000, 1].map((stock) =>
      call('drops/create', 'organiser', { title: `of ${stock}`, stock, opensAt, holdSeconds: 0 }, 'organiser'),
    ),
  )
  await until(async () => (await call('drops/claim', 'first', { drop: gone!.id })).verdict !== 'not_open', {
    what: 'the drop to open',
  })
  return { open: { drop: open!.id }, gone: { drop: gone!.id } }
}
