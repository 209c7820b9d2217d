/** The database inside the server: whether it answers, and that it exists. */
import pg from 'pg'
import { databaseUser } from './folder'
import { databaseUrl } from './socket'

export const databaseName = 'alun'

/** One look. @returns whether the server answered; the database is made when only that was missing. */
export async function answers(socketDir: string): Promise<boolean> {
  const outcome = await tryStatement(databaseUrl(databaseUser, databaseName, socketDir), 'SELECT 1')
  if (outcome !== missingDatabase) return outcome === undefined
  const made = await tryStatement(databaseUrl(databaseUser, 'postgres', socketDir), `CREATE DATABASE ${databaseName}`)
  return made === undefined
}

const missingDatabase = '3D000'

/** @returns undefined when it worked, else the error's code. */
async function tryStatement(connectionString: string, statement: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000, query_timeout: 20_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(statement)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? 'no answer'
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * The server's version, and its clock beside ours, for whoever examines a database. @throws the driver's error, and for a
 * standby, which takes no writes.
 */
export async function examine(connectionString: string): Promise<{ version: string; offsetMs: number }> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3000, query_timeout: 3000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const asked = Date.now()
    const { rows } = await client.query<{ version: string; ms: number; copies: boolean }>(
      `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS copies,
         extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms`,
    )
    const [row] = rows
    if (row!.copies) throw new Error('it is a standby')
    return { version: row!.version, offsetMs: Math.round(row!.ms - (asked + Date.now()) / 2) }
  } finally {
    await client.end().catch(() => undefined)
  }
}
