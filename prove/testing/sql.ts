import type { Sql } from '../../kernel/db'

/** Statements as `edit` changes them: how a test shows that a part of one is needed. */
export function rewriting(sql: Sql, edit: (text: string) => string): Sql {
  return {
    query: (text, params) => sql.query(edit(text), params),
    unprepared: (text, params) => sql.unprepared(edit(text), params),
  }
}
