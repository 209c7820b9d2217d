/** Authorisation is the query: a report is found through the caller's rights; what you can't see you can't name. */
import type { Sql } from '../../kernel/db'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { isHandler } from './policy'
import { columns, type ReportRow } from './rows'
import { noSuchReport } from './texts'

/** `$1` the actor, `$2` whether they are a handler. A follower of a duplicate sees what it was merged into, if public. */
export const isVisible = `($2 OR NOT r.private OR r.reporter = $1
  OR EXISTS (SELECT 1 FROM reports.follower f WHERE f.report = r.id AND f.user_id = $1))`

const visible = `SELECT ${columns} FROM reports.report r WHERE ${isVisible}`

/** @throws Refusal `not_found`, whether it doesn't exist or may not be seen. */
export async function visibleReport(sql: Sql, actor: Actor, ref: string): Promise<ReportRow> {
  const rights = [actor.id, isHandler(actor.role)]
  const [row] = /^[1-9][0-9]{0,15}$/.test(ref)
    ? await sql.query<ReportRow>(`${visible} AND r.number = $3`, [...rights, Number(ref)])
    : await sql.query<ReportRow>(`${visible} AND r.id = $3`, [...rights, ref])
  if (!row) throw refuse.notFound(noSuchReport)
  return row
}

/** Of a row at the desk. @throws Refusal `not_found` */
export async function mustSee(sql: Sql, actor: Actor, row: ReportRow): Promise<void> {
  if (isHandler(actor.role) || !row.private || row.reporter === actor.id) return
  if (await follows(sql, actor, row)) return
  throw refuse.notFound(noSuchReport)
}

/** Whether this person follows the report, or one that was merged into it. */
export async function follows(sql: Sql, actor: Actor, { id }: ReportRow): Promise<boolean> {
  const rows = await sql.query(
    `SELECT 1 FROM reports.report r WHERE (r.id = $1 OR r.merged_into = $1)
       AND ((r.id <> $1 AND r.reporter = $2)
         OR EXISTS (SELECT 1 FROM reports.follower f WHERE f.report = r.id AND f.user_id = $2)) LIMIT 1`,
    [id, actor.id],
  )
  return rows.length > 0
}
