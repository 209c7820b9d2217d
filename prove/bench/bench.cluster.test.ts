/** That the benchmarks run, and that what they tell is told in all its forms. No figure is a verdict. */
import { expect, test } from 'bun:test'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Measured } from './figures'

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
