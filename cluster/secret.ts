/** The cluster's secret, made at the first start. Whoever reads it can sign in as anybody: the file is ours alone. */
import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from './failure'

export const secretFile = (dataDir: string): string => join(dataDir, 'secret')

export function readSecret(dataDir: string): string | undefined {
  try {
    return readFileSync(secretFile(dataDir), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** The one there is, or a new one. A kill in the midst leaves either no secret or a whole one. */
export function ensureSecret(dataDir: string): string {
  const kept = readSecret(dataDir)
  if (kept) return kept
  const draft = `${secretFile(dataDir)}.${process.pid}`
  rmSync(draft, { force: true })
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, secretFile(dataDir))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const made = readSecret(dataDir)
  if (!made) throw new StartFailure(`${secretFile(dataDir)} is empty: remove it and start again`)
  return made
}
