/** What an admin decides about a person: their role, and whether they may come in. */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import { may } from './policy'
import { endedEvent, endSessions, revoke, revokedEvent, roleEvents } from './roles'
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
  const person = await lock(tx, id)
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
  const person = await lock(tx, id)
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

interface Locked {
  role: Role
  disabled: boolean
  /** Without this person nobody could let anybody in. */
  lastAdmin: boolean
}

/**
 * Locks the person, and with them all admins, so that two of them can't step down at once and leave nobody.
 * @throws Refusal `not_found`
 */
async function lock(tx: Tx, id: string): Promise<Locked> {
  await tx.query(`SELECT 1 FROM auth."user" WHERE role = 'admin' OR id = $1::uuid ORDER BY id FOR UPDATE`, [id])
  const rows = await tx.query<{ id: string; role: Role; disabled: boolean }>(
    `SELECT u.id, u.role, p.disabled_at IS NOT NULL AS disabled
     FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id WHERE u.role = 'admin' OR u.id = $1::uuid`,
    [id],
  )
  const person = rows.find((row) => row.id === id)
  if (!person) throw refuse.notFound()
  const admins = rows.filter(({ role, disabled }) => role === 'admin' && !disabled)
  return { ...person, lastAdmin: admins.length === 1 && admins[0]!.id === id }
}

const lastAdmin = {
  en: 'This is the only admin. Make somebody else admin first.',
  id: 'Ini satu-satunya admin. Jadikan orang lain admin terlebih dahulu.',
}
