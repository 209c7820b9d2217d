/** better-auth, set up as we need it. What it would look for in the environment is said here, as far as it lets us. */
import { createHmac } from 'node:crypto'
import type { BetterAuthOptions } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { anonymous, bearer } from 'better-auth/plugins'
import { Refusal, refuse, type Code } from '../../protocol/errors'
import type { Sql } from '../../kernel/db'
import { parse } from '../../kernel/service'
import { actor as actorSchema } from '../../protocol/roles'
import type { Holder } from './cookies'
import { isPlaceholder, personName, placeholderDomain } from './model'
import { neighbourhood, type Allowance, type Pace } from './pace'
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
  /** Ends a session, or the others of the same person, on every node. */
  end(holder: Holder, which: 'this' | 'others'): Promise<void>
  trouble(message: string, detail: unknown): void
}

/** The door writes the true address here, over whatever came from outside. */
export const addressHeader = 'x-alun-client-ip'
export const cookiePrefix = 'alun'
/** How long a cookie is believed without a look at the database. */
const cookieCacheSeconds = 60

const day = 24 * 3600

export const cookieSecret = (secret: string): string => createHmac('sha256', secret).update('cookies').digest('hex')

export function authOptions({ pool, sql, secret, publicUrl, tls, pace, end, trouble }: Setting) {
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
      session: { create: { before: ({ userId }) => mayComeIn(sql, userId) } },
    },
    // Ended without a word to the other nodes, a session would live on in tokens: `people.revoke` tells them.
    disabledPaths: [
      '/list-sessions',
      '/revoke-session',
      '/revoke-sessions',
      '/revoke-other-sessions',
      '/update-session',
    ],
    hooks: hooksOf(pace, end),
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

/** What is counted, and what else ends, around better-auth's own work. */
function hooksOf(pace: Pace, end: Setting['end']) {
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (!ctx.request) return
      await pace.take(await allowances(pace, ctx))
      // Here, since the request is known by now to come from our own pages.
      if (ctx.path === '/sign-out') await endOf(ctx, (holder) => end(holder, 'this'))
      // better-auth would do that without a word to the other nodes; see below.
      if (ctx.path === '/change-password') return { context: { body: { ...ctx.body, revokeOtherSessions: false } } }
    }),
    after: createAuthMiddleware(async (ctx) => {
      if (!ctx.request) return
      if (ctx.path === '/change-password' && !(ctx.context.returned instanceof Error)) {
        await endOf(ctx, (holder) => end(holder, 'others'))
      }
      if (ctx.path !== '/sign-in/email' || !ctx.context.newSession) return
      await pace.giveBack(await allowances(pace, ctx))
      await pace.note(home(ctx), homeMs)
    }),
  }
}

async function endOf(ctx: Parameters<typeof getSessionFromCtx>[0], end: (holder: Holder) => Promise<void>) {
  const found = await getSessionFromCtx(ctx)
  if (found) await end({ actor: actorSchema.parse(found.user), session: found.session.id })
}

/** On localhost, at an address of the LAN or behind a name: a page's own origin is the host that it asks. */
function ownOrigin(request: Request | undefined): string[] {
  const origin = request?.headers.get('origin') ?? request?.headers.get('referer')
  if (!request || !origin || !URL.canParse(origin)) return []
  const own = request.headers.get('host') ?? new URL(request.url).host
  const claimed = new URL(origin)
  return claimed.host === own.toLowerCase() ? [claimed.origin] : []
}

interface Asked {
  path: string
  body?: unknown
  headers?: Headers | undefined
}

const placeOf = ({ headers }: Asked): string => neighbourhood(headers?.get(addressHeader) ?? '')

/** An address at which this account has signed in. Strangers who guess from everywhere can't lock its owner out there. */
const home = (asked: Asked): string => `home ${accountOf(asked.body)} ${placeOf(asked)}`
const homeMs = 90 * day * 1000

/**
 * A wrong password is slowed for the person at one address, for the account wherever it is tried from, and for one
 * address whatever it tries; what succeeds is given back. Many people share an address (a campus behind one router), so
 * that one is wide, and guests are bounded only where nobody could mean it.
 */
async function allowances(pace: Pace, asked: Asked): Promise<Allowance[]> {
  const { path, body } = asked
  const place = placeOf(asked)
  if (path === '/sign-in/email') {
    const account = accountOf(body)
    const there = { bucket: `sign-in ${account} ${place}`, burst: 6, everyMs: 30_000 }
    const anybody = { bucket: `sign-in at ${place}`, burst: 300, everyMs: 1000 }
    if (await pace.noted(home(asked))) return [there, anybody]
    return [there, anybody, { bucket: `sign-in ${account}`, burst: 40, everyMs: 20_000 }]
  }
  if (path === '/sign-in/anonymous') return [{ bucket: `guest at ${place}`, burst: 20_000, everyMs: 20 }]
  if (path === '/sign-up/email') return [{ bucket: `sign-up at ${place}`, burst: 1000, everyMs: 1000 }]
  const asksPassword = path === '/change-password' || path === '/verify-password'
  return asksPassword ? [{ bucket: `password at ${place}`, burst: 30, everyMs: 10_000 }] : []
}

/** Short, and no list of who signs in. */
function accountOf(body: unknown): string {
  const { email } = (body ?? {}) as { email?: unknown }
  const address = typeof email === 'string' ? email.trim().toLowerCase() : ''
  return createHmac('sha256', 'account').update(address).digest('base64url').slice(0, 22)
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

async function mayComeIn(sql: Sql, userId: string): Promise<void> {
  const rows = await sql.query('SELECT 1 FROM people.person WHERE user_id = $1::uuid AND disabled_at IS NOT NULL', [
    userId,
  ])
  if (rows.length > 0) throw toApiError(refuse.forbidden(isDisabled))
}

const isDisabled = {
  en: 'This account is disabled. Ask an admin of your campus.',
  id: 'Akun ini dinonaktifkan. Hubungi admin kampus Anda.',
}
const notUsable = {
  en: 'email: this address cannot be used here.',
  id: 'email: alamat ini tidak dapat digunakan di sini.',
}

/** Deep inside, better-auth passes on only errors of its own kind. */
function asApiError<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof Refusal ? toApiError(error) : error
  }
}

function toApiError({ text, code }: Refusal): APIError {
  return new APIError('BAD_REQUEST', { message: text.en, text, refusal: code satisfies Code })
}
