/** The rows of this service, and how they are read and written. */
import type { Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import type { Item } from './model'

export interface Row {
  id: string
  what: string
  place: string
  photo: string | null
  state: Item['state']
  finder: string
  finder_name: string
  claimer: string | null
  claimer_name: string | null
  thread: string | null
  version: number
  at: Date
}

const columns = 'id, what, place, photo, state, finder, finder_name, claimer, claimer_name, thread, version, at'

export const newest = (sql: Sql, most: number): Promise<Row[]> =>
  sql.query<Row>(`SELECT ${columns} FROM found.item ORDER BY at DESC, id DESC LIMIT $1`, [most])

/** Locked, then looked at in a new statement, which sees what whoever held the lock before has committed (law 1). */
export async function locked(tx: Tx, id: string): Promise<Row | undefined> {
  await tx.query('SELECT 1 FROM found.item WHERE id = $1 FOR UPDATE', [id])
  const [row] = await tx.query<Row>(`SELECT ${columns} FROM found.item WHERE id = $1`, [id])
  return row
}

export async function insert(
  tx: Tx,
  row: Pick<Row, 'what' | 'place' | 'photo' | 'finder' | 'finder_name'>,
): Promise<Row> {
  const { what, place, photo, finder, finder_name } = row
  const [made] = await tx.query<Row>(
    `INSERT INTO found.item (id, what, place, photo, finder, finder_name)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
    [Bun.randomUUIDv7(), what, place, photo, finder, finder_name],
  )
  return made!
}

export const update = (tx: Tx, { id, state, claimer, claimer_name, thread, version }: Row): Promise<unknown> =>
  tx.query(
    'UPDATE found.item SET state = $2, claimer = $3, claimer_name = $4, thread = $5, version = $6 WHERE id = $1',
    [id, state, claimer, claimer_name, thread, version],
  )

export const toItem = (row: Row): Item => ({
  ...{ id: row.id, what: row.what, place: row.place, photo: row.photo, state: row.state, thread: row.thread },
  finder: { id: row.finder, name: row.finder_name },
  claimer: row.claimer === null ? null : { id: row.claimer, name: row.claimer_name ?? '' },
  at: row.at.toISOString(),
})
