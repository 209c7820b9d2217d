/** A change of role: what was issued under the old one ends, and those whom it concerns are told. */
import type { Sql } from '../../kernel/db'
import type { NewEvent } from '../../kernel/log'
import type { Role } from '../../protocol/roles'
import { revocationsTopic } from './model'

export interface Ended {
  user: string
  /** Nothing issued before this moment counts. Milliseconds since 1970. */
  before: number
}

export async function revoke(tx: Sql, users: readonly string[]): Promise<Ended[]> {
  if (users.length === 0) return []
  const rows = await tx.query<{ user_id: string; before: Date }>(
    `INSERT INTO people.revocation AS r (user_id, before) SELECT id, clock_timestamp() FROM unnest($1::text[]) AS id ORDER BY id
     ON CONFLICT (user_id) DO UPDATE SET before = greatest(r.before, excluded.before) RETURNING user_id, before`,
    [users],
  )
  return rows.map(({ user_id, before }) => ({ user: user_id, before: before.getTime() }))
}

/** For the person's clients, and for every node. */
export function roleEvents({ user, before }: Ended, role: Role, actor: string): NewEvent[] {
  return [
    { topic: `inbox:${user}`, kind: 'role', actor, data: { role } },
    { topic: revocationsTopic, kind: 'revoked', actor, data: { user, before } },
  ]
}
