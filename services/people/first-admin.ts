/** The first admin: made once, by whoever holds the one-time token that the start of the system printed. */
import { createHash, randomBytes } from 'node:crypto'
import type { Lane, Sql } from '../../kernel/db'
import { refuse } from '../../protocol/errors'
import type { Setup } from './model'

/** The admin of a demonstration is nobody. */
const realAdmin = `role = 'admin' AND NOT EXISTS (SELECT 1 FROM people.demo_person d WHERE d.user_id = id)`

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** @returns a fresh token, in place of any earlier one; undefined when there is an admin already. */
export async function makeSetupToken(sql: Sql): Promise<string | undefined> {
  const token = randomBytes(32).toString('base64url')
  const rows = await sql.query(
    `INSERT INTO people.setup_token (hash)
     SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM auth."user" WHERE ${realAdmin})
     ON CONFLICT (one) DO UPDATE SET hash = excluded.hash, at = now() RETURNING 1`,
    [hashOf(token)],
  )
  return rows.length > 0 ? token : undefined
}

/** A cheap look before the costly hashing of a password. @throws Refusal as `makeFirstAdmin` does. */
export async function checkSetupToken(sql: Sql, token: string): Promise<void> {
  const [row] = await sql.query<{ good: boolean; admin: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM people.setup_token WHERE hash = $1) AS good,
       EXISTS (SELECT 1 FROM auth."user" WHERE ${realAdmin}) AS admin`,
    [hashOf(token)],
  )
  if (row!.admin) throw refuse.conflict(adminExists)
  if (!row!.good) throw refuse.forbidden(wrongToken)
}

/**
 * Uses the token up and makes the admin, in one transaction: of several at the same time one wins, and a failure
 * leaves the token as it was.
 * @throws Refusal `forbidden` (wrong token), `conflict` (there is an admin; or the address has an account)
 */
export async function makeFirstAdmin(lane: Lane, setup: Setup, passwordHash: string): Promise<void> {
  const { token, name, email, lang, zone } = setup
  await lane.transaction(async (sql) => {
    const used = await sql.query('DELETE FROM people.setup_token WHERE hash = $1 RETURNING 1', [hashOf(token)])
    const admins = await sql.query(`SELECT 1 FROM auth."user" WHERE ${realAdmin} LIMIT 1`)
    if (admins.length > 0) throw refuse.conflict(adminExists)
    if (used.length === 0) throw refuse.forbidden(wrongToken)
    const [user] = await sql.query<{ id: string }>(
      `INSERT INTO auth."user" (name, email, "emailVerified", role) VALUES ($1, $2, false, 'admin')
       ON CONFLICT (email) DO NOTHING RETURNING id`,
      [name, email],
    )
    if (!user) throw refuse.conflict(addressTaken)
    await sql.query(
      `INSERT INTO auth.account ("accountId", "providerId", "userId", password, "updatedAt")
       VALUES ($1::text, 'credential', $1::uuid, $2, now())`,
      [user.id, passwordHash],
    )
    if (lang === undefined && zone === undefined) return
    await sql.query('INSERT INTO people.person (user_id, lang, zone) VALUES ($1::uuid, $2, $3)', [
      ...[user.id, lang ?? null, zone ?? null],
    ])
  })
}

const adminExists = {
  en: 'This system has its admin already. Sign in, or ask the admin for a role.',
  id: 'Sistem ini sudah memiliki admin. Silakan masuk, atau minta peran kepada admin.',
}

const wrongToken = {
  en: 'This setup link is not valid any more. Start the system again to get a new one.',
  id: 'Tautan penyiapan ini tidak berlaku lagi. Jalankan ulang sistem untuk mendapatkan yang baru.',
}

export const addressTaken = {
  en: 'There is an account with this e-mail address. Sign in, or use another address.',
  id: 'Alamat surel ini sudah memiliki akun. Silakan masuk, atau gunakan alamat lain.',
}
