/** Where PostgreSQL listens: a socket in a folder that only we can enter. Its path has to be short. */
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartFailure } from '../failure'
import type { Identity } from './identity'

const socketName = '.s.PGSQL.5432'
/** What the kernel's socket address holds, less its closing zero. macOS has 103. */
const longestPathBytes = process.platform === 'darwin' ? 103 : 107

/** In the data folder; where that lies too deep, in the system's folder for temporary files. */
export function socketFolder(dataDir: string): string {
  const near = join(dataDir, 'run')
  if (fits(near)) return near
  const far = join(tmpdir(), `alun-${process.getuid?.() ?? 0}-${Bun.hash(dataDir).toString(36)}`)
  if (fits(far)) return far
  throw new StartFailure(`${dataDir} and ${tmpdir()} are both too long for a socket: choose a shorter --data`)
}

/**
 * Others may write to the folder for temporary files and may have been there first: what is not a folder of ours is
 * refused.
 * @throws StartFailure
 */
export function makeSocketFolder(folder: string, identity: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = lstatSync(folder)
  if (!made.isDirectory() || ![process.getuid?.() ?? made.uid, identity.uid].includes(made.uid)) {
    throw new StartFailure(`${folder} belongs to somebody else: remove it and start again`)
  }
  chmodSync(folder, 0o700)
  identity.own(folder)
}

export function databaseUrl(user: string, database: string, folder: string): string {
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, socketName)) <= longestPathBytes
}
