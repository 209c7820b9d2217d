/**
 * A made-up campus inside a real one. Who and what is made up is marked, may come in only while this installation is a
 * demonstration, and is taken away by one command, which leaves everything else as it is.
 */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne, query } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import { enter } from './classes'
import { placeholderDomain } from './model'
import { may } from './policy'
import { revoke, revokedEvent } from './roles'
import * as schemas from './schemas'

/** Sign-ins of a demonstration, one for each role. No address that anybody can have. */
export const demoAddress = (role: Role): string => `${role}@demo.${placeholderDomain}`
export const demoPassword = 'alun-demo'

type State = z.infer<typeof schemas.demoState>

/** Asks for the made-up campus. The node that leads makes it. Asked for again while it is there: nothing. */
export const fillDemo = command<object, State>({
  name: 'people.fill_demo',
  summary: 'Fill this installation with a made-up campus.',
  roles: may.manage,
  keyOptional: true,
  input: schemas.nothing,
  output: schemas.demoState,
  runMany: oneByOne(async (tx) => {
    await tx.query(
      `INSERT INTO people.demo AS d (fill) VALUES ($1)
       ON CONFLICT (one) DO UPDATE SET fill = excluded.fill, filled_at = NULL, cleared_at = NULL WHERE d.cleared_at IS NOT NULL`,
      [Bun.randomUUIDv7()],
    )
    return withoutEffect(await stateOf(tx))
  }),
})

/** Takes the made-up people and their classes away, for good. Real people stay, and what they wrote. */
export const clearDemo = command<object, z.infer<typeof schemas.demoCleared>>({
  name: 'people.clear_demo',
  summary: 'Take the made-up campus away.',
  roles: may.manage,
  keyOptional: true,
  input: schemas.nothing,
  output: schemas.demoCleared,
  runMany: oneByOne(clear),
})

/** Whether there is a made-up campus here. */
export const demoState = query<object, State>({
  name: 'people.demo',
  summary: 'Whether there is a made-up campus in this installation.',
  roles: may.manage,
  input: schemas.nothing,
  output: schemas.demoState,
  oneStatement: true,
  run: (sql) => stateOf(sql),
})

/** Makes people and classes that are marked as made up; those who are there already stay as they are. */
export const demoPeople = command<z.infer<typeof schemas.demoCampus>, z.infer<typeof schemas.demoMade>>({
  name: 'people.demo_people',
  summary: 'Make the people and classes of a made-up campus.',
  internal: true,
  input: schemas.demoCampus,
  output: schemas.demoMade,
  runMany: oneByOne(makePeople),
})

/** Marks things of other services as made up; with `filled`, the campus is complete. */
export const demoMark = command<z.infer<typeof schemas.demoThings>, z.infer<typeof schemas.nothing>>({
  name: 'people.demo_mark',
  summary: 'Mark things as made up.',
  internal: true,
  input: schemas.demoThings,
  output: schemas.nothing,
  runMany: oneByOne(async (tx, { input }) => {
    await tx.query(
      `INSERT INTO people.demo_thing (kind, id) SELECT kind, id FROM unnest($1::text[], $2::text[]) AS t(kind, id) ORDER BY kind, id
       ON CONFLICT DO NOTHING`,
      [input.things.map(({ kind }) => kind), input.things.map(({ id }) => id)],
    )
    if (input.filled) await tx.query('UPDATE people.demo SET filled_at = clock_timestamp() WHERE filled_at IS NULL')
    return done({})
  }),
})

/** What other services made for a campus that is cleared by now: handed out once, to be put away. */
export const demoRemains = command<object, z.infer<typeof schemas.demoRemains>>({
  name: 'people.demo_remains',
  summary: 'Hand out what is left of a made-up campus.',
  internal: true,
  keyOptional: true,
  input: schemas.nothing,
  output: schemas.demoRemains,
  runMany: oneByOne(async (tx) => {
    const things = await tx.query<{ kind: string; id: string }>(
      `DELETE FROM people.demo_thing WHERE (kind, id) IN (SELECT kind, id FROM people.demo_thing ORDER BY kind, id LIMIT 200)
         AND EXISTS (SELECT 1 FROM people.demo WHERE cleared_at IS NOT NULL) RETURNING kind, id`,
    )
    return withoutEffect({ things })
  }),
})

/** Whether this is a made-up person. */
export async function isMadeUp(sql: Sql, user: string): Promise<boolean> {
  return (await sql.query('SELECT 1 FROM people.demo_person WHERE user_id = $1::uuid', [user])).length > 0
}

async function stateOf(sql: Sql): Promise<State> {
  const [row] = await sql.query<{ fill: string; filled: boolean; cleared: boolean }>(
    'SELECT fill, filled_at IS NOT NULL AS filled, cleared_at IS NOT NULL AS cleared FROM people.demo',
  )
  return row ? { fill: row.fill, state: row.cleared ? 'cleared' : row.filled ? 'filled' : 'wanted' } : { state: 'none' }
}

async function makePeople(
  tx: Tx,
  { input }: Call<z.infer<typeof schemas.demoCampus>>,
): Promise<Outcome<z.infer<typeof schemas.demoMade>>> {
  const { people, classes } = input
  const people_ = await tx.query<Actor & { email: string }>(
    `INSERT INTO auth."user" AS u (name, email, "emailVerified", role)
     SELECT name, email, false, role FROM unnest($1::text[], $2::text[], $3::text[]) AS w(name, email, role) ORDER BY email
     ON CONFLICT (email) DO UPDATE SET "updatedAt" = now() RETURNING id, name, email, role`,
    [people.map(({ name }) => name), people.map(({ email }) => email), people.map(({ role }) => role)],
  )
  const byEmail = new Map(people_.map((person) => [person.email, person]))
  const actors = people.map(({ email }) => byEmail.get(email)!)
  const ids = actors.map(({ id }) => id)
  await tx.query('INSERT INTO people.demo_person (user_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING', [ids])
  await givePasswords(
    tx,
    people.flatMap(({ passwordHash }, index) => (passwordHash ? [[ids[index]!, passwordHash] as const] : [])),
  )
  const made: { id: string; name: string }[] = []
  for (const { id, name, teachers, students } of classes) {
    await tx.query(`INSERT INTO people.class (id, name, created_by) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`, [
      id,
      name,
      ids[teachers[0] ?? 0]!,
    ])
    await enter(tx, { actor: '', class: id, users: teachers.map((n) => ids[n]!), role: 'teacher' })
    await enter(tx, { actor: '', class: id, users: students.map((n) => ids[n]!), role: 'student' })
    made.push({ id, name })
  }
  await tx.query(
    `INSERT INTO people.demo_thing (kind, id) SELECT 'class', id FROM unnest($1::text[]) AS id ORDER BY id ON CONFLICT DO NOTHING`,
    [made.map(({ id }) => id)],
  )
  return done({ people: actors.map(({ id, name, role }) => ({ id, name, role })), classes: made })
}

async function givePasswords(tx: Sql, accounts: readonly (readonly [string, string])[]): Promise<void> {
  await tx.query(
    `INSERT INTO auth.account ("accountId", "providerId", "userId", password, "updatedAt")
     SELECT id, 'credential', id::uuid, hash, now() FROM unnest($1::text[], $2::text[]) AS w(id, hash)
     WHERE NOT EXISTS (SELECT 1 FROM auth.account a WHERE a."userId" = id::uuid)`,
    [accounts.map(([id]) => id), accounts.map(([, hash]) => hash)],
  )
}

async function clear(tx: Tx, { actor }: Call<object>): Promise<Outcome<z.infer<typeof schemas.demoCleared>>> {
  const gone = await tx.query<{ id: string }>(
    `DELETE FROM auth."user" WHERE id IN (SELECT user_id FROM people.demo_person) RETURNING id`,
  )
  const ended = await revoke(
    tx,
    gone.map(({ id }) => id),
    true,
  )
  for (const one of ended) tx.append(revokedEvent(one, actor.id))
  await tx.query(`DELETE FROM people.class WHERE id IN (SELECT id FROM people.demo_thing WHERE kind = 'class')`)
  await tx.query(`DELETE FROM people.demo_thing WHERE kind = 'class'`)
  const [left] = await tx.query<{ things: number }>('SELECT count(*)::int AS things FROM people.demo_thing')
  await tx.query('UPDATE people.demo SET cleared_at = clock_timestamp() WHERE cleared_at IS NULL')
  return done({ people: gone.length, things: left!.things })
}
