/**
 * Classes: who teaches and who learns there. Admins manage all of them, a teacher those they teach. Whoever is put in or
 * taken out hears of it on their own inbox.
 */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { asUuid } from './id'
import { includes, may } from './policy'
import {
  classAsked,
  classChange,
  classCreate,
  classCreated,
  enrol as enrolInput,
  enrolled,
  roster,
  unenrol as unenrolInput,
} from './schemas'

type Members = { id: string; name: string; role: 'student' | 'teacher' }[]

/** Makes a class; a teacher who makes one teaches it. Errors: `conflict` (the code is taken), `not_found` (a teacher). */
export const classCreateCommand = command<z.infer<typeof classCreate>, z.infer<typeof classCreated>>({
  name: 'people.class_create',
  summary: 'Make a class.',
  roles: may.makeClasses,
  input: classCreate,
  output: classCreated,
  runMany: oneByOne(create),
})

/** Gives a class another name or code, or puts it away. Errors: `not_found`, `conflict` (the code is taken). */
export const classChangeCommand = command<z.infer<typeof classChange>, z.infer<typeof classCreated>>({
  name: 'people.class_change',
  summary: 'Rename a class, or put it away.',
  roles: may.makeClasses,
  input: classChange,
  output: classCreated,
  runMany: oneByOne(change),
})

/**
 * Puts people into a class, or changes what they are in it. A teacher of the class may put in students. Errors:
 * `not_found` (the class, or one of the people: then nobody is put in), `forbidden`.
 */
export const enrolCommand = command<z.infer<typeof enrolInput>, z.infer<typeof enrolled>>({
  name: 'people.enrol',
  summary: 'Put people into a class.',
  roles: may.makeClasses,
  input: enrolInput,
  output: enrolled,
  runMany: oneByOne(enrol),
})

/** Takes people out of a class. Who isn't in it stays out. Errors: `not_found` (the class), `forbidden`. */
export const unenrolCommand = command<z.infer<typeof unenrolInput>, z.infer<typeof enrolled>>({
  name: 'people.unenrol',
  summary: 'Take people out of a class.',
  roles: may.makeClasses,
  input: unenrolInput,
  output: enrolled,
  runMany: oneByOne(unenrol),
})

/** Who is in a class, for other services inside their transaction. Errors: `not_found`. */
export const classRoster = command<z.infer<typeof classAsked>, z.infer<typeof roster>>({
  name: 'people.class_roster',
  summary: 'Who teaches and who learns in a class.',
  internal: true,
  input: classAsked,
  output: roster,
  runMany: oneByOne(async (tx, { input }) => withoutEffect(await rosterOf(tx, input.class))),
})

/** @throws Refusal `not_found` */
export async function rosterOf(sql: Sql, id: string): Promise<z.infer<typeof roster>> {
  const rows = await sql.query<{ members: Members }>(
    `SELECT coalesce((SELECT json_agg(json_build_object('id', u.id, 'name', u.name, 'role', e.role) ORDER BY lower(u.name), u.id)
       FROM people.enrolment e JOIN auth."user" u ON u.id = e.user_id WHERE e.class = c.id), '[]'::json) AS members
     FROM people.class c WHERE c.id = $1`,
    [id],
  )
  if (!rows[0]) throw refuse.notFound(noClass)
  const those = (role: string) =>
    rows[0]!.members.filter((member) => member.role === role).map(({ id, name }) => ({ id, name }))
  return { students: those('student'), teachers: those('teacher') }
}

/** Puts people into a class and tells them. The class's row is locked, and the people are known to be there. */
export async function enter(
  tx: Tx,
  { actor, ...to }: { actor: string; class: string; users: readonly string[]; role: 'student' | 'teacher' },
): Promise<number> {
  const rows = await tx.query<{ user_id: string }>(
    `INSERT INTO people.enrolment AS e (class, user_id, role) SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id ORDER BY id
     ON CONFLICT (class, user_id) DO UPDATE SET role = excluded.role WHERE e.role <> excluded.role RETURNING user_id`,
    [to.class, [...new Set(to.users)], to.role],
  )
  for (const { user_id } of rows) tell(tx, actor, user_id, to.class, to.role)
  if (rows.length > 0) changed(tx, to.class)
  return rows.length
}

/** Its channels follow. Soon rather than at once, so that who comes one after another is brought in together. */
export function changed(tx: Tx, id: string): void {
  tx.enqueue({ queue: 'discussion-class', data: { class: id }, singletonKey: id, startAfterSeconds: 1 })
}

function tell(tx: Tx, actor: string, user: string, id: string, role?: 'student' | 'teacher'): void {
  tx.append({ topic: `inbox:${user}`, kind: 'class', actor, data: role ? { class: id, role } : { class: id } })
}

async function create(tx: Tx, { actor, input }: Call<z.infer<typeof classCreate>>) {
  const { name, code, teachers = actor.role === 'teacher' ? [actor.id] : [] } = input
  await mustBeFree(tx, code, undefined)
  await mustExist(tx, teachers)
  const id = Bun.randomUUIDv7()
  await tx.query('INSERT INTO people.class (id, name, code, created_by) VALUES ($1, $2, $3, $4)', [
    id,
    name,
    code ?? null,
    actor.id,
  ])
  await enter(tx, { actor: actor.id, class: id, users: teachers, role: 'teacher' })
  return done({ id })
}

async function change(tx: Tx, { actor, input }: Call<z.infer<typeof classChange>>) {
  const { class: id, name, code, archived } = input
  await lockOwn(tx, actor, id)
  if (code) await mustBeFree(tx, code, id)
  await tx.query(
    `UPDATE people.class SET name = coalesce($2, name), code = CASE WHEN $3 THEN $4 ELSE code END,
       archived_at = CASE WHEN $5::boolean IS NULL THEN archived_at WHEN $5 THEN coalesce(archived_at, clock_timestamp()) END
     WHERE id = $1`,
    [id, name ?? null, code !== undefined, code ?? null, archived ?? null],
  )
  return done({ id })
}

async function enrol(tx: Tx, { actor, input }: Call<z.infer<typeof enrolInput>>) {
  const { class: id, users, role } = input
  await lockOwn(tx, actor, id)
  if (role === 'teacher' && !includes(may.manageClasses, actor.role)) throw refuse.forbidden(teachersByAdmin)
  await mustExist(tx, users)
  if (role === 'student') await mayNotDemote(tx, actor, id, users)
  return done({ changed: await enter(tx, { actor: actor.id, class: id, users, role }) })
}

async function unenrol(
  tx: Tx,
  { actor, input }: Call<z.infer<typeof unenrolInput>>,
): Promise<Outcome<{ changed: number }>> {
  const { class: id, users } = input
  await lockOwn(tx, actor, id)
  await mayNotDemote(tx, actor, id, users)
  const rows = await tx.query<{ user_id: string }>(
    'DELETE FROM people.enrolment WHERE class = $1 AND user_id = ANY($2::uuid[]) RETURNING user_id',
    [id, users],
  )
  for (const { user_id } of rows) tell(tx, actor.id, user_id, id)
  if (rows.length > 0) changed(tx, id)
  return done({ changed: rows.length })
}

/** Locks the class. @throws Refusal `not_found` for one there isn't, and for a teacher one that isn't theirs. */
export async function lockOwn(tx: Sql, actor: Actor, id: string): Promise<{ name: string }> {
  await tx.query('SELECT 1 FROM people.class WHERE id = $1 FOR UPDATE', [id])
  const [row] = await tx.query<{ name: string; teaches: boolean }>(
    `SELECT name, EXISTS (SELECT 1 FROM people.enrolment e
       WHERE e.class = c.id AND e.user_id = $2::uuid AND e.role = 'teacher') AS teaches FROM people.class c WHERE id = $1`,
    [id, asUuid(actor.id)],
  )
  if (!row || (!row.teaches && !includes(may.manageClasses, actor.role))) throw refuse.notFound(noClass)
  return row
}

/** A teacher doesn't decide about another teacher. */
async function mayNotDemote(tx: Sql, actor: Actor, id: string, users: readonly string[]): Promise<void> {
  if (includes(may.manageClasses, actor.role)) return
  const rows = await tx.query(
    `SELECT 1 FROM people.enrolment
     WHERE class = $1 AND user_id = ANY($2::uuid[]) AND role = 'teacher' AND user_id <> $3::uuid LIMIT 1`,
    [id, users, asUuid(actor.id)],
  )
  if (rows.length > 0) throw refuse.forbidden(teachersByAdmin)
}

async function mustExist(tx: Sql, users: readonly string[]): Promise<void> {
  const wanted = new Set(users)
  const rows = await tx.query('SELECT 1 FROM auth."user" WHERE id = ANY($1::uuid[])', [[...wanted].map(asUuid)])
  if (rows.length < wanted.size) throw refuse.notFound(noPerson)
}

async function mustBeFree(tx: Sql, code: string | undefined, except: string | undefined): Promise<void> {
  if (!code) return
  // Codes are taken one after another, so that two classes can't both find one free.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('people.class code', 0))`)
  const rows = await tx.query('SELECT 1 FROM people.class WHERE lower(code) = lower($1) AND id <> $2', [
    code,
    except ?? '',
  ])
  if (rows.length > 0) throw new Refusal('conflict', codeTaken)
}

const noClass = { en: 'There is no such class, or it is not yours.', id: 'Kelas itu tidak ada, atau bukan kelas Anda.' }
const noPerson = { en: 'One of these people is not here.', id: 'Salah satu orang ini tidak ada di sini.' }
const codeTaken = { en: 'Another class has this code.', id: 'Kelas lain sudah memakai kode ini.' }
const teachersByAdmin = {
  en: 'Who teaches a class is decided by an admin.',
  id: 'Pengajar sebuah kelas ditentukan oleh admin.',
}
