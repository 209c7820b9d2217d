/** That the benchmarks run, and that what they tell is told in all its forms. No figure is a verdict. */
import { expect, test } from 'bun:test'
import { mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../../cluster/processes'
import { until } from '../testing/until'
import type { Measured } from './figures'
import { Centrifugo } from './peers/centrifugo'

const root = join(import.meta.dir, '../..')

test('a short run tells its figures as JSON, as a page and in a document, each beside a limit of the machine', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'alun-bench-'))
  const [page, document] = [join(dir, 'figures.html'), join(dir, 'figures.md')]
  const places = ['fanout', 'connect', 'idle'].map(
    (name) => `<!-- bench ${name} -->\nold ${name}\n<!-- /bench ${name} -->`,
  )
  await writeFile(document, places.join('\n'))
  const words = ['bench', '--smoke', '--json', '--report', page, '--write', document]
  const program = Bun.spawn([process.execPath, 'main/cli.ts', ...words], {
    cwd: root,
    stdout: 'pipe',
    stderr: 'ignore',
  })
  const { benches } = JSON.parse(await new Response(program.stdout).text()) as { benches: Record<string, Measured> }
  expect(await program.exited).toBe(0)
  expect(Object.keys(benches)).toEqual(['fanout', 'connect'])
  const [html, markdown] = await Promise.all([readFile(page, 'utf8'), readFile(document, 'utf8')])
  for (const { figures } of Object.values(benches)) {
    for (const { what, bars } of figures) {
      expect(bars.map(({ kind }) => kind)).toEqual(['ours', 'limit'])
      for (const { value } of bars) expect(value).toBeGreaterThan(0)
      expect(html).toContain(what)
      expect(markdown).toContain(what)
    }
  }
  expect(html).not.toMatch(/<script|style=|https?:/)
  expect(markdown.match(/old \w+/g)).toEqual(['old idle'])
  await rm(dir, { recursive: true })
}, 180_000)

/** All that benchmarks start: programs of peers, bare servers, nodes with their database. */
const starting = `
import { startBare } from './prove/bench/bare'
import { Programs } from './prove/bench/peers/programs'
import { testCluster } from './prove/testing/cluster'
const programs = await Programs.inFolder()
programs.start('/bin/sleep', ['1000'])
const [bare, cluster] = await Promise.all([startBare('handler'), testCluster({ nodes: 1 })])
console.log(JSON.stringify([...programs.roots, bare.pid, cluster.nodes[0].pid, cluster.postgres.server.pid]))
`

test('kill -9 of a benchmark leaves no process and no file behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alun-bench-'))
  const program = Bun.spawn([process.execPath, '-e', starting], {
    ...{ cwd: root, stdout: 'pipe', stderr: 'inherit' },
    env: { ...process.env, TMPDIR: folder },
  })
  const { value } = await program.stdout.getReader().read()
  const pids = JSON.parse(new TextDecoder().decode(value)) as number[]
  expect(pids.map(isAlive)).toEqual([true, true, true, true])
  program.kill('SIGKILL')
  await program.exited
  await until(() => !pids.some(isAlive), { what: 'every process to be gone', timeoutMs: 30_000 })
  await until(async () => (await readdir(folder)).length === 0, { what: 'every file to be gone', timeoutMs: 30_000 })
  await rmdir(folder)
}, 120_000)

test('who has no Centrifugo is told how to get it, and the rest is measured', async () => {
  expect(await Centrifugo.start('memory', '/nowhere/centrifugo')).toContain('prove/bench/peers/centrifugo.sh')
})
