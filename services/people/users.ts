/** Users made from outside the web: for scripts, load tests and the first steps of an installation. */
import { createHash } from 'node:crypto'
import type { Lane, Sql } from '../../kernel/db'
import { append } from '../../kernel/log'
import { parse } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import { personName, placeholderDomain } from './model'
import { revoke, roleEvents } from './roles'

export interface Ensured {
  /** In the order of the names. */
  actors: Actor[]
  /** Milliseconds since 1970 by the database's clock, read before the roles were. */
  now: number
}

/** Whom events name as their node: none of the cluster's. */
const outside = 'cli'

/**
 * The users of these names, made where there are none, in one statement. A name with an `@` is the address of an
 * account; any other stands for a user of its own that nobody can sign in as.
 * @param role given to all of them; what was issued under another ends. Without it each keeps what it has, and new ones
 * are students.
 */
export async function ensureUsers(lane: Lane, names: readonly string[], role?: Role): Promise<Ensured> {
  const addresses = names.map(addressOf)
  const wanted = new Map(addresses.map((address, index) => [address, parse(personName, names[index], 'user')]))
  const rows = role
    ? await lane.transaction(async (tx) => {
        await endOtherRoles(tx, [...wanted.keys()], role)
        return upsert(tx, wanted, role)
      })
    : await upsert(lane, wanted)
  const found = new Map(rows.map((row) => [row.email, row]))
  const actors = addresses.map((address) => {
    const { id, name, role } = found.get(address)!
    return { id, name, role }
  })
  return { actors, now: rows[0]?.now.getTime() ?? 0 }
}

function upsert(sql: Sql, wanted: Map<string, string>, role?: Role): Promise<(Actor & { email: string; now: Date })[]> {
  return sql.query(
    `WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now), made AS (
       INSERT INTO auth."user" AS u (name, email, "emailVerified", role)
       SELECT name, email, false, coalesce($3, 'student') FROM unnest($1::text[], $2::text[]) AS w(name, email), clock
       ORDER BY email
       ON CONFLICT (email) DO UPDATE SET role = coalesce($3, u.role) RETURNING id, name, email, role)
     SELECT id, name, email, role, now FROM made, clock`,
    [[...wanted.values()], [...wanted.keys()], role ?? null],
  )
}

async function endOtherRoles(tx: Sql, addresses: readonly string[], role: Role): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM auth."user" WHERE email = ANY($1::text[]) AND role <> $2 ORDER BY email FOR UPDATE`,
    [addresses, role],
  )
  const ended = await revoke(
    tx,
    rows.map(({ id }) => id),
  )
  await append(
    tx,
    outside,
    ended.flatMap((one) => roleEvents(one, role, '')),
  )
}

function addressOf(name: string): string {
  if (name.includes('@')) return name.trim().toLowerCase()
  const digest = createHash('sha256').update(name.normalize('NFC').trim()).digest('hex').slice(0, 32)
  return `${digest}@user.${placeholderDomain}`
}
