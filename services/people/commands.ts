/** What an admin decides about a person: their role, and whether they may come in. */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { may } from './policy'
import { lastAdmin } from './profile'
import { endedEvent, endSessions, lockPerson, revoke, revokedEvent, roleEvents } from './roles'
import { disabled as disabledOutput, roleSet, setRole as setRoleInput, someUser } from './schemas'

type Disabled = z.infer<typeof disabledOutput>

/**
 * Gives a person another role. Promised: what was issued under the old role is not believed any more, on any node, and
 * the person's clients are told on `inbox:<user>`. Errors: `not_found`, `conflict` (there would be no admin left).
 */
export const setRole = command<z.infer<typeof setRoleInput>, z.infer<typeof roleSet>>({
  name: 'people.set_role',
  summary: 'Give a person another role.',
  roles: may.manage,
  input: setRoleInput,
  output: roleSet,
  runMany: oneByOne(giveRole),
})

/**
 * Keeps a person out until they are enabled again. Promised: their sessions end, their sockets close and nothing that was
 * issued to them counts, on any node. What they wrote stays. Errors: `not_found`, `conflict` (the last admin).
 */
export const disable = command<z.infer<typeof someUser>, Disabled>({
  name: 'people.disable',
  summary: 'Keep a person out.',
  roles: may.manage,
  input: someUser,
  output: disabledOutput,
  runMany: oneByOne((tx, call) => setDisabled(tx, call, true)),
})

/** Lets a person in again, who then signs in anew. Errors: `not_found`. */
export const enable = command<z.infer<typeof someUser>, Disabled>({
  name: 'people.enable',
  summary: 'Let a person in again.',
  roles: may.manage,
  input: someUser,
  output: disabledOutput,
  runMany: oneByOne((tx, call) => setDisabled(tx, call, false)),
})

async function giveRole(
  tx: Tx,
  { actor, input }: Call<z.infer<typeof setRoleInput>>,
): Promise<Outcome<z.infer<typeof roleSet>>> {
  const { user: id, role } = input
  const person = await lockPerson(tx, id)
  if (person.role === role) return done({ id, role })
  if (person.lastAdmin) return refuse.conflict(lastAdmin)
  await tx.query(`UPDATE auth."user" SET role = $2, "updatedAt" = now() WHERE id = $1::uuid`, [id, role])
  const [ended] = await revoke(tx, [id])
  for (const event of roleEvents(ended!, role, actor.id)) tx.append(event)
  return done({ id, role })
}

async function setDisabled(
  tx: Tx,
  { actor, input }: Call<z.infer<typeof someUser>>,
  off: boolean,
): Promise<Outcome<Disabled>> {
  const { user: id } = input
  const person = await lockPerson(tx, id)
  if (person.disabled === off) return done({ id, disabled: off })
  if (off && person.lastAdmin) return refuse.conflict(lastAdmin)
  await tx.query(
    `INSERT INTO people.person (user_id, disabled_at) VALUES ($1::uuid, CASE WHEN $2 THEN clock_timestamp() END)
     ON CONFLICT (user_id) DO UPDATE SET disabled_at = excluded.disabled_at`,
    [id, off],
  )
  const [ended] = await revoke(tx, [id], off)
  tx.append(revokedEvent(ended!, actor.id))
  if (off) for (const session of await endSessions(tx, id, {})) tx.append(endedEvent(id, session, actor.id))
  return done({ id, disabled: off })
}
