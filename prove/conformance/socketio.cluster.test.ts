/**
 * The public test suites of the Engine.IO and Socket.IO protocols, their WebSocket parts, against a node under the
 * conformance profile. `docs/conformance.md` says how to get them; without the clones these are skipped.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testCluster, type TestCluster } from '../testing/cluster'

const suites = process.env['ALUN_SUITES']
const tests = { 'socket.io-protocol': 22, 'engine.io-protocol': 9 }
const cloneOf = (name: string): string => join(suites ?? '', name, 'test-suite')
const there = Object.keys(tests).every((name) => suites && existsSync(join(cloneOf(name), 'node_modules')))
if (!there) console.log('skipped: ALUN_SUITES names no folder with installed clones of the two protocols')

interface Report {
  stats: { passes: number }
  failures: { fullTitle: string; err: { message: string } }[]
}

let cluster: TestCluster

beforeAll(async () => {
  if (there) cluster = await testCluster({ nodes: 1, env: { ALUN_CONFORMANCE: '1' } })
}, 60_000)

afterAll(() => cluster?.stop())

for (const [name, count] of Object.entries(tests)) {
  // tidy: skip: without the clones there is nothing to run
  test.skipIf(!there)(
    `the suite of ${name} passes over WebSocket`,
    async () => {
      const { stats, failures } = await mocha(cloneOf(name), cluster.port)
      expect(failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`)).toEqual([])
      expect(stats.passes).toBe(count)
    },
    120_000,
  )
}

/** Their address is a literal: a copy that knows our port, so that nobody needs theirs. */
async function mocha(from: string, port: number): Promise<Report> {
  const dir = await mkdtemp(join(tmpdir(), 'alun-suite-'))
  try {
    for (const file of ['package.json', 'node-imports.js', 'test-suite.js']) await cp(join(from, file), join(dir, file))
    await symlink(join(from, 'node_modules'), join(dir, 'node_modules'))
    const suite = await readFile(join(dir, 'test-suite.js'), 'utf8')
    await writeFile(join(dir, 'test-suite.js'), suite.replace('localhost:3000', `127.0.0.1:${port}`))
    const out = join(dir, 'report.json')
    const overWebSocket = ['--grep', 'long-polling|upgrade', '--invert']
    const run = Bun.spawn(
      ['node', 'node_modules/mocha/bin/mocha', 'test-suite.js', ...overWebSocket, '--reporter', 'json', '--exit'],
      { cwd: dir, stdout: Bun.file(out), stderr: 'pipe' },
    )
    const said = await new Response(run.stderr).text()
    await run.exited
    const text = await readFile(out, 'utf8')
    if (text === '') throw new Error(`their test runner gave no report:\n${said.slice(-4000)}`)
    return JSON.parse(text) as Report
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
