import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDescription, removeDescription, writeDescription, type ClusterDescription } from './description'

const description: ClusterDescription = {
  ...{
    pid: 1,
    startedAt: '2026-01-01T00:00:00Z',
    port: 8080,
    scheme: 'http',
    databaseUrl: 'postgres://x/y',
    nodes: [],
  },
}

test('what is written is read again, until it is removed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'alun-described-'))
  expect(writeDescription(dir, description)).toBe(true)
  expect(readDescription(dir)).toEqual(description)
  removeDescription(dir)
  expect(readDescription(dir)).toBeUndefined()
  await rm(dir, { recursive: true })
})

test('where it cannot be written, that is told and nobody falls over it', () => {
  expect(writeDescription('/nowhere/to/be/found', description)).toBe(false)
})
