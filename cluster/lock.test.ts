import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acquireLock, holderOf, Locked, type Holder } from './lock'
import { birthOf } from './processes'

let dataDir: string
const holders: Bun.Subprocess<'pipe', 'pipe', 'inherit'>[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'alun-lock-'))
})

afterEach(async () => {
  for (const each of holders.splice(0)) {
    each.kill('SIGKILL')
    await each.exited
  }
  rmSync(dataDir, { recursive: true })
})

/** Another process that tries; resolves with what it says first. */
async function other(): Promise<{ pid: number; said: string; end: (how: NodeJS.Signals) => Promise<unknown> }> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/testing/hold-lock.ts`, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  holders.push(child)
  const { value } = await child.stdout.getReader().read()
  const end = (how: NodeJS.Signals): Promise<unknown> => {
    child.kill(how)
    return child.exited
  }
  return { pid: child.pid, said: new TextDecoder().decode(value).trim(), end }
}

function refusal(): Locked {
  try {
    acquireLock(dataDir, 1).release()
  } catch (error) {
    expect(error).toBeInstanceOf(Locked)
    return error as Locked
  }
  throw new Error('it was given')
}

const write = (holder: Holder): void => writeFileSync(join(dataDir, 'lock.json'), JSON.stringify(holder))

test('a second one is refused in one line with pid, port and since when', async () => {
  const { pid, said } = await other()
  expect(said).toBe('held')
  expect(refusal().message).toMatch(
    new RegExp(
      `^already running on ${dataDir} \\(pid ${pid}, port 8080, since 20\\d\\d-.*\\); stop it first, .*--data$`,
    ),
  )
  expect(holderOf(dataDir)?.pid).toBe(pid)
})

test('a released lock is free, and names nobody', async () => {
  acquireLock(dataDir, 1).release()
  expect(holderOf(dataDir)).toBeUndefined()
  expect((await other()).said).toBe('held')
})

test('a lock whose holder was killed is no obstacle', async () => {
  const { end } = await other()
  await end('SIGKILL')
  expect(readFileSync(join(dataDir, 'lock.json'), 'utf8')).toContain('"pid"')
  expect(holderOf(dataDir)).toBeUndefined()
  acquireLock(dataDir, 1).release()
})

test('a pid that another process got meanwhile is no obstacle', async () => {
  write({ pid: process.ppid, birth: 'another life', port: 8080, since: 'yesterday' })
  expect(holderOf(dataDir)).toBeUndefined()
  acquireLock(dataDir, 1).release()
})

test('a living holder counts even where the file system forgot the lock', () => {
  write({ pid: process.ppid, birth: birthOf(process.ppid), port: 8080, since: 'yesterday' })
  expect(refusal().holder?.pid).toBe(process.ppid)
})

test('half-written words about the holder are no obstacle', () => {
  writeFileSync(join(dataDir, 'lock.json'), '{"pid": 1')
  acquireLock(dataDir, 1).release()
})

test('of many that start at once on a stale lock exactly one gets it', async () => {
  const dead = await other()
  await dead.end('SIGKILL')
  const all = await Promise.all(Array.from({ length: 6 }, other))
  expect(all.filter(({ said }) => said === 'held')).toHaveLength(1)
})
