/**
 * The official JavaScript SDK's own tests against two nodes under the conformance profile. `docs/conformance.md` says how
 * to get them: nothing of theirs is kept here, so without the clone these are skipped.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testCluster, type TestCluster } from '../testing/cluster'

const suites = process.env['ALUN_SUITES']
const clone = suites && join(suites, 'centrifuge-js')
const there = clone !== undefined && clone !== '' && existsSync(join(clone, 'node_modules'))
if (!there) console.log('skipped: ALUN_SUITES names no folder with an installed clone of centrifuge-js')

/** Over HTTP streaming and SSE we don't speak this protocol, and map subscriptions are experimental. */
const asked = '^(?!http_stream|sse|map)'
/** Not counting those that skip themselves by the version of Node.js. */
const files = { 'centrifuge.test.ts': 25, 'recovery.test.ts': 3, 'getstate.test.ts': 7 }

let cluster: TestCluster
let dir: string
let report: Report

interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[]
}

beforeAll(async () => {
  if (!there) return
  cluster = await testCluster({ nodes: 2, env: { ALUN_CONFORMANCE: '1' } })
  dir = await copyOf(clone, cluster.port)
  report = await jest(dir)
}, 180_000)

afterAll(async () => {
  await cluster?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

for (const [file, least] of Object.entries(files)) {
  // tidy: skip: without the clone there is nothing to run
  test.skipIf(!there)(`the SDK's ${file} passes`, () => {
    const results = report.testResults.find(({ name }) => name.endsWith(`/${file}`))?.assertionResults ?? []
    const ran = results.filter(({ status }) => status !== 'pending')
    const failed = ran.filter(({ status }) => status !== 'passed')
    console.log(`${file}: ${ran.length - failed.length} of ${ran.length}`)
    expect(failed.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`)).toEqual([])
    expect(ran.length).toBeGreaterThanOrEqual(least)
  })
}

/** Their endpoints are literals: a copy that knows our port, so that nobody needs theirs. */
async function copyOf(from: string, port: number): Promise<string> {
  const to = await mkdtemp(join(tmpdir(), 'alun-suite-'))
  for (const name of ['src', 'package.json', 'jest.config.js', 'tsconfig.json']) {
    await cp(join(from, name), join(to, name), { recursive: true })
  }
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'))
  for (const name of await readdir(join(to, 'src'))) {
    if (!name.endsWith('.test.ts')) continue
    const path = join(to, 'src', name)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replaceAll('localhost:8000', `127.0.0.1:${port}`))
  }
  return to
}

async function jest(cwd: string): Promise<Report> {
  const out = join(cwd, 'report.json')
  const command = [
    'node',
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--forceExit',
    '--json',
    `--outputFile=${out}`,
  ]
  const run = Bun.spawn([...command, '-t', asked, ...Object.keys(files).map((file) => `src/${file}`)], {
    cwd,
    stdout: 'ignore',
    stderr: 'pipe',
    env: { ...process.env, SKIP_CENTRIFUGO_CHECK: '1' },
  })
  const said = await new Response(run.stderr).text()
  await run.exited
  if (!existsSync(out)) throw new Error(`their test runner gave no report:\n${said.slice(-4000)}`)
  return (await Bun.file(out).json()) as Report
}
