/** What was issued to a person ends: with a change of role, with being disabled, or session by session. */
import type { Sql } from '../../kernel/db'
import type { NewEvent } from '../../kernel/log'
import { refuse } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { revocationsTopic } from './model'

export interface Ended {
  user: string
  /** Nothing issued before this moment counts. Milliseconds since 1970. */
  before: number
  /** Nothing counts, whenever it was issued. */
  disabled: boolean
}

/**
 * Ends what these users were issued until now. A disabled one stays so, unless `disabled` says otherwise. Each end is
 * later than the one before it: by that nodes know which of two they heard is the newer.
 */
export async function revoke(tx: Sql, users: readonly string[], disabled?: boolean): Promise<Ended[]> {
  if (users.length === 0) return []
  const rows = await tx.query<{ user_id: string; before: Date; disabled: boolean }>(
    `INSERT INTO people.revocation AS r (user_id, before, disabled)
     SELECT id, date_trunc('milliseconds', clock_timestamp()), coalesce($2, false) FROM unnest($1::text[]) AS id ORDER BY id
     ON CONFLICT (user_id) DO UPDATE SET before = greatest(r.before + interval '1 ms', excluded.before),
       disabled = coalesce($2, r.disabled) RETURNING user_id, before, disabled`,
    [users, disabled ?? null],
  )
  return rows.map((row) => ({ user: row.user_id, before: row.before.getTime(), disabled: row.disabled }))
}

/** For every node. */
export const revokedEvent = ({ user, before, disabled }: Ended, actor: string): NewEvent => ({
  topic: revocationsTopic,
  kind: 'revoked',
  actor,
  data: { user, before, disabled },
})

/** For the person's clients, and for every node. */
export function roleEvents(ended: Ended, role: Role, actor: string): NewEvent[] {
  return [{ topic: `inbox:${ended.user}`, kind: 'role', actor, data: { role } }, revokedEvent(ended, actor)]
}

/** Ends sessions of one user: they can't be come back with, and nothing issued to them counts. */
export async function endSessions(
  tx: Sql,
  user: string,
  which: { only?: string; except?: string | undefined },
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH gone AS (
       DELETE FROM auth.session WHERE "userId" = $1::uuid AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id <> $3)
       RETURNING id::text)
     INSERT INTO people.ended_session (session, user_id) SELECT id, $1 FROM gone RETURNING session AS id`,
    [user, which.only ?? null, which.except ?? null],
  )
  return rows.map(({ id }) => id)
}

export const endedEvent = (user: string, session: string, actor: string): NewEvent => ({
  topic: revocationsTopic,
  kind: 'ended',
  actor,
  data: { user, session },
})

export interface Locked {
  role: Role
  disabled: boolean
  /** Without this person nobody could let anybody in. */
  lastAdmin: boolean
}

/**
 * Locks the person, and with them all admins, so that two of them can't step down at once and leave nobody.
 * @throws Refusal `not_found`
 */
export async function lockPerson(tx: Sql, id: string): Promise<Locked> {
  await tx.query(`SELECT 1 FROM auth."user" WHERE role = 'admin' OR id = $1::uuid ORDER BY id FOR UPDATE`, [id])
  const rows = await tx.query<{ id: string; role: Role; disabled: boolean }>(
    `SELECT u.id, u.role, p.disabled_at IS NOT NULL AS disabled
     FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id WHERE u.role = 'admin' OR u.id = $1::uuid`,
    [id],
  )
  const person = rows.find((row) => row.id === id)
  if (!person) throw refuse.notFound()
  const admins = rows.filter(({ role, disabled }) => role === 'admin' && !disabled)
  return { ...person, lastAdmin: admins.length === 1 && admins[0]!.id === id }
}
