/** Looking people up: what everybody may see of others, which is a name and a role, and what classes there are. */
import { z } from 'zod'
import { withoutEffect } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor, Role } from '../../protocol/roles'
import { rosterOf } from './classes'
import { asUuid } from './id'
import { includes, may } from './policy'
import { byRole as byRoleInput, classAsked, classRow, find as findInput, found, person, roster } from './schemas'

type Found = z.infer<typeof found>
/** With the colour of their picture, where they are asked for by their ids and chose one. */
const coloured = z.object({ people: z.array(person.extend({ colour: z.number().int().optional() })) })

/** People by name or by id. A guest finds only those whose ids they know. */
export const find = query<z.infer<typeof findInput>, z.infer<typeof coloured>>({
  name: 'people.find',
  summary: 'Find people by a part of their name, by role, or by id.',
  input: findInput,
  output: coloured,
  oneStatement: true,
  run: (sql, actor, input) => (input.ids ? byIds(sql, input.ids, input.role) : search(sql, actor, input)),
})

/** Everybody with one of these roles who may come in, for other services inside their transaction. */
export const byRole = command<z.infer<typeof byRoleInput>, Found>({
  name: 'people.by_role',
  summary: 'Everybody with one of these roles.',
  internal: true,
  input: byRoleInput,
  output: found,
  runMany: oneByOne(async (tx, { input }) => withoutEffect({ people: await withRoles(tx, input.roles) })),
})

/** Yours; an admin sees all. Ordered by name. */
export const classes = query({
  name: 'people.classes',
  summary: 'Your classes; all of them for an admin.',
  input: z.object({ archived: z.union([z.boolean(), z.stringbool()]).default(false) }),
  output: z.object({ classes: z.array(classRow) }),
  oneStatement: true,
  run: async (sql, actor, input) => ({ classes: await classesOf(sql, actor, input.archived) }),
})

/** Who is in a class: for those who are in it, and for admins. Errors: `not_found`. */
export const members = query({
  name: 'people.members',
  summary: 'Who teaches and who learns in a class of yours.',
  input: classAsked,
  output: roster.extend({ name: z.string() }),
  run: async (sql, actor, input) => {
    const [found] = await sql.query<{ name: string; mine: boolean }>(
      `SELECT name, EXISTS (SELECT 1 FROM people.enrolment e WHERE e.class = c.id AND e.user_id = $2::uuid) AS mine
       FROM people.class c WHERE id = $1`,
      [input.class, asUuid(actor.id)],
    )
    if (!found || (!found.mine && !includes(may.manageClasses, actor.role))) throw refuse.notFound()
    return { name: found.name, ...(await rosterOf(sql, input.class)) }
  },
})

async function byIds(sql: Sql, ids: readonly string[], role: Role | undefined): Promise<z.infer<typeof coloured>> {
  const people = await sql.query<Actor & { colour: number | null }>(
    `SELECT u.id, u.name, u.role, p.colour FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
     WHERE u.id = ANY($1::uuid[]) AND ($2::text IS NULL OR u.role = $2)`,
    [ids.map(asUuid), role ?? null],
  )
  return { people: people.map(({ colour, ...one }) => ({ ...one, ...(colour === null ? {} : { colour }) })) }
}

async function search(sql: Sql, actor: Actor, { q = '', role, limit }: z.infer<typeof findInput>): Promise<Found> {
  if (!includes(may.search, actor.role)) return { people: [] }
  const people = await sql.query<Actor>(
    `SELECT u.id, u.name, u.role FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
     WHERE strpos(lower(u.name), lower($1)) > 0 AND ($2::text IS NULL OR u.role = $2)
       AND p.disabled_at IS NULL AND p.deleted_at IS NULL
     ORDER BY strpos(lower(u.name), lower($1)) = 1 DESC, lower(u.name), u.id LIMIT $3`,
    [q.trim(), role ?? null, limit],
  )
  return { people }
}

function withRoles(sql: Sql, roles: readonly Role[]): Promise<Actor[]> {
  return sql.query<Actor>(
    `SELECT u.id, u.name, u.role FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
     WHERE u.role = ANY($1::text[]) AND p.disabled_at IS NULL AND p.deleted_at IS NULL ORDER BY lower(u.name), u.id`,
    [roles],
  )
}

async function classesOf(sql: Sql, actor: Actor, archived: boolean): Promise<z.infer<typeof classRow>[]> {
  const rows = await sql.query<z.infer<typeof classRow> & { code: string | null }>(
    `SELECT c.id, c.name, c.code, coalesce(mine.role, 'admin') AS role, c.archived_at IS NOT NULL AS archived,
       (SELECT count(*)::int FROM people.enrolment e WHERE e.class = c.id AND e.role = 'student') AS students,
       ARRAY(SELECT u.name FROM people.enrolment e JOIN auth."user" u ON u.id = e.user_id
             WHERE e.class = c.id AND e.role = 'teacher' ORDER BY lower(u.name), u.id) AS teachers
     FROM people.class c LEFT JOIN people.enrolment mine ON mine.class = c.id AND mine.user_id = $1::uuid
     WHERE (mine.role IS NOT NULL OR $2) AND (c.archived_at IS NULL OR $3) ORDER BY lower(c.name), c.id`,
    [asUuid(actor.id), includes(may.manageClasses, actor.role), archived],
  )
  return rows.map(({ code, ...row }) => ({ ...row, ...(code ? { code } : {}) }))
}
