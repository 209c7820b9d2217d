import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { setRoleInput, setRoleOutput } from './model'
import { revoke, roleEvents } from './roles'

type Input = z.infer<typeof setRoleInput>
type Output = z.infer<typeof setRoleOutput>

/**
 * Gives a person another role. Promised: what was issued under the old role is not believed any more, on any node, and
 * the person's clients are told on `inbox:<user>`. Errors: `not_found`, `conflict` (there would be no admin left).
 */
export const setRole = command<Input, Output>({
  name: 'people.setRole',
  summary: 'Give a person another role.',
  roles: ['admin'],
  input: setRoleInput,
  output: setRoleOutput,
  runMany: oneByOne(decide),
})

async function decide(tx: Tx, { actor, input }: Call<Input>): Promise<Outcome<Output>> {
  const { user: id, role } = input
  // All admins are locked with the person, so that two of them can't step down at once and leave nobody.
  await tx.query(`SELECT 1 FROM auth."user" WHERE role = 'admin' OR id = $1::uuid ORDER BY id FOR UPDATE`, [id])
  const rows = await tx.query<{ id: string; role: Role }>(
    `SELECT id, role FROM auth."user" WHERE role = 'admin' OR id = $1::uuid`,
    [id],
  )
  const person = rows.find((row) => row.id === id)
  if (!person) return refuse.notFound()
  if (person.role === role) return done({ id, role })
  if (person.role === 'admin' && rows.length === 1) return refuse.conflict(lastAdmin)
  await tx.query(`UPDATE auth."user" SET role = $2, "updatedAt" = now() WHERE id = $1::uuid`, [id, role])
  const [ended] = await revoke(tx, [id])
  for (const event of roleEvents(ended!, role, actor.id)) tx.append(event)
  return done({ id, role })
}

const lastAdmin = {
  en: 'This is the only admin. Make somebody else admin first.',
  id: 'Ini satu-satunya admin. Jadikan orang lain admin terlebih dahulu.',
}
