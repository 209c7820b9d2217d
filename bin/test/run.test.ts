/** The runner meets files that crash, hang, leave, don't load and hold nothing. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sum, type FileResult } from './report'
import { runFiles } from './run'

const head = `import { test } from 'bun:test'\ntest('is fine', () => {})\n`
const files: Record<string, string> = {
  'good.test.ts': `${head}test('is fine too', () => console.log('a line of its own'))`,
  'bad.test.ts': `${head}test('is not', () => { throw new Error('no') })`,
  'crashes.test.ts': `${head}test('dies', () => process.kill(process.pid, 'SIGKILL'))`,
  'leaves.test.ts': `${head}test('leaves', () => process.exit(0))`,
  'hangs.test.ts': `${head}test('hangs', () => { for (;;); })`,
  'broken.test.ts': `import { nothing } from './nowhere'\n${head}nothing()`,
  'empty.test.ts': '',
}

let root: string
const lines: string[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'alun-runner-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
})

afterAll(() => rm(root, { recursive: true, force: true }))

function run(names: string[], flags: string[] = [], limitMs = 20_000): Promise<FileResult[]> {
  return runFiles(names, { root, flags, limitMs, env: process.env, onLine: (line) => lines.push(line) })
}

const brief = (results: FileResult[]): Record<string, [number, number]> =>
  Object.fromEntries(results.map(({ path, passed, failed }) => [path, [passed, failed]]))

for (const flags of [[], ['--parallel=2'], ['--parallel=2', '--no-isolate']]) {
  test(`one file cannot hide what the others say (${flags.join(' ') || 'plainly'})`, async () => {
    const names = [
      'good.test.ts',
      'bad.test.ts',
      'crashes.test.ts',
      'leaves.test.ts',
      'broken.test.ts',
      'empty.test.ts',
    ]
    const results = brief(await run(names, flags))
    expect(Object.keys(results).toSorted()).toEqual(names.toSorted())
    expect(results).toMatchObject({ 'good.test.ts': [2, 0], 'bad.test.ts': [1, 1] })
    for (const name of names.slice(2)) expect(results[name]![1]).toBe(1)
  }, 30_000)
}

test('a file that hangs is ended and has failed; the others are heard', async () => {
  const results = await run(['good.test.ts', 'hangs.test.ts'], [], 2000)
  expect(brief(results)).toEqual({ 'good.test.ts': [2, 0], 'hangs.test.ts': [0, 1] })
  expect(results.find(({ path }) => path === 'hangs.test.ts')!.problems[0]).toContain('hangs')
}, 30_000)

test('what a test writes reaches the reader line by line', async () => {
  lines.length = 0
  expect(sum(await run(['good.test.ts']))).toEqual({ passed: 2, failed: 0, skipped: 0 })
  expect(lines).toContain('a line of its own')
}, 30_000)
