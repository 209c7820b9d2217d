/** What a backup holds, for the one who writes it and the one who reads it. */
import type { Sequence, Table } from '../../kernel/db'

/** The first entry. */
export const manifestName = 'alun-backup.json'
/** The last entry: without it the backup was cut off. */
export const endName = 'end.json'

export interface Manifest {
  format: 1
  /** Of Alun. */
  version: string
  takenAt: string
  /** `owner/id` of every migration that had run. */
  migrations: string[]
  tables: Table[]
}

export interface End {
  /** How many rows of each table. */
  rows: Record<string, number>
  sequences: Sequence[]
  files: number
}

export const rowsFolder = 'rows/'
export const filesFolder = 'files/'
/** Of the data folder, besides the files: what makes it the same installation to its users and their devices. */
export const identityFiles = ['secret', 'tls/ca.crt', 'tls/ca.key']

/**
 * Which rows of a table are kept; `undefined` for a table that isn't. Of the job queue only what is still to be done:
 * the rest is the queue library's own book-keeping.
 */
export function keptRows(table: string): string | undefined {
  if (table === 'kernel.migrations') return undefined
  if (!table.startsWith('jobs.')) return 'true'
  if (table === 'jobs.queue') return 'true'
  return table === 'jobs.job' ? `state IN ('created', 'retry', 'active')` : undefined
}
