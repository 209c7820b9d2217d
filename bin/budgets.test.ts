import { afterAll, beforeAll, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measurePages } from './budgets'

/** Text that brotli can't make much smaller than three quarters. */
const noise = (bytes: number): string => `/* ${randomBytes(bytes).toString('base64')} */`

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alun-pages-'))
  await mkdir(join(folder, 'assets'))
  const files = {
    'index.html':
      '<link href="/assets/a.css"><link href="https://example.com/b.css"><script src="/assets/a.js"></script>',
    'assets/a.css': noise(1000),
    'assets/a.js': `import { b } from './b.js'\nb(() => import('./later.js'))\n${noise(1000)}`,
    'assets/b.js': `import { c } from '/assets/c.js'\nexport const b = c\n${noise(2000)}`,
    'assets/c.js': `export const c = 1\n${noise(4000)}`,
    'assets/later.js': noise(8000),
    'sw.js': noise(16_000),
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('what is imported at once counts for the first page, what may follow does not', async () => {
  const [page, styles, script, later] = (await measurePages(folder)).map(({ bytes }) => Math.round(bytes / 1000))
  expect({ page, styles, script, later }).toEqual({ page: 0, styles: 1, script: 7, later: 24 })
})

test('a page without a script is not what was to be built', async () => {
  const empty = await mkdtemp(join(folder, 'empty-'))
  await writeFile(join(empty, 'index.html'), '<p></p>')
  expect((await measurePages(empty).catch(String)) as string).toContain('was it built')
})
