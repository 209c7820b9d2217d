/**
 * One supervisor per data folder.
 *
 * The lock is a kernel lock, taken by a SQLite transaction that stays open: it is gone the instant its holder is, by
 * whatever death, and two starters can't both win. Beside it, `lock.json` tells who holds it. Some network file
 * systems accept locks without keeping them; there the process named in `lock.json` still counts while it lives, which
 * its pid and its birth decide together: a pid that another process got after a crash is no obstacle.
 */
import { Database } from 'bun:sqlite'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from './failure'
import { birthOf, isStill } from './processes'

export interface Holder {
  pid: number
  birth: string | undefined
  port: number
  since: string
}

export class Locked extends StartFailure {
  override readonly name = 'Locked'
  constructor(
    dataDir: string,
    readonly holder: Holder | undefined,
  ) {
    const who = holder ? `pid ${holder.pid}, port ${holder.port}, since ${holder.since}` : 'it has not said its pid yet'
    super(`already running on ${dataDir} (${who}); stop it first, or choose another folder with --data`)
  }
}

export interface Lock {
  release(): void
}

/** @throws Locked */
export function acquireLock(dataDir: string, port: number): Lock {
  const kernelLock = takeKernelLock(dataDir)
  const last = readHolder(dataDir)
  if (!kernelLock || (last && last.pid !== process.pid && isStill(last.pid, last.birth))) {
    kernelLock?.close()
    throw new Locked(dataDir, last)
  }
  writeHolder(dataDir, { pid: process.pid, birth: birthOf(process.pid), port, since: new Date().toISOString() })
  return {
    release: () => {
      rmSync(holderFile(dataDir), { force: true })
      kernelLock.close()
    },
  }
}

/** Who runs on this data folder now. */
export function holderOf(dataDir: string): Holder | undefined {
  const holder = readHolder(dataDir)
  return holder && isStill(holder.pid, holder.birth) ? holder : undefined
}

/** @returns undefined when another process has it. */
function takeKernelLock(dataDir: string): Database | undefined {
  const database = new Database(join(dataDir, 'lock'))
  try {
    database.run('PRAGMA busy_timeout = 0')
    database.run('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined
    throw error
  }
}

const holderFile = (dataDir: string): string => join(dataDir, 'lock.json')

function readHolder(dataDir: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(holderFile(dataDir), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function writeHolder(dataDir: string, holder: Holder): void {
  const draft = `${holderFile(dataDir)}.new`
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  renameSync(draft, holderFile(dataDir))
}
