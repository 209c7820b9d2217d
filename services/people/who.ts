/** Who is called what: for other services, which know people by their ids and ask in their own transaction. */
import { z } from 'zod'
import { query } from '../../kernel/service'
import { role } from '../../protocol/roles'
import { asUuid } from './id'
import { found } from './schemas'

type Found = z.infer<typeof found>

const namedInput = z.object({ ids: z.array(z.string()), roles: z.array(role).optional() })
const calledInput = z.object({ names: z.array(z.string()) })

/** Those of these ids who are here, perhaps only with some roles; by name. What isn't anybody's id is left out. */
export const named = query<z.infer<typeof namedInput>, Found>({
  name: 'people.named',
  summary: 'What people are called and what they are, by their ids.',
  internal: true,
  input: namedInput,
  output: found,
  async run(sql, _actor, { ids, roles }) {
    const people = await sql.query<Found['people'][number]>(
      `SELECT id, name, role FROM auth."user"
       WHERE id = ANY ($1::uuid[]) AND ($2::text[] IS NULL OR role = ANY ($2)) ORDER BY lower(name), id`,
      [ids.map(asUuid), roles ?? null],
    )
    return { people }
  },
})

/** Everybody with one of these names, in any case. */
export const called = query<z.infer<typeof calledInput>, Found>({
  name: 'people.called',
  summary: 'Everybody with one of these names.',
  internal: true,
  input: calledInput,
  output: found,
  async run(sql, _actor, { names }) {
    const people = await sql.query<Found['people'][number]>(
      'SELECT id, name, role FROM auth."user" WHERE lower(name) = ANY ($1::text[]) ORDER BY lower(name), id',
      [names.map((name) => name.toLowerCase())],
    )
    return { people }
  },
})
