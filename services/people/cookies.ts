/** Who a session cookie belongs to: from the cookie itself while that is fresh, else from the database. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { getCookieCache, parseCookies } from 'better-auth/cookies'
import type { Sql } from '../../kernel/db'
import { actor as actorSchema, type Actor } from '../../protocol/roles'
import { cookiePrefix, cookieSecret } from './options'

export interface CookieOptions {
  sql: Sql
  secret: string
  tls: boolean
  isRevoked(userId: string, issuedAtMs: number): boolean
}

interface Waiting {
  token: string
  resolve(actor: Actor | undefined): void
  reject(error: unknown): void
}

export class CookieReader {
  private readonly secret: string
  private readonly tokenCookie: string
  private waiting: Waiting[] = []

  constructor(private readonly options: CookieOptions) {
    this.secret = cookieSecret(options.secret)
    this.tokenCookie = `${options.tls ? '__Secure-' : ''}${cookiePrefix}.session_token`
  }

  /** @throws Refusal `unavailable` when it would take the database, and that doesn't answer. */
  async read(header: string): Promise<Actor | undefined> {
    if (!header.includes(`${cookiePrefix}.session_`)) return undefined
    return (await this.cached(header)) ?? this.stored(header)
  }

  private async cached(header: string): Promise<Actor | undefined> {
    const payload = await getCookieCache(new Headers({ cookie: header }), {
      secret: this.secret,
      cookiePrefix,
      isSecure: this.options.tls,
      strategy: 'compact',
    }).catch(() => null)
    const person = actorSchema.safeParse(payload?.user)
    if (!payload || !person.success) return undefined
    return this.options.isRevoked(person.data.id, payload.updatedAt) ? undefined : person.data
  }

  private async stored(header: string): Promise<Actor | undefined> {
    const token = this.signedToken(parseCookies(header).get(this.tokenCookie) ?? '')
    if (token === undefined) return undefined
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
      const rows = await this.options.sql.query<Actor & { token: string }>(
        `SELECT s.token, u.id, u.name, u.role FROM auth.session s JOIN auth."user" u ON u.id = s."userId"
         WHERE s.token = ANY($1::text[]) AND s."expiresAt" > clock_timestamp()`,
        [batch.map(({ token }) => token)],
      )
      const found = new Map(rows.map(({ token, ...actor }) => [token, actor]))
      for (const { token, resolve } of batch) resolve(found.get(token))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  private signedToken(value: string): string | undefined {
    const dot = value.lastIndexOf('.')
    if (dot < 1) return undefined
    const token = value.slice(0, dot)
    const expected = createHmac('sha256', this.secret).update(token).digest()
    const given = Buffer.from(value.slice(dot + 1), 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined
  }
}
