import { z } from 'zod'
import { query } from '../../kernel/service'
import type { Sql } from '../../kernel/db'
import { asUuid } from './id'
import { nodes as nodesOutput } from './model'
import { me as meOutput } from './schemas'

export const me = query({
  name: 'people.me',
  summary: 'Who you are here; with `whole`, your language, time zone and account too.',
  input: z.object({ whole: z.union([z.boolean(), z.stringbool()]).default(false) }),
  output: meOutput,
  oneStatement: true,
  run: async (sql, { id, name, role }, { whole }) => ({ id, name, role, ...(whole ? await more(sql, id) : {}) }),
})

interface More extends Record<'lang' | 'zone' | 'colour' | 'theme' | 'guide' | 'email' | 'number', unknown> {
  guest: boolean
}

/** What there is to say; a token may be about somebody who has no row. */
async function more(sql: Sql, id: string): Promise<Partial<More>> {
  const [row] = await sql.query<More>(
    `SELECT u.name, p.lang, p.zone, p.colour, p.theme, p.guide, p.number, CASE WHEN NOT u.email LIKE '%alun.invalid' THEN u.email END AS email,
       coalesce(u."isAnonymous", false) AS guest
     FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id WHERE u.id = $1::uuid`,
    [asUuid(id)],
  )
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== null))
}

export const nodes = query({
  name: 'people.nodes',
  summary: 'The nodes alive now, and which of them leads.',
  input: z.object({}),
  output: nodesOutput,
  oneStatement: true,
  run: (_sql, _actor, _input, ground) =>
    Promise.resolve({
      nodes: ground.members().map(({ id, version, startedAt, connections, load, lagMs }) => ({
        ...{ id, version, startedAt, connections, load },
        ...(lagMs !== undefined && { lagMs }),
      })),
      leader: ground.leader(),
    }),
})
