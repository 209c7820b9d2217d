import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allocator } from './allocator'

const file = (path: string): string => readFileSync(join(import.meta.dir, '..', path), 'utf8')

test('the runtime’s allocator knows what it is told', () => {
  const env = { ...allocator, MIMALLOC_VERBOSE: '1' }
  const { stderr } = Bun.spawnSync([process.execPath, '--version'], { env })
  expect(stderr.toString()).toContain(`option 'purge_delay': ${allocator.MIMALLOC_PURGE_DELAY}`)
})

test.each(['bin/start.mjs', 'deploy/alun-node.service', 'deploy/Dockerfile', 'deploy/try.sh'])(
  'who starts a node by %s tells it the same',
  (path) => {
    const told = new RegExp(`MIMALLOC_PURGE_DELAY(=| \\?\\?= ')${allocator.MIMALLOC_PURGE_DELAY}\\b`)
    expect(told.test(file(path))).toBe(true)
  },
)
