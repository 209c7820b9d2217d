/** Who may see a session, for queries and topics. */
import type { Sql } from '../../kernel/db'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { mayManage } from './policy'
import { membersAmong, readSessions, type SessionRow } from './rows'
import { noSuchSession, notYours } from './texts'

/** `$1` the actor, `$2` whether they see to everything: sessions one teaches, is expected at, or that are open to all. */
export const concerns = `($2 OR s.created_by = $1 OR me.user_id IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM attendance.member m WHERE m.session = s.id AND NOT m.teaches))`

/** @throws Refusal `not_found`. */
export async function sessionOf(sql: Sql, id: string): Promise<SessionRow> {
  const [row] = await readSessions(sql, [id])
  if (!row) throw refuse.notFound(noSuchSession)
  return row
}

export async function teaches(sql: Sql, actor: Actor, row: SessionRow): Promise<boolean> {
  if (mayManage(actor, row, false)) return true
  const [member] = await membersAmong(sql, [row.id], [actor.id])
  return mayManage(actor, row, member?.teaches === true)
}

/** For its teachers and admins. @throws Refusal `not_found`, `forbidden`. */
export async function managedSession(sql: Sql, actor: Actor, id: string): Promise<SessionRow> {
  const row = await sessionOf(sql, id)
  if (!(await teaches(sql, actor, row))) throw refuse.forbidden(notYours)
  return row
}
