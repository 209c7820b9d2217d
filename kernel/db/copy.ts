/**
 * Whole tables out of a database and into one, by COPY: what a backup is made of. Each side is one transaction on a
 * connection of its own, so that a backup is one moment of everything, and a restore is whole or not at all.
 */
import type { Writable } from 'node:stream'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { Route } from './route'

export interface Table {
  /** `schema.table`, quoted where needed. */
  name: string
  columns: string[]
}

export interface Sequence {
  name: string
  value: string
}

/** Tables that outlive a crash, in an order in which none refers to a later one. */
const tablesQuery = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
    ARRAY(SELECT quote_ident(attname) FROM pg_attribute
          WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
    ARRAY(SELECT DISTINCT format('%I.%I', rn.nspname, r.relname) FROM pg_constraint k
          JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
          WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS needs
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
    AND n.nspname NOT IN ('information_schema', 'public') AND n.nspname NOT LIKE 'pg\\_%'
  ORDER BY 1`

/** One side of a copy: a transaction that is open until `end`. */
export class Copies {
  private constructor(private readonly client: pg.Client) {}

  /** Sees one moment, however long it reads. */
  static reading(url: string): Promise<Copies> {
    return Copies.begin(url, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  }

  static writing(url: string): Promise<Copies> {
    return Copies.begin(url, 'BEGIN')
  }

  private static async begin(url: string, text: string): Promise<Copies> {
    const client = await new Route(url).connect({ application_name: 'alun/copy', keepAlive: true })
    // What the role or the database allows a statement is meant for a service's questions.
    await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0')
    await client.query(text)
    return new Copies(client)
  }

  /** Every migration that has run, as `owner/id`, the first first. */
  async migrations(): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT owner || '/' || id AS id FROM kernel.migrations ORDER BY at, owner, id`,
    )
    return rows.map(({ id }) => id)
  }

  async tables(): Promise<Table[]> {
    const left = new Map((await this.query<Table & { needs: string[] }>(tablesQuery)).map((one) => [one.name, one]))
    const sorted: Table[] = []
    while (left.size > 0) {
      const free = [...left.values()].filter(({ needs }) => !needs.some((need) => left.has(need)))
      if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(', ')}`)
      for (const { name, columns } of free) {
        left.delete(name)
        sorted.push({ name, columns })
      }
    }
    return sorted
  }

  async sequences(): Promise<Sequence[]> {
    return this.query(
      `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS value FROM pg_sequences
       WHERE last_value IS NOT NULL AND schemaname NOT IN ('information_schema', 'public') ORDER BY 1`,
    )
  }

  /**
   * The rows as PostgreSQL's text format has them. @param only a condition that rows have to meet.
   * @returns their number, when all were taken.
   */
  async *rows({ name, columns }: Table, only = 'true'): AsyncGenerator<Buffer, number> {
    const stream = this.client.query(copyTo(`COPY (SELECT ${columns.join(', ')} FROM ${name} WHERE ${only}) TO STDOUT`))
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk
    // The last row comes before the server is done. Another COPY that is sent before then would wait for ever: the library
    // still has to let go of the connection.
    await this.client.query('SELECT 1')
    return stream.rowCount
  }

  /** Takes rows in the same format. Ended, it has their number in `rowCount`. */
  into({ name, columns }: Table): Writable & { rowCount: number } {
    return this.client.query(copyFrom(`COPY ${name} (${columns.join(', ')}) FROM STDIN`)) as Writable & {
      rowCount: number
    }
  }

  /** Empties the tables, and those that refer to them. Triggers rest: what they do was done to these rows long ago. */
  async begin(tables: readonly Table[]): Promise<void> {
    for (const { name } of tables) await this.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`)
    await this.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`)
  }

  /** After the rows: what is given next goes on behind them, and all offsets begin a new life (law 5). */
  async settle(tables: readonly Table[], sequences: readonly Sequence[]): Promise<void> {
    for (const { name, value } of sequences) await this.query('SELECT setval($1::regclass, $2)', [name, value])
    for (const { name } of tables) await this.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`)
    await this.query(
      `UPDATE kernel.installation
       SET epoch = substr(md5(gen_random_uuid()::text), 1, 12), database_started = pg_postmaster_start_time()`,
    )
  }

  /** Everything of ours goes. */
  async drop(): Promise<void> {
    const schemas = new Set((await this.tables()).map(({ name }) => name.split('.')[0]!))
    for (const schema of schemas) await this.query(`DROP SCHEMA ${schema} CASCADE`)
  }

  /** @param keep whether what was written stays. If not, a copy may be in the middle: the server ends it with the connection. */
  async end(keep: boolean): Promise<void> {
    try {
      if (keep) await this.client.query('COMMIT')
    } finally {
      await this.client.end()
    }
  }

  private async query<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
    return (await this.client.query(text, [...params])).rows as R[]
  }
}
