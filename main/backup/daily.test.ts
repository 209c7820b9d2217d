import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { backUpWhenDue, lastBackupAt } from './daily'

let dataDir: string
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'alun-daily-'))))
afterEach(() => rmSync(dataDir, { recursive: true }))

const hour = 3600_000
let now = Date.UTC(2026, 0, 1, 3)
const take = async (file: string): Promise<void> => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'a backup')
  utimesSync(file, now / 1000, now / 1000)
}
const look = (keep = 3): Promise<string | undefined> => backUpWhenDue({ dataDir, keep, take, now: () => now })
const names = (): string[] => readdirSync(join(dataDir, 'backups')).sort()

test('one a day is taken, and the last few are kept', async () => {
  for (let day = 0; day < 5; day++) {
    expect(await look()).toContain('alun-2026-01-0')
    now += 23 * hour
    expect(await look()).toBeUndefined()
    now += hour
  }
  expect(names()).toEqual([
    'alun-2026-01-03T03-00.tar.gz',
    'alun-2026-01-04T03-00.tar.gz',
    'alun-2026-01-05T03-00.tar.gz',
  ])
  expect(lastBackupAt(dataDir)).toBe(Date.UTC(2026, 0, 5, 3))
})

test('one that fails costs no older one, and the next look tries again', async () => {
  await look(1)
  now += 24 * hour
  const fails = (): Promise<void> => Promise.reject(new Error('the disk is full'))
  await expect(backUpWhenDue({ dataDir, keep: 1, take: fails, now: () => now })).rejects.toThrow('full')
  expect(names()).toHaveLength(1)
  expect(await look(1)).toBeString()
  expect(names()).toHaveLength(1)
})

test('one that takes longer than until the next look is let finish, and none is begun beside it', async () => {
  const gate = Promise.withResolvers<void>()
  let begun = 0
  const slowly = async (file: string): Promise<void> => {
    begun++
    await gate.promise
    await take(file)
  }
  const first = backUpWhenDue({ dataDir, keep: 3, take: slowly, now: () => now })
  now += hour
  expect(await backUpWhenDue({ dataDir, keep: 3, take: slowly, now: () => now })).toBeUndefined()
  gate.resolve()
  expect(await first).toBeString()
  expect([begun, names().length]).toEqual([1, 1])
})

test('what else lies in the folder is left alone', async () => {
  mkdirSync(join(dataDir, 'backups'))
  writeFileSync(join(dataDir, 'backups/alun-old.tar.gz.partial'), '')
  writeFileSync(join(dataDir, 'backups/notes.txt'), '')
  for (let day = 0; day < 3; day++, now += 24 * hour) await look(1)
  expect(names()).toHaveLength(3)
})
