/** Who a session cookie belongs to: from the cookie itself while that is fresh, else from the database. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseCookies } from 'better-auth/cookies'
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { actor as actorSchema, type Actor } from '../../protocol/roles'
import { cookiePrefix, cookieSecret } from './options'

export interface CookieOptions {
  sql: Sql
  secret: string
  tls: boolean
  /** A demonstration: made-up people may be here. Elsewhere what they were given before counts no more. */
  demo?: boolean
  /** Milliseconds by the database's clock. */
  now(): number
  isRevoked(userId: string, issuedAtMs: number, session?: string): boolean
}

/**
 * What better-auth's cookie cache holds ("compact": signed JSON). Read here and not by better-auth, which does it four
 * times slower and writes to the log whatever anybody sends as a cookie.
 */
const cacheSchema = z.object({
  session: z.object({ session: z.object({ id: z.string() }), user: actorSchema, updatedAt: z.number() }),
  expiresAt: z.number(),
  signature: z.string(),
})

export const cacheCookie = new RegExp(`^(__Secure-)?${cookiePrefix}\\.session_data`)

export interface Holder {
  actor: Actor
  /** The session's id. */
  session: string
}

interface Waiting {
  token: string
  resolve(holder: Holder | undefined): void
  reject(error: unknown): void
}

export class CookieReader {
  private readonly secret: string
  private readonly tokenCookie: string
  private readonly cacheCookie: string
  private waiting: Waiting[] = []

  constructor(private readonly options: CookieOptions) {
    this.secret = cookieSecret(options.secret)
    const prefix = `${options.tls ? '__Secure-' : ''}${cookiePrefix}`
    this.tokenCookie = `${prefix}.session_token`
    this.cacheCookie = `${prefix}.session_data`
  }

  /** @throws Refusal `unavailable` when it would take the database, and that doesn't answer. */
  async read(header: string): Promise<Holder | undefined> {
    if (!header.includes(`${cookiePrefix}.session_`)) return undefined
    const cookies = parseCookies(header)
    return this.cached(cookies.get(this.cacheCookie)) ?? this.stored(cookies.get(this.tokenCookie))
  }

  private cached(value: string | undefined): Holder | undefined {
    const raw = value && parseJson(Buffer.from(value, 'base64url').toString())
    const found = cacheSchema.safeParse(raw)
    if (!found.success) return undefined
    const { session, expiresAt, signature } = found.data
    const { user, updatedAt } = session
    if (expiresAt < Date.now() || this.options.isRevoked(user.id, updatedAt, session.session.id)) return undefined
    // What is signed is the text, with all its fields in their order.
    const signed = JSON.stringify({ ...(raw as { session: object }).session, expiresAt })
    if (!this.isSigned(signed, Buffer.from(signature, 'base64url'))) return undefined
    const { id, name, role } = user
    return { actor: { id, name, role }, session: session.session.id }
  }

  private async stored(value = ''): Promise<Holder | undefined> {
    const dot = value.lastIndexOf('.')
    const token = value.slice(0, Math.max(0, dot))
    if (!this.isSigned(token, Buffer.from(value.slice(dot + 1), 'base64'))) return undefined
    for (;;) {
      const asked = this.options.now()
      const found = await this.ask(token)
      // What was revoked while we looked may have been read as it was before: then it is read anew.
      if (!found || !this.options.isRevoked(found.actor.id, asked, found.session)) return found
    }
  }

  private ask(token: string): Promise<Holder | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ token, resolve, reject })
      if (this.waiting.length === 1) setImmediate(() => void this.look())
    })
  }

  /** One statement for all that came in this turn: after a node's death thousands come back at once. */
  private async look(): Promise<void> {
    const batch = this.waiting
    this.waiting = []
    try {
      const rows = await this.options.sql.query<Actor & { token: string; session: string }>(
        `SELECT s.token, s.id AS session, u.id, u.name, u.role FROM auth.session s JOIN auth."user" u ON u.id = s."userId"
         LEFT JOIN people.person p ON p.user_id = u.id
         WHERE s.token = ANY($1::text[]) AND s."expiresAt" > clock_timestamp() AND p.disabled_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM people.ended_session e WHERE e.session = s.id::text)
           AND ($2 OR NOT EXISTS (SELECT 1 FROM people.demo_person d WHERE d.user_id = u.id))`,
        [batch.map(({ token }) => token), this.options.demo === true],
      )
      const found = new Map(rows.map(({ token, session, ...actor }) => [token, { actor, session }]))
      for (const { token, resolve } of batch) resolve(found.get(token))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  private isSigned(text: string, signature: Buffer): boolean {
    const expected = createHmac('sha256', this.secret).update(text).digest()
    return signature.length === expected.length && timingSafeEqual(signature, expected)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
