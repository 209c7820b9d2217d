import type { Tx } from '../../kernel/batch'
import type { State } from './model'

export interface Row {
  id: string
  owner: string
  state: State
  bytes: number
  received: number
  topic: string | null
  /** By its first bytes. */
  type: string | null
}

/** Sorted, and looked at in a new statement (law 1). */
export async function lock(tx: Tx, files: readonly string[]): Promise<Row[]> {
  await tx.query('SELECT 1 FROM files.file WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [files])
  return tx.query<Row>(
    'SELECT id, owner, state, bytes, received, topic, type FROM files.file WHERE id = ANY ($1::uuid[])',
    [files],
  )
}
