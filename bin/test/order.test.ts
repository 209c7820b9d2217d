import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { kindOf } from './kinds'
import { alone, inLanes, longestFirst, mayHaveCompany, seconds, timingsOf } from './order'

/** Runs that end when they are told to. */
function stoppable() {
  const under = new Map<string, PromiseWithResolvers<void>>()
  const begun: string[] = []
  const lanes = new Map<string, number>()
  return {
    begun,
    lanes,
    run: (item: string, lane: number): Promise<void> => {
      begun.push(item)
      lanes.set(item, lane)
      const ending = Promise.withResolvers<void>()
      under.set(item, ending)
      return ending.promise.finally(() => under.delete(item))
    },
    async end(item: string, error?: Error): Promise<void> {
      const { resolve, reject } = under.get(item)!
      if (error) reject(error)
      else resolve()
      await new Promise(setImmediate)
    },
    running: () => [...under.keys()],
  }
}

test('two run at a time, each in a lane of its own, and the next takes the lane that is free', async () => {
  const { run, end, running, lanes } = stoppable()
  const all = inLanes(['a', 'b', 'c', 'd'], 2, run)
  expect(running()).toEqual(['a', 'b'])
  await end('b')
  expect(running()).toEqual(['a', 'c'])
  await end('c')
  await end('a')
  await end('d')
  await all
  expect(Object.fromEntries(lanes)).toEqual({ a: 0, b: 1, c: 1, d: 1 })
})

test('with one lane each waits for the one before it', async () => {
  const { run, end, running, begun } = stoppable()
  const all = inLanes(['a', 'b'], 1, run)
  expect(running()).toEqual(['a'])
  await end('a')
  expect(running()).toEqual(['b'])
  await end('b')
  await all
  expect(begun).toEqual(['a', 'b'])
})

test('an error is thrown when those under way have ended, and nothing is begun after it', async () => {
  const { run, end, begun } = stoppable()
  let thrown: unknown
  const all = inLanes(['a', 'b', 'c'], 2, run).catch((error: unknown) => (thrown = error))
  await end('a', new Error('no bun'))
  expect(thrown).toBeUndefined()
  await end('b')
  await all
  expect(String(thrown)).toContain('no bun')
  expect(begun).toEqual(['a', 'b'])
})

test('what takes long begins first, and the others as they stand', () => {
  const files = [
    'a.cluster.test.ts',
    'cluster/postgres.cluster.test.ts',
    'b.cluster.test.ts',
    'cluster/supervisor.cluster.test.ts',
  ]
  expect(longestFirst(files)).toEqual([files[3]!, files[1]!, files[0]!, files[2]!])
  const timings = JSON.parse(timingsOf(files.slice(0, 2))) as { files: Record<string, number> }
  expect(timings.files).toEqual({ 'a.cluster.test.ts': 1000, 'cluster/postgres.cluster.test.ts': 23_000 })
})

test('what measures has no company', () => {
  expect(mayHaveCompany('prove/bench/bench.cluster.test.ts')).toBe(false)
  expect(mayHaveCompany('client/client.cluster.test.ts')).toBe(true)
})

test('every name stands for files that are there and run singly or take long', async () => {
  const glob = new Bun.Glob('{cluster,deploy,kernel,main,prove,services,web}/**/*.test.ts')
  const files = await Array.fromAsync(glob.scan({ cwd: join(import.meta.dir, '../..') }))
  const stale = (names: object, has: (path: string) => boolean): string[] =>
    Object.keys(names).filter((name) => !files.some((path) => path.startsWith(name) && has(path)))
  expect(stale(alone, (path) => ['cluster', 'e2e'].includes(kindOf(path)))).toEqual([])
  expect(stale(seconds, (path) => kindOf(path) !== 'unit')).toEqual([])
})
