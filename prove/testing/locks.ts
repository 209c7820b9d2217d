import pg from 'pg'

export interface Locking {
  /** Somebody waits for it. */
  blocks(): Promise<boolean>
  release(): Promise<void>
}

/** Holds a table, so that whoever needs it waits: what is under way can be looked at as long as the test likes. */
export const locking = (databaseUrl: string, table: string): Promise<Locking> =>
  holding(databaseUrl, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)

/** Holds one row as who changes it does: it can be read all the while. */
export const lockingRow = (databaseUrl: string, table: string, id: string): Promise<Locking> =>
  holding(databaseUrl, `SELECT 1 FROM ${table} WHERE id = '${id}' FOR UPDATE`)

async function holding(databaseUrl: string, statement: string): Promise<Locking> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`BEGIN; ${statement}`)
  return {
    async blocks() {
      const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted')
      return rows[0]!.n > 0
    },
    async release() {
      await client.query('COMMIT')
      await client.end()
    },
  }
}
