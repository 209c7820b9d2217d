import { createHash } from 'node:crypto'
import type pg from 'pg'
import { Route } from './route'

export interface Migration {
  /** Who owns it: `kernel` or a service's name. */
  owner: string
  /** `0001_name`: sorts in the order in which it runs. */
  id: string
  sql: string
}

/** Any number; the same for every node, so that they migrate one at a time. */
const migrationLock = 7_245_001

/**
 * Brings the schema up to date: each migration once, in the order given, each in its own transaction. Any number of
 * processes may call this at the same time.
 * @throws when a migration that has run was changed afterwards: schemas are changed by adding one.
 */
export async function migrate(url: string, migrations: readonly Migration[]): Promise<string[]> {
  const client = await new Route(url).connect({ application_name: 'alun/migrate' })
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query(`
      CREATE SCHEMA IF NOT EXISTS kernel;
      CREATE TABLE IF NOT EXISTS kernel.migrations (
        owner text, id text, checksum text NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, id))`)
    const { rows } = await client.query<{ owner: string; id: string; checksum: string }>(
      'SELECT owner, id, checksum FROM kernel.migrations',
    )
    const done = new Map(rows.map((row) => [`${row.owner}/${row.id}`, row.checksum]))
    const ran: string[] = []
    for (const migration of migrations) {
      if (await apply(client, migration, done.get(`${migration.owner}/${migration.id}`))) {
        ran.push(`${migration.owner}/${migration.id}`)
      }
    }
    return ran
  } finally {
    await client.end()
  }
}

async function apply(client: pg.Client, { owner, id, sql }: Migration, ran: string | undefined): Promise<boolean> {
  const checksum = createHash('sha256').update(sql).digest('hex')
  if (ran === checksum) return false
  if (ran !== undefined) throw new Error(`migration ${owner}/${id} was changed after it ran; add a new one instead`)
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query('INSERT INTO kernel.migrations (owner, id, checksum) VALUES ($1, $2, $3)', [owner, id, checksum])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new Error(`migration ${owner}/${id} failed: ${(error as Error).message}`, { cause: error })
  }
  return true
}
