/** What a person says of themselves, takes along, and takes away. */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { changed } from './classes'
import { asUuid } from './id'
import { manner, type Manner } from './model'
import { endedEvent, endSessions, lockPerson, revoke, revokedEvent } from './roles'
import * as schemas from './schemas'

/**
 * Changes how a person is shown and spoken to. A new name is in what nodes know of the person at once: what was issued
 * under the old one ends, and their clients come back with it. Errors: `not_found` (a token of nobody).
 */
export const profile = command<z.infer<typeof schemas.profile>, z.infer<typeof schemas.me>>({
  name: 'people.profile',
  summary: 'Change your name, language, time zone, colour, appearance or first steps.',
  keyOptional: true,
  input: schemas.profile,
  output: schemas.me,
  runMany: oneByOne(change),
})

/** For a device that has not seen this person before. */
export async function mannerOf(sql: Sql, user: string): Promise<Manner> {
  const [row] = await sql.query<Record<keyof Manner, unknown>>(
    'SELECT lang, zone, colour, theme, guide FROM people.person WHERE user_id = $1::uuid',
    [user],
  )
  return manner.parse(Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== null)))
}

/** Everything that is kept about a person here; other services have their own. */
export const exportMine = query<object, z.infer<typeof schemas.exported>>({
  name: 'people.export',
  summary: 'What is kept about you as a person.',
  input: schemas.nothing,
  output: schemas.exported,
  run: async (sql, actor) => ({ person: await everything(sql, asUuid(actor.id)) }),
})

/**
 * Takes an account away: nobody can come in with it, name, address and number are gone, and what the person wrote stays
 * under a name that says nothing. Errors: `conflict` (the last admin), `not_found`.
 */
export const forget = command<object, z.infer<typeof schemas.disabled>>({
  name: 'people.forget_me',
  summary: 'Delete your account.',
  input: schemas.nothing,
  output: schemas.disabled,
  runMany: oneByOne(anonymise),
})

async function change(
  tx: Tx,
  { actor, input }: Call<z.infer<typeof schemas.profile>>,
): Promise<Outcome<z.infer<typeof schemas.me>>> {
  const { name, lang, zone, colour, theme, guide } = input
  const user = asUuid(actor.id)
  await tx.query(`SELECT 1 FROM auth."user" WHERE id = $1::uuid FOR UPDATE`, [user])
  const [person] = await tx.query<{ name: string }>(`SELECT name FROM auth."user" WHERE id = $1::uuid`, [user])
  if (!person) throw refuse.notFound()
  const [row] = await tx.query<Record<keyof Manner, null>>(
    `INSERT INTO people.person AS p (user_id, lang, zone, colour, theme, guide) VALUES ($1::uuid, $2, $3, $4, $5, $6)
     ON CONFLICT (user_id) DO UPDATE SET lang = coalesce($2, p.lang), zone = coalesce($3, p.zone), colour = coalesce($4, p.colour),
       theme = coalesce($5, p.theme), guide = coalesce($6, p.guide)
     RETURNING lang, zone, colour, theme, guide`,
    [user, lang ?? null, zone ?? null, colour ?? null, theme ?? null, guide ?? null],
  )
  if (name !== undefined && name !== person.name) await rename(tx, user, name)
  const said = Object.fromEntries(Object.entries(row!).filter(([, value]) => value !== null))
  tx.append({ topic: `inbox:${user}`, kind: 'profile', actor: actor.id, data: { name: name ?? person.name, ...said } })
  return done({ id: user, name: name ?? person.name, role: actor.role, ...said })
}

async function rename(tx: Tx, user: string, name: string): Promise<void> {
  await tx.query(`UPDATE auth."user" SET name = $2, "updatedAt" = now() WHERE id = $1::uuid`, [user, name])
  const [ended] = await revoke(tx, [user])
  tx.append(revokedEvent(ended!, user))
}

async function anonymise(tx: Tx, { actor }: Call<object>): Promise<Outcome<{ id: string; disabled: boolean }>> {
  const user = asUuid(actor.id)
  const person = await lockPerson(tx, user)
  if (person.lastAdmin) throw refuse.conflict(lastAdmin)
  await tx.query(
    `UPDATE auth."user" SET name = '—', email = id || '@gone.alun.invalid', image = NULL, role = 'guest', "updatedAt" = now()
     WHERE id = $1::uuid`,
    [user],
  )
  await tx.query('DELETE FROM auth.account WHERE "userId" = $1::uuid', [user])
  const left = await tx.query<{ class: string }>(
    'DELETE FROM people.enrolment WHERE user_id = $1::uuid RETURNING class',
    [user],
  )
  for (const one of left) changed(tx, one.class)
  await tx.query('DELETE FROM people.reset WHERE user_id = $1::uuid', [user])
  await tx.query(
    `INSERT INTO people.person (user_id, disabled_at, deleted_at) VALUES ($1::uuid, clock_timestamp(), clock_timestamp())
     ON CONFLICT (user_id) DO UPDATE SET number = NULL, lang = NULL, zone = NULL, colour = NULL, theme = NULL, guide = NULL,
       disabled_at = clock_timestamp(), deleted_at = clock_timestamp()`,
    [user],
  )
  const [ended] = await revoke(tx, [user], true)
  tx.append(revokedEvent(ended!, user))
  for (const session of await endSessions(tx, user, {})) tx.append(endedEvent(user, session, user))
  return done({ id: user, disabled: true })
}

async function everything(sql: Sql, user: string): Promise<Record<string, unknown>> {
  const [row] = await sql.query<{ all: Record<string, unknown> }>(
    `SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'role', u.role, 'since', u."createdAt",
       'number', p.number, 'language', p.lang, 'timeZone', p.zone, 'appearance', p.theme, 'firstSteps', p.guide,
       'classes', (SELECT coalesce(json_agg(json_build_object('name', c.name, 'role', e.role, 'since', e.at)), '[]')
                   FROM people.enrolment e JOIN people.class c ON c.id = e.class WHERE e.user_id = u.id),
       'sessions', (SELECT coalesce(json_agg(json_build_object('since', s."createdAt", 'address', s."ipAddress",
                      'device', s."userAgent")), '[]') FROM auth.session s WHERE s."userId" = u.id)) AS all
     FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id WHERE u.id = $1::uuid`,
    [user],
  )
  if (!row) throw refuse.notFound()
  return row.all
}

export const lastAdmin = {
  en: 'This is the only admin. Make somebody else admin first.',
  id: 'Ini satu-satunya admin. Jadikan orang lain admin terlebih dahulu.',
}
