/** A backup each day without being asked: by the supervisor, into the data folder, the last few kept. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface DailyOptions {
  dataDir: string
  /** How many stay. */
  keep: number
  /** Writes one, whole or not at all. */
  take(file: string): Promise<void>
  /** Milliseconds. */
  now(): number
}

/** A large one may take longer than it is until the next look. */
const underWay = new Set<string>()
const dayMs = 24 * 3600_000
const namePattern = /^alun-.*\.tar\.gz$/

const folderOf = (dataDir: string): string => join(dataDir, 'backups')

/** Those there are, the newest last. */
function kept(dataDir: string): { file: string; at: number }[] {
  const folder = folderOf(dataDir)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => namePattern.test(name))
    .map((name) => ({ file: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => a.at - b.at)
}

/** When the last one was taken; `undefined` while there is none. */
export function lastBackupAt(dataDir: string): number | undefined {
  return kept(dataDir).at(-1)?.at
}

/**
 * Takes one when the last is a day old, then forgets those too many: never before the new one is there.
 * @returns the file, when one was taken. @throws what `take` throws; the old ones stay.
 */
export async function backUpWhenDue({ dataDir, keep, take, now }: DailyOptions): Promise<string | undefined> {
  if (underWay.has(dataDir) || now() - (lastBackupAt(dataDir) ?? -Infinity) < dayMs) return undefined
  const at = new Date(now()).toISOString().slice(0, 16).replace(':', '-')
  const file = join(folderOf(dataDir), `alun-${at}.tar.gz`)
  underWay.add(dataDir)
  try {
    await take(file)
  } finally {
    underWay.delete(dataDir)
  }
  for (const one of kept(dataDir).slice(0, -keep)) rmSync(one.file, { force: true })
  return file
}
