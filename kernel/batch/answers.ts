import type { Call } from '../batch'
import { bytes, jsons, texts, type Sql, type Statement } from '../db'

interface Keyed {
  call: Call<unknown>
  hash: Buffer
}

export interface Stored extends Keyed {
  output: unknown
}

export interface Replay {
  output: unknown
  /** The key was used with this very input. */
  sameInput: boolean
}

/** For each entry the answer that its key already has, in the order of the entries. */
export async function findAnswers(
  sql: Sql,
  command: string,
  entries: readonly Keyed[],
): Promise<(Replay | undefined)[]> {
  const rows = await sql.query<{ nth: number; input_hash: Buffer; output: unknown }>(
    // LATERAL with LIMIT: one index look-up a key. A plain join's cached plan, made while the table was small, reads all of it.
    `SELECT k.nth::int, a.input_hash, a.output
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS k(actor, key, nth)
     CROSS JOIN LATERAL (
       SELECT input_hash, output FROM kernel.answers WHERE actor = k.actor AND command = $1 AND key = k.key LIMIT 1) a`,
    [command, texts(entries.map(({ call }) => call.actor.id)), texts(entries.map(({ call }) => call.key))],
  )
  const found: (Replay | undefined)[] = entries.map(() => undefined)
  for (const row of rows) {
    found[row.nth - 1] = { output: row.output, sameInput: row.input_hash.equals(entries[row.nth - 1]!.hash) }
  }
  return found
}

/** The constraint that a second answer under the same key meets. */
export const answersKey = 'answers_pkey'

/** Fails on `answersKey` when a key has an answer already; then nothing is committed. */
export function storeAnswers(command: string, rows: readonly Stored[]): Statement {
  return {
    text: `INSERT INTO kernel.answers (actor, command, key, input_hash, output)
     SELECT actor, $1, key, hash, output
     FROM unnest($2::text[], $3::text[], $4::bytea[], $5::json[]) AS a(actor, key, hash, output)
     ORDER BY actor, key`,
    params: [
      command,
      texts(rows.map(({ call }) => call.actor.id)),
      texts(rows.map(({ call }) => call.key)),
      bytes(rows.map(({ hash }) => hash)),
      jsons(rows.map(({ output }) => JSON.stringify(output))),
    ],
  }
}

/**
 * Makes this transaction's commit wait for the standby, if there is one: an answer that is only repeated writes nothing
 * of its own, and could acknowledge a commit that a failover still loses (law 5).
 */
export async function replicate(sql: Sql): Promise<void> {
  await sql.query(
    `SELECT pg_logical_emit_message(true, 'alun', '') WHERE current_setting('synchronous_standby_names') <> ''`,
  )
}
