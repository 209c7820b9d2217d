/** The people of a campus, as an admin sees them: page by page, narrowed by what is searched for. */
import type { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import type { Actor } from '../../protocol/roles'
import { may } from './policy'
import { listAsked, listed } from './schemas'

type Asked = z.infer<typeof listAsked>
type Listed = z.infer<typeof listed>

/** Ordered by name. The next page begins after the id of the last person of this one. */
export const list = query<Asked, Listed>({
  name: 'people.list',
  summary: 'Everybody, for admins.',
  roles: may.manage,
  input: listAsked,
  output: listed,
  run: async (sql, _actor, asked) => ({ people: await page(sql, asked), total: await count(sql, asked) }),
})

const narrowed = `($1::text IS NULL OR strpos(lower(u.name), $1) > 0 OR strpos(u.email, $1) > 0 OR strpos(lower(p.number), $1) > 0)
  AND ($2::text IS NULL OR u.role = $2)
  AND ($3::text IS NULL OR EXISTS (SELECT 1 FROM people.enrolment e WHERE e.class = $3 AND e.user_id = u.id))
  AND CASE $4::text WHEN 'active' THEN p.disabled_at IS NULL WHEN 'disabled' THEN p.disabled_at IS NOT NULL
        WHEN 'guest' THEN u."isAnonymous" ELSE true END
  AND p.deleted_at IS NULL`
const parameters = ({ q, role, class: id, status }: Asked): (string | null)[] => [
  q?.trim() ? q.trim().toLowerCase() : null,
  role ?? null,
  id ?? null,
  status ?? null,
]

interface Row extends Actor {
  email: string
  number: string | null
  guest: boolean
  disabled: boolean
  hasPassword: boolean
  createdAt: Date
}

async function page(sql: Sql, asked: Asked): Promise<Listed['people']> {
  const rows = await sql.query<Row>(
    `SELECT u.id, u.name, u.role, u.email, p.number, coalesce(u."isAnonymous", false) AS guest,
       p.disabled_at IS NOT NULL AS disabled, u."createdAt",
       EXISTS (SELECT 1 FROM auth.account a WHERE a."userId" = u.id AND a.password IS NOT NULL) AS "hasPassword"
     FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
     WHERE ${narrowed} AND ($5::uuid IS NULL OR (lower(u.name), u.id) > (SELECT lower(name), id FROM auth."user" WHERE id = $5))
     ORDER BY lower(u.name), u.id LIMIT $6`,
    [...parameters(asked), asked.after ?? null, asked.limit],
  )
  return rows.map(({ email, number, createdAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    ...(email.endsWith('alun.invalid') ? {} : { email }),
    ...(number === null ? {} : { number }),
  }))
}

async function count(sql: Sql, asked: Asked): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id WHERE ${narrowed}`,
    parameters(asked),
  )
  return row!.count
}
