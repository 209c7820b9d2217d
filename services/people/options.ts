/** better-auth, set up as we need it. What it would look for in the environment is said here, as far as it lets us. */
import { createHmac } from 'node:crypto'
import type { BetterAuthOptions } from 'better-auth'
import { anonymous, bearer } from 'better-auth/plugins'
import { refuse } from '../../protocol/errors'
import type { Sql } from '../../kernel/db'
import { parse } from '../../kernel/service'
import { addressHeader } from './attempts'
import { isMadeUp } from './demo'
import { asApiError, toApiError } from './errors'
import { hooksOf, notUsable, type Commands } from './hooks'
import { isPlaceholder, personName, placeholderDomain } from './model'
import type { Pace } from './pace'
import { hashPassword, verifyPassword } from './passwords'
import type { AuthPool } from './pool'

export interface Setting {
  pool: AuthPool
  /** Reads what better-auth knows nothing of. */
  sql: Sql
  /** The installation's. Cookies are signed with a key of their own made from it. */
  secret: string
  publicUrl?: string | undefined
  tls: boolean
  pace: Pace
  commands: Commands
  /** A demonstration: made-up people may come in. */
  demo?: boolean
  trouble(message: string, detail: unknown): void
}

export const cookiePrefix = 'alun'
/** How long a cookie is believed without a look at the database. */
const cookieCacheSeconds = 60

const day = 24 * 3600

export const cookieSecret = (secret: string): string => createHmac('sha256', secret).update('cookies').digest('hex')

export function authOptions({ pool, sql, secret, publicUrl, tls, pace, commands, demo = false, trouble }: Setting) {
  return {
    appName: 'Alun',
    database: pool as unknown as NonNullable<BetterAuthOptions['database']>,
    secrets: [{ version: 1, value: cookieSecret(secret) }],
    // Without an address of our own: one that nobody can have, so that it makes no origin trusted.
    baseURL: publicUrl ? new URL(publicUrl).origin : `http://${placeholderDomain}`,
    basePath: '/api/auth',
    trustedOrigins: (request?: Request) => ownOrigin(request),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { level: 'error', log: (_level, message, ...detail) => trouble(message, detail) },
    onAPIError: { throw: true },
    emailAndPassword: { enabled: true, password: { hash: hashPassword, verify: verifyPassword } },
    session: {
      expiresIn: 30 * day,
      updateAge: day,
      cookieCache: { enabled: true, maxAge: cookieCacheSeconds, strategy: 'compact' },
    },
    user: { additionalFields: { role: { type: 'string', required: true, defaultValue: 'student', input: false } } },
    databaseHooks: {
      user: { create: { before: created }, update: { before: updated } },
      session: { create: { before: ({ userId }) => mayComeIn(sql, userId, demo) } },
    },
    // Ended without a word to the other nodes, a session would live on in tokens: `people.revoke` tells them.
    disabledPaths: [
      '/list-sessions',
      '/revoke-session',
      '/revoke-sessions',
      '/revoke-other-sessions',
      '/update-session',
    ],
    hooks: hooksOf(pace, commands, sql),
    plugins: [
      anonymous({
        emailDomainName: `guest.${placeholderDomain}`,
        // What a guest said stays theirs when they sign up: the row that it points to must not go.
        disableDeleteAnonymousUser: true,
        generateName: (ctx) =>
          asApiError(() => parse(personName, (ctx.body as { name?: unknown } | null)?.name, 'name')),
      }),
      bearer(),
    ],
    advanced: {
      cookiePrefix,
      useSecureCookies: tls,
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: 'uuid', validateSchema: false },
    },
  } satisfies BetterAuthOptions
}

/** On localhost, at an address of the LAN or behind a name: a page's own origin is the host that it asks. */
function ownOrigin(request: Request | undefined): string[] {
  const origin = request?.headers.get('origin') ?? request?.headers.get('referer')
  if (!request || !origin || !URL.canParse(origin)) return []
  const own = request.headers.get('host') ?? new URL(request.url).host
  const claimed = new URL(origin)
  return claimed.host === own.toLowerCase() ? [claimed.origin] : []
}

async function created<U extends { name: string; email: string; isAnonymous?: unknown }>(user: U) {
  const guest = user.isAnonymous === true
  if (!guest) checkAddress(user.email)
  const name = asApiError(() => parse(personName, user.name, 'name'))
  return { data: { ...user, name, image: null, role: guest ? 'guest' : 'student' } }
}

async function updated<U extends { name?: string; email?: string; image?: string | null }>(user: U) {
  if (user.email !== undefined) checkAddress(user.email)
  const changed: { name?: string; image?: null } = {}
  if (user.name !== undefined) changed.name = asApiError(() => parse(personName, user.name, 'name'))
  if (user.image !== undefined) changed.image = null
  return { data: { ...user, ...changed } }
}

function checkAddress(address: unknown): void {
  if (typeof address !== 'string' || address.length > 254 || isPlaceholder(address)) {
    throw toApiError(refuse.invalid(notUsable))
  }
}

async function mayComeIn(sql: Sql, userId: string, demo: boolean): Promise<void> {
  // Everybody knows their passwords.
  if (!demo && (await isMadeUp(sql, userId))) throw toApiError(refuse.forbidden(isDisabled))
  const rows = await sql.query('SELECT 1 FROM people.person WHERE user_id = $1::uuid AND disabled_at IS NOT NULL', [
    userId,
  ])
  if (rows.length > 0) throw toApiError(refuse.forbidden(isDisabled))
}

const isDisabled = {
  en: 'This account is disabled. Ask an admin of your campus.',
  id: 'Akun ini dinonaktifkan. Hubungi admin kampus Anda.',
}
