/** Invitations: links and posters by which people come in as something, and into a class. */
import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor, Role } from '../../protocol/roles'
import { enter, lockOwn } from './classes'
import { asUuid } from './id'
import { includes, may } from './policy'
import { revoke, roleEvents } from './roles'
import * as schemas from './schemas'

/**
 * Makes an invitation. Admins invite as anything but an admin, teachers invite students into a class of theirs. Errors:
 * `not_found` (the class), `forbidden`.
 */
export const invite = command<z.infer<typeof schemas.invite>, z.infer<typeof schemas.inviteMade>>({
  name: 'people.invite',
  summary: 'Make a link by which people come in.',
  roles: may.makeClasses,
  input: schemas.invite,
  output: schemas.inviteMade,
  runMany: oneByOne(make),
})

/** Those you made; all of them for an admin. The newest first. */
export const invites = query<object, z.infer<typeof schemas.inviteList>>({
  name: 'people.invites',
  summary: 'The invitations that you made; all of them for an admin.',
  roles: may.makeClasses,
  input: schemas.nothing,
  output: schemas.inviteList,
  oneStatement: true,
  run: async (sql, actor) => ({ invites: await list(sql, actor) }),
})

/** Ends an invitation. Who came in by it stays. Errors: `not_found`. */
export const uninvite = command<z.infer<typeof schemas.uninvite>, z.infer<typeof schemas.classCreated>>({
  name: 'people.uninvite',
  summary: 'End an invitation.',
  roles: may.makeClasses,
  input: schemas.uninvite,
  output: schemas.classCreated,
  runMany: oneByOne(async (tx, { actor, input }) => {
    const rows = await tx.query(
      `UPDATE people.invite SET ended_at = coalesce(ended_at, clock_timestamp())
       WHERE id = $1 AND (created_by = $2 OR $3) RETURNING 1`,
      [input.invite, actor.id, includes(may.manage, actor.role)],
    )
    if (rows.length === 0) throw refuse.notFound()
    return done({ id: input.invite })
  }),
})

/**
 * Takes an invitation up. A guest becomes what it says, a student too where it says more; nobody becomes less. Taking it
 * up twice counts once. Errors: `not_found` (no such invitation, or it is over).
 */
export const join = command<z.infer<typeof schemas.join>, z.infer<typeof schemas.joinedAs>>({
  name: 'people.join',
  summary: 'Come in by an invitation.',
  keyOptional: true,
  input: schemas.join,
  output: schemas.joinedAs,
  runMany: oneByOne(takeUp),
})

interface Invite {
  id: string
  role: Exclude<Role, 'admin'>
  class: string | null
  created_by: string
}

export interface InviteSeen {
  role: Role
  /** The name of the class. */
  class?: string
  by: string
}

const isOpen = `i.ended_at IS NULL AND i.expires_at > clock_timestamp()
  AND (i.uses IS NULL OR i.uses > (SELECT count(*) FROM people.joined j WHERE j.invite = i.id))`

/** What an invitation says to somebody who is not here yet. @throws Refusal `not_found` */
export async function readInvite(sql: Sql, token: string): Promise<InviteSeen> {
  const [row] = await sql.query<{ role: Role; class: string | null; by: string | null }>(
    `SELECT i.role, c.name AS class, u.name AS by FROM people.invite i LEFT JOIN people.class c ON c.id = i.class
     LEFT JOIN auth."user" u ON u.id::text = i.created_by WHERE i.token = $1 AND ${isOpen}`,
    [token],
  )
  if (!row) throw refuse.notFound(isOver)
  return { role: row.role, by: row.by ?? '', ...(row.class ? { class: row.class } : {}) }
}

async function make(tx: Tx, { actor, input }: Call<z.infer<typeof schemas.invite>>) {
  const { role, class: into, uses, hours } = input
  if (into !== undefined) await lockOwn(tx, actor, into)
  const isAdmin = includes(may.manage, actor.role)
  if (!isAdmin && (into === undefined || role !== 'student')) throw refuse.forbidden(studentsIntoClass)
  const [id, token] = [Bun.randomUUIDv7(), randomBytes(12).toString('base64url')]
  const [row] = await tx.query<{ expires_at: Date }>(
    `INSERT INTO people.invite (id, token, role, class, uses, expires_at, created_by)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(hours => $6), $7) RETURNING expires_at`,
    [id, token, role, into ?? null, uses ?? null, hours, actor.id],
  )
  return done({ id, token, expiresAt: row!.expires_at.toISOString() })
}

async function takeUp(
  tx: Tx,
  { actor, input }: Call<z.infer<typeof schemas.join>>,
): Promise<Outcome<z.infer<typeof schemas.joinedAs>>> {
  // Those who come in at once are counted one after another.
  await tx.query('SELECT 1 FROM people.invite WHERE token = $1 FOR UPDATE', [input.token])
  const [found] = await tx.query<Invite>(
    `SELECT i.id, i.role, i.class, i.created_by FROM people.invite i WHERE i.token = $1
       AND (${isOpen} OR EXISTS (SELECT 1 FROM people.joined j WHERE j.invite = i.id AND j.user_id = $2::uuid))`,
    [input.token, asUuid(actor.id)],
  )
  await tx.query(`SELECT 1 FROM auth."user" WHERE id = $1::uuid FOR UPDATE`, [asUuid(actor.id)])
  const [person] = await tx.query<{ role: Role }>(`SELECT role FROM auth."user" WHERE id = $1::uuid`, [
    asUuid(actor.id),
  ])
  if (!found || !person) throw refuse.notFound(isOver)
  await tx.query('INSERT INTO people.joined (invite, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    found.id,
    actor.id,
  ])
  const role = better(person.role, found.role)
  if (role !== person.role) await become(tx, actor.id, role, found.created_by)
  if (found.class !== null) await enterAs(tx, found, actor.id)
  return done({ role, ...(found.class === null ? {} : { class: found.class }) })
}

async function enterAs(tx: Tx, { class: into, role, created_by }: Invite, user: string): Promise<void> {
  const there = await tx.query('SELECT 1 FROM people.enrolment WHERE class = $1 AND user_id = $2', [into, user])
  // Who teaches it already doesn't become a student there by a student's link.
  if (there.length > 0 && role !== 'teacher') return
  await enter(tx, { actor: created_by, class: into!, users: [user], role: role === 'teacher' ? 'teacher' : 'student' })
}

/** Gives a role inside another command; what was issued under the old one ends. */
export async function become(tx: Tx, user: string, role: Role, by: string): Promise<void> {
  await tx.query(`UPDATE auth."user" SET role = $2, "updatedAt" = now() WHERE id = $1::uuid`, [user, role])
  const [ended] = await revoke(tx, [user])
  for (const event of roleEvents(ended!, role, by)) tx.append(event)
}

/** A student or a guest becomes what they are invited as; others are what an admin made them. */
function better(now: Role, invited: Role): Role {
  if (invited === 'guest') return now
  return now === 'guest' || now === 'student' ? invited : now
}

async function list(sql: Sql, actor: Actor): Promise<z.infer<typeof schemas.inviteRow>[]> {
  const rows = await sql.query<Row>(
    `SELECT i.id, i.token, i.role, i.class, c.name AS class_name, i.uses, i.expires_at, ${isOpen} AS open, u.name AS by,
       (SELECT count(*)::int FROM people.joined j WHERE j.invite = i.id) AS used
     FROM people.invite i LEFT JOIN people.class c ON c.id = i.class LEFT JOIN auth."user" u ON u.id::text = i.created_by
     WHERE i.created_by = $1 OR $2 ORDER BY i.created_at DESC LIMIT 500`,
    [actor.id, includes(may.manage, actor.role)],
  )
  return rows.map(({ class: into, class_name, uses, expires_at, by, ...row }) => ({
    ...row,
    expiresAt: expires_at.toISOString(),
    by: by ?? '',
    ...(uses === null ? {} : { uses }),
    ...(into === null ? {} : { class: { id: into, name: class_name! } }),
  }))
}

interface Row extends Omit<Invite, 'created_by'> {
  token: string
  class_name: string | null
  uses: number | null
  used: number
  expires_at: Date
  open: boolean
  by: string | null
}

const isOver = {
  en: 'This invitation is over or was never made. Ask whoever sent it for a new one.',
  id: 'Undangan ini sudah tidak berlaku atau tidak ada. Minta yang baru dari pengirimnya.',
}
const studentsIntoClass = {
  en: 'You may invite students into a class of yours.',
  id: 'Anda dapat mengundang mahasiswa ke kelas Anda sendiri.',
}
