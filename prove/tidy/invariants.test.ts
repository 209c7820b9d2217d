/** `docs/invariants.md` names tests; each of them must be there, or a promise is held by nothing. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'

const root = join(import.meta.dir, '../..')
const page = await Bun.file(join(root, 'docs/invariants.md')).text()
const named = [...new Set([...page.matchAll(/`([\w/.*-]+\.test\.ts)`/g)].map(([, path]) => path!))]

test('every test that the page of promises names is in the repository', async () => {
  expect(named.length).toBeGreaterThan(10)
  const missing: string[] = []
  for (const pattern of named) {
    const found = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: root }))
    if (found.length === 0) missing.push(pattern)
  }
  expect(missing).toEqual([])
})

test('every test of the promises stands on their page', async () => {
  const patterns = named.map((pattern) => new Bun.Glob(pattern))
  const tests = await Array.fromAsync(new Bun.Glob('prove/{promises,doors,conformance}/*.test.ts').scan({ cwd: root }))
  expect(tests.filter((path) => !patterns.some((pattern) => pattern.match(path)))).toEqual([])
})
