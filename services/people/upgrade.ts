/** A guest who signs up: the same person with an address and a password, so that what they did stays theirs. */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { addressTaken } from './first-admin'
import { become } from './invites'
import { roleSet, upgrade as upgradeInput } from './schemas'

/** For the door where one signs up. Errors: `conflict` (the address has an account), `not_found` (no guest by that id). */
export const upgrade = command<z.infer<typeof upgradeInput>, z.infer<typeof roleSet>>({
  name: 'people.upgrade',
  summary: 'Give a guest an account.',
  internal: true,
  input: upgradeInput,
  output: roleSet,
  runMany: oneByOne(decide),
})

async function decide(
  tx: Tx,
  { input }: Call<z.infer<typeof upgradeInput>>,
): Promise<Outcome<z.infer<typeof roleSet>>> {
  const { user, name, email, passwordHash } = input
  await tx.query(`SELECT 1 FROM auth."user" WHERE id = $1::uuid OR email = $2 ORDER BY id FOR UPDATE`, [user, email])
  const rows = await tx.query<{ id: string; role: Role; isAnonymous: boolean | null }>(
    `SELECT id, role, "isAnonymous" FROM auth."user" WHERE id = $1::uuid OR email = $2`,
    [user, email],
  )
  const guest = rows.find(({ id }) => id === user)
  if (!guest?.isAnonymous) throw refuse.notFound()
  if (rows.length > 1) throw refuse.conflict(addressTaken)
  await tx.query(
    `UPDATE auth."user" SET name = $2, email = $3, "isAnonymous" = false, "updatedAt" = now() WHERE id = $1::uuid`,
    [user, name, email],
  )
  await tx.query(
    `INSERT INTO auth.account ("accountId", "providerId", "userId", password, "updatedAt")
     VALUES ($1::text, 'credential', $1::uuid, $2, now())`,
    [user, passwordHash],
  )
  const role = guest.role === 'guest' ? 'student' : guest.role
  await become(tx, user, role, user)
  return done({ id: user, role })
}
