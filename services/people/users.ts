/** Users made from outside the web: for scripts, load tests and the first steps of an installation. */
import { createHash } from 'node:crypto'
import type { Sql } from '../../kernel/db'
import type { Actor, Role } from '../../protocol/roles'
import { parse } from '../../kernel/service'
import { personName, placeholderDomain } from './model'

export interface Ensured {
  /** In the order of the names. */
  actors: Actor[]
  /** Milliseconds since 1970 by the database's clock, read before the roles were. */
  now: number
}

/**
 * The users of these names, made where there are none, in one statement. A name with an `@` is the address of an
 * account; any other stands for a user of its own that nobody can sign in as.
 * @param role given to all of them; without it each keeps what it has, and new ones are students.
 */
export async function ensureUsers(sql: Sql, names: readonly string[], role?: Role): Promise<Ensured> {
  const addresses = names.map(addressOf)
  const wanted = new Map(addresses.map((address, index) => [address, parse(personName, names[index], 'user')]))
  const rows = await sql.query<Actor & { email: string; now: Date }>(
    `WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now), made AS (
       INSERT INTO auth."user" AS u (name, email, "emailVerified", role)
       SELECT name, email, false, coalesce($3, 'student') FROM unnest($1::text[], $2::text[]) AS w(name, email), clock
       ORDER BY email
       ON CONFLICT (email) DO UPDATE SET role = coalesce($3, u.role) RETURNING id, name, email, role)
     SELECT id, name, email, role, now FROM made, clock`,
    [[...wanted.values()], [...wanted.keys()], role ?? null],
  )
  const found = new Map(rows.map((row) => [row.email, row]))
  const actors = addresses.map((address) => {
    const { id, name, role } = found.get(address)!
    return { id, name, role }
  })
  return { actors, now: rows[0]?.now.getTime() ?? 0 }
}

function addressOf(name: string): string {
  if (name.includes('@')) return name.trim().toLowerCase()
  const digest = createHash('sha256').update(name.normalize('NFC').trim()).digest('hex').slice(0, 32)
  return `${digest}@user.${placeholderDomain}`
}
