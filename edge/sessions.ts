/**
 * Who asks: from a token that any node verifies without the database, or from the session cookie, which somebody else
 * can read. A token is verified once; after that it is known until it expires, is revoked or is pushed out.
 *
 * Tokens are JWTs (RFC 7519) signed with HS256 under the installation's secret: nodes share it, nobody else needs it.
 */
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { Refusal } from '../protocol/errors'
import { role, type Actor } from '../protocol/roles'

export interface Identity {
  actor: Actor
  /** The session that it was issued to; absent where there is none (a script's token). */
  session?: string | undefined
  /** Milliseconds since 1970. Absent: it lasts as long as the session does. */
  expiresAt?: number
}

/** It was good once. The client fetches a new one. */
export class TokenExpired extends Refusal {
  constructor() {
    super('unauthenticated', {
      en: 'This token has expired. Get a new one and try again.',
      id: 'Token ini sudah kedaluwarsa. Ambil yang baru lalu coba lagi.',
    })
  }
}

/** It is none of ours. */
export class TokenInvalid extends Refusal {
  constructor() {
    super('unauthenticated', {
      en: 'This token is not valid here. Sign in again.',
      id: 'Token ini tidak berlaku di sini. Silakan masuk kembali.',
    })
  }
}

export interface SessionsOptions {
  secret: string
  /** Milliseconds since 1970, by the clock that tokens are dated with. */
  now(): number
  /** The person behind a session cookie, if there is one in this header. */
  readCookie(cookieHeader: string): Promise<Identity | undefined>
  /** What was issued to this user at that moment, or to that session, is not believed any more. */
  isRevoked?(userId: string, issuedAtMs: number, session?: string): boolean
}

const issuer = 'alun'
const algorithm = 'HS256'
const tokenCharacters = 4096
const cachedTokens = 10_000
/** As everybody writes it; others are understood too, more slowly. */
const scheme = 'Bearer '

const claims = z.object({
  sub: z.string().min(1).max(64),
  name: z.string().max(400),
  role,
  iat: z.number().positive(),
  exp: z.number().positive(),
  iss: z.literal(issuer),
  jti: z.string().min(1),
  sid: z.string().max(64).optional(),
})

interface Known extends Identity {
  expiresAt: number
  issuedAtMs: number
}

export class Sessions {
  /** By the header they come in, whole: to cut a token out of it would copy it for every request. */
  private readonly verified = new Map<string, Known>()
  private readonly key: Promise<CryptoKey>

  constructor(private readonly options: SessionsOptions) {
    this.key = keyOf(options.secret)
  }

  /** How many tokens are known. */
  get size(): number {
    return this.verified.size
  }

  /** @throws TokenExpired (also when revoked: a new one tells the truth), TokenInvalid */
  async fromToken(token: string): Promise<Identity> {
    const header = scheme + token
    const identity =
      this.verified.get(header) ?? this.remember(header, await verify(token, this.key, this.options.now()))
    if (this.holds(identity)) return identity
    this.verified.delete(header)
    throw new TokenExpired()
  }

  /** Without waiting: who sends this header, if their token was verified before and still holds. */
  known(authorization: string): Identity | undefined {
    const identity = this.verified.get(authorization)
    return identity && this.holds(identity) ? identity : undefined
  }

  private holds({ actor, expiresAt, issuedAtMs, session }: Known): boolean {
    const { now, isRevoked } = this.options
    return expiresAt > now() && !isRevoked?.(actor.id, issuedAtMs, session)
  }

  async fromCookie(header: string | null | undefined): Promise<Identity | undefined> {
    return header ? this.options.readCookie(header) : undefined
  }

  /** @throws TokenExpired, TokenInvalid: a token that was sent must be good, a cookie doesn't stand in for it. */
  async fromRequest(request: Request): Promise<Identity | undefined> {
    const bearer = /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')
    return bearer ? this.fromToken(bearer[1]!) : this.fromCookie(request.headers.get('cookie'))
  }

  /** Forgets what is cached of this user; the next use is verified anew. */
  clear(userId: string): void {
    for (const [header, { actor }] of this.verified) if (actor.id === userId) this.verified.delete(header)
  }

  private remember(header: string, identity: Known): Known {
    // The one that has been known longest goes first: it is the next to expire.
    if (this.verified.size >= cachedTokens) this.verified.delete(this.verified.keys().next().value!)
    this.verified.set(header, identity)
    return identity
  }
}

export const createSessions = (options: SessionsOptions): Sessions => new Sessions(options)

async function verify(token: string, key: Promise<CryptoKey>, nowMs: number): Promise<Known> {
  if (token.length > tokenCharacters) throw new TokenInvalid()
  try {
    const { payload } = await jwtVerify(token, await key, { algorithms: [algorithm], currentDate: new Date(nowMs) })
    const { sub, name, role, iat, exp, sid } = claims.parse(payload)
    const actor = { id: sub, name, role }
    return { actor, session: sid, expiresAt: exp * 1000, issuedAtMs: Math.round(iat * 1000) }
  } catch (error) {
    throw error instanceof errors.JWTExpired ? new TokenExpired() : new TokenInvalid()
  }
}

export interface Minted {
  token: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/**
 * Makes a token. Its date keeps the milliseconds, so that a token made just after a revocation can be told from one made
 * just before it.
 * @param nowMs read before the role was: a role that changed in between then counts as changed after.
 * @param session with which the token ends, if there is one.
 */
export async function mint(
  secret: string,
  actor: Actor,
  ttlSeconds: number,
  nowMs: number,
  session?: string,
): Promise<Minted> {
  const exp = Math.floor(nowMs / 1000) + ttlSeconds
  const whose = { name: actor.name, role: actor.role, ...(session ? { sid: session } : {}) }
  const token = await new SignJWT({ ...whose, iat: Math.round(nowMs) / 1000, exp })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .setSubject(actor.id)
    .setIssuer(issuer)
    .setJti(crypto.randomUUID())
    .sign(await keyOf(secret))
  return { token, expiresAt: exp * 1000 }
}

let lastKey: { secret: string; key: Promise<CryptoKey> } | undefined

function keyOf(secret: string): Promise<CryptoKey> {
  if (lastKey?.secret !== secret) {
    const bytes = new TextEncoder().encode(secret)
    const key = crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
    lastKey = { secret, key }
  }
  return lastKey.key
}

/**
 * Whether a request that carries a cookie comes from our own pages, or from something that is no browser (which sends
 * neither header, and has no cookies that another page could make it use). Browsers say it in `Sec-Fetch-Site`, and
 * where that is missing (plain HTTP) in `Origin`.
 * @param publicUrl our address as browsers have it, where a proxy in front changes `Host`.
 */
export function sameOrigin(request: Request, publicUrl?: string): boolean {
  const { headers } = request
  const origin = headers.get('origin')
  if (publicUrl && origin === new URL(publicUrl).origin) return true
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  if (origin === null) return true
  const host = headers.get('host') ?? new URL(request.url).host
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
