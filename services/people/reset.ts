/**
 * Setting a password anew: by a one-time link that an admin hands over, or by one that is mailed. A link is good once and
 * for a while; a newer one takes its place.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import { isPlaceholder } from './model'
import { may } from './policy'
import { endedEvent, endSessions, revoke, revokedEvent } from './roles'
import * as schemas from './schemas'

export const mailQueue = 'people-mail'
const linkHours = 48
const mailHours = 1

/**
 * A one-time link for somebody, to be handed over. Its answer is not kept: asked for again, there is another link, and
 * the one before is worth nothing. Errors: `not_found`.
 */
export const resetLink = command<z.infer<typeof schemas.someUser>, z.infer<typeof schemas.resetLink>>({
  name: 'people.reset_link',
  summary: 'Make a one-time link by which somebody sets a password.',
  roles: may.manage,
  keyOptional: true,
  input: schemas.someUser,
  output: schemas.resetLink,
  runMany: oneByOne(async (tx, { input }) => withoutEffect(await makeLink(tx, input.user, linkHours))),
})

/** Somebody forgot their password. Whether there is such an account is nobody's business: the answer is the same. */
export const askReset = command<z.infer<typeof schemas.askReset>, z.infer<typeof schemas.nothing>>({
  name: 'people.ask_reset',
  summary: 'Mail a link by which a password is set anew.',
  internal: true,
  keyOptional: true,
  input: schemas.askReset,
  output: schemas.nothing,
  runMany: oneByOne(async (tx, { input }) => {
    const [user] = await tx.query<{ id: string }>(
      `SELECT u.id FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id WHERE u.email = $1 AND p.disabled_at IS NULL`,
      [input.email.trim().toLowerCase()],
    )
    // One that waits is enough, however often it is asked for.
    if (user) tx.enqueue({ queue: mailQueue, data: { user: user.id, lang: input.lang }, singletonKey: user.id })
    return withoutEffect({})
  }),
})

/** What the mail says, made when it is sent: a link that waits in a queue could be read there. Empty: nobody to mail. */
export const resetMail = command<z.infer<typeof schemas.someUser>, z.infer<typeof schemas.resetMail>>({
  name: 'people.reset_mail',
  summary: 'Make the link of a mail.',
  internal: true,
  input: schemas.someUser,
  output: schemas.resetMail,
  runMany: oneByOne(async (tx, { input }) => {
    const [user] = await tx.query<{ email: string; name: string }>(
      `SELECT u.email, u.name FROM auth."user" u LEFT JOIN people.person p ON p.user_id = u.id
       WHERE u.id = $1::uuid AND p.disabled_at IS NULL`,
      [input.user],
    )
    if (!user || isPlaceholder(user.email)) return withoutEffect({})
    const { token } = await makeLink(tx, input.user, mailHours)
    return withoutEffect({ token, email: user.email, name: user.name })
  }),
})

/**
 * Sets the password that a link is for, uses the link up and ends all sessions. Errors: `forbidden` (no such link, or it
 * is over).
 */
export const reset = command<z.infer<typeof schemas.passwordReset>, z.infer<typeof schemas.passwordSet>>({
  name: 'people.reset',
  summary: 'Set a password by a one-time link.',
  internal: true,
  keyOptional: true,
  input: schemas.passwordReset,
  output: schemas.passwordSet,
  runMany: oneByOne(setPassword),
})

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Whose link this is. @throws Refusal `forbidden` */
export async function readReset(sql: Sql, token: string): Promise<{ name: string }> {
  const [row] = await sql.query<{ name: string }>(
    `SELECT u.name FROM people.reset r JOIN auth."user" u ON u.id = r.user_id LEFT JOIN people.person p ON p.user_id = u.id
     WHERE r.hash = $1 AND r.expires_at > clock_timestamp() AND p.disabled_at IS NULL`,
    [hashOf(token)],
  )
  if (!row) throw new Refusal('forbidden', linkOver)
  return row
}

async function makeLink(tx: Sql, user: string, hours: number): Promise<z.infer<typeof schemas.resetLink>> {
  await tx.query(`SELECT 1 FROM auth."user" WHERE id = $1::uuid FOR UPDATE`, [user])
  const token = randomBytes(24).toString('base64url')
  const [row] = await tx.query<{ expires_at: Date }>(
    `WITH gone AS (DELETE FROM people.reset WHERE user_id = $2::uuid OR expires_at < clock_timestamp())
     INSERT INTO people.reset (hash, user_id, expires_at)
     SELECT $1, id, clock_timestamp() + make_interval(hours => $3) FROM auth."user" WHERE id = $2::uuid RETURNING expires_at`,
    [hashOf(token), user, hours],
  )
  if (!row) throw refuse.notFound()
  return { token, expiresAt: row.expires_at.toISOString() }
}

async function setPassword(
  tx: Tx,
  { input }: Call<z.infer<typeof schemas.passwordReset>>,
): Promise<Outcome<{ user: string; email: string }>> {
  await readReset(tx, input.token)
  const [used] = await tx.query<{ user_id: string }>('DELETE FROM people.reset WHERE hash = $1 RETURNING user_id', [
    hashOf(input.token),
  ])
  if (!used) throw new Refusal('forbidden', linkOver)
  const { user_id: user } = used
  const changed = await tx.query(
    `UPDATE auth.account SET password = $2, "updatedAt" = now() WHERE "userId" = $1::uuid AND "providerId" = 'credential' RETURNING 1`,
    [user, input.passwordHash],
  )
  if (changed.length === 0) {
    await tx.query(
      `INSERT INTO auth.account ("accountId", "providerId", "userId", password, "updatedAt")
       VALUES ($1::text, 'credential', $1::uuid, $2, now())`,
      [user, input.passwordHash],
    )
  }
  const [row] = await tx.query<{ email: string }>(
    `UPDATE auth."user" SET "isAnonymous" = false, "updatedAt" = now() WHERE id = $1::uuid RETURNING email`,
    [user],
  )
  const [ended] = await revoke(tx, [user])
  tx.append(revokedEvent(ended!, user))
  for (const session of await endSessions(tx, user, {})) tx.append(endedEvent(user, session, user))
  return done({ user, email: row!.email })
}

const linkOver = {
  en: 'This link was used already or is too old. Ask for a new one.',
  id: 'Tautan ini sudah dipakai atau terlalu lama. Minta yang baru.',
}
