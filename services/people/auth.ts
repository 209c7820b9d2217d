/**
 * Signing in, over HTTP: everything below /api/auth/. better-auth does the sessions; what a person may be and how often
 * something may be tried is ours; tokens for the other doors are made by whoever we are given.
 */
import { betterAuth } from 'better-auth'
import { z } from 'zod'
import { kindOf, type Db, type Lane } from '../../kernel/db'
import { parse } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import { actor as actorSchema, type Actor } from '../../protocol/roles'
import { addressHeader, allowances } from './attempts'
import { cacheCookie, CookieReader, type Holder } from './cookies'
import { isMadeUp } from './demo'
import { checkSetupToken, makeFirstAdmin } from './first-admin'
import type { Commands } from './hooks'
import { readInvite } from './invites'
import { password as passwordSchema, setup as setupSchema } from './model'
import { authOptions, type Setting } from './options'
import { Pace } from './pace'
import { hashPassword } from './passwords'
import { AuthPool } from './pool'
import { meaningOf } from './refusals'
import { mannerOf } from './profile'
import { readReset } from './reset'

export interface AuthOptions {
  db: Db
  /** The installation's secret. */
  secret: string
  /** Our address as browsers have it, if it is known. */
  publicUrl?: string | undefined
  /** Browsers reach us over TLS: cookies are `Secure`. */
  tls: boolean
  /** Milliseconds by the database's clock. */
  now(): number
  /** Makes the token for `GET /api/auth/token`. `issuedAtMs` is from before the person's role was read. */
  mint(actor: Actor, issuedAtMs: number, session: string): Promise<{ token: string; expiresAt: number }>
  isRevoked?(userId: string, issuedAtMs: number, session?: string): boolean
  commands: Commands
  /** Links by which a password is set can be mailed. */
  mails?: boolean
  /** A demonstration: made-up people may come in, and everybody may be one. */
  demo?: boolean
  /** Something that a person who operates this should read. */
  trouble(message: string, detail: unknown): void
}

const forgotSchema = z.object({ email: z.string().min(1).max(254), lang: z.enum(['en', 'id']).default('id') })
const resetSchema = z.object({ token: z.string().min(1).max(200), password: passwordSchema })

const bodyBytes = 16 * 1024
const userAgentCharacters = 200
const laneConnections = 2

export class Auth {
  private readonly lane: Lane
  private readonly pool: AuthPool
  private readonly cookies: CookieReader
  private readonly pace: Pace
  private readonly better: ReturnType<typeof makeBetterAuth>

  constructor(private readonly options: AuthOptions) {
    const { db, isRevoked = () => false } = options
    this.lane = db.lane('sign-in', { connections: laneConnections })
    this.pool = new AuthPool(db)
    this.cookies = new CookieReader({ ...options, sql: this.lane, isRevoked })
    this.pace = new Pace(this.lane)
    const parts = { pool: this.pool, sql: this.lane, pace: this.pace }
    this.better = makeBetterAuth({ ...options, ...parts })
  }

  /** What better-auth has not, below its own path. */
  private readonly own: Record<string, { method: string; answer(request: Request): Promise<Response> }> = {
    '/api/auth/token': { method: 'GET', answer: (request) => this.token(request) },
    '/api/auth/setup': { method: 'POST', answer: (request) => this.setup(request) },
    '/api/auth/about': { method: 'GET', answer: () => this.about() },
    '/api/auth/invite': { method: 'GET', answer: (request) => this.invite(request) },
    '/api/auth/forgot': { method: 'POST', answer: (request) => this.forgot(request) },
    '/api/auth/reset': { method: 'POST', answer: (request) => this.reset(request) },
    '/api/auth/reset-link': { method: 'GET', answer: (request) => this.resetLink(request) },
  }

  /** @throws Refusal for everything expected; anything else is a fault of ours. */
  readonly handler = async (request: Request, clientAddress: string): Promise<Response> => {
    const asked = await readWhole(request, clientAddress)
    const path = new URL(request.url).pathname
    const begun = performance.now()
    try {
      const own = this.own[path]
      if (own && request.method !== own.method) throw refuse.notFound()
      if (own) return await own.answer(asked)
      const answer = await this.better.handler(asked)
      if (answer.status >= 400) throw await meaningOf(answer)
      return answer
    } catch (error) {
      if (error instanceof Refusal) throw error
      // What better-auth makes of a database that went away in the middle is no verdict about the person.
      throw kindOf(error) === 'lost' || this.pool.lostAt >= begun ? refuse.unavailable() : error
    }
  }

  /** Who a session cookie belongs to. @throws Refusal `unavailable` */
  readonly readCookie = (header: string): Promise<Holder | undefined> => this.cookies.read(header)

  async close(): Promise<void> {
    await this.pool.end()
  }

  /** With how the person likes to be spoken to. The role as it is now: `request` comes without the cookie's copy. */
  private async token(request: Request): Promise<Response> {
    const asked = this.options.now()
    const { headers, response } = await this.better.api.getSession({ headers: request.headers, returnHeaders: true })
    if (!response) throw refuse.unauthenticated()
    const { user, session } = response
    if (this.options.isRevoked?.(user.id, asked, session.id)) throw refuse.unauthenticated()
    if (!this.options.demo && (await isMadeUp(this.lane, user.id))) throw refuse.unauthenticated()
    const { token, expiresAt } = await this.options.mint(actorSchema.parse(user), asked, session.id)
    const manner = await mannerOf(this.lane, user.id)
    return Response.json({ token, expiresAt: new Date(expiresAt).toISOString(), ...manner }, { headers })
  }

  /** What a poster or a link says to somebody who is not here yet. */
  private async invite(request: Request): Promise<Response> {
    return Response.json(await readInvite(this.lane, tokenIn(request)))
  }

  private async setup(request: Request): Promise<Response> {
    const input = parse(setupSchema, await request.json().catch(() => undefined))
    await checkSetupToken(this.lane, input.token)
    await makeFirstAdmin(this.lane, input, await hashPassword(input.password))
    return this.signIn(request, input)
  }

  /** What a page may know before anybody is here. */
  private async about(): Promise<Response> {
    const { mails = false, demo = false } = this.options
    // In its first seconds a demonstration has nobody yet.
    const anybody = demo ? await this.lane.query('SELECT 1 FROM people.demo_person LIMIT 1') : []
    return Response.json({ mails, demo: anybody.length > 0, ...(demo ? { demoSoon: anybody.length === 0 } : {}) })
  }

  private async forgot(request: Request): Promise<Response> {
    const input = parse(forgotSchema, await request.json().catch(() => undefined))
    await this.pace.take(await allowances(this.pace, { path: '/forgot', body: input, headers: request.headers }))
    if (this.options.mails) await this.options.commands.perform('people.ask_reset', input)
    return Response.json({})
  }

  /** Whose password the link sets, for the page that asks for one. */
  private async resetLink(request: Request): Promise<Response> {
    return Response.json(await readReset(this.lane, tokenIn(request)))
  }

  private async reset(request: Request): Promise<Response> {
    const input = parse(resetSchema, await request.json().catch(() => undefined))
    await this.pace.take(await allowances(this.pace, { path: '/reset', headers: request.headers }))
    // A cheap look before the costly hashing.
    await readReset(this.lane, input.token)
    const passwordHash = await hashPassword(input.password)
    const key = crypto.randomUUID()
    const { email } = (await this.options.commands.perform('people.reset', {
      token: input.token,
      passwordHash,
      key,
    })) as {
      email: string
    }
    return this.signIn(request, { email, password: input.password })
  }

  private signIn(request: Request, { email, password }: { email: string; password: string }): Promise<Response> {
    const headers = withoutCookies(request.headers)
    return this.better.api.signInEmail({ body: { email, password }, headers, asResponse: true })
  }
}

export const createAuth = (options: AuthOptions): Auth => new Auth(options)

const makeBetterAuth = (setting: Setting) => betterAuth(authOptions(setting))

/** The request with its body read within bounds, the true address, and a browser's name that fits into a cookie. */
async function readWhole(request: Request, address: string): Promise<Request> {
  if (Number(request.headers.get('content-length') ?? 0) > bodyBytes) throw refuse.invalid(tooLarge)
  const body = request.body ? await request.text() : undefined
  if (body !== undefined && body.length > bodyBytes) throw refuse.invalid(tooLarge)
  const headers = new Headers(request.headers)
  headers.set(addressHeader, address)
  withoutCache(headers)
  const agent = headers.get('user-agent')
  if (agent) headers.set('user-agent', agent.slice(0, userAgentCharacters))
  return new Request(request.url, { method: request.method, headers, body })
}

const tokenIn = (request: Request): string => new URL(request.url).searchParams.get('token') ?? ''

/** Here everything is read from the database: what is decided about sessions must not rest on a copy of one. */
function withoutCache(headers: Headers): void {
  const cookies = headers
    .get('cookie')
    ?.split(/; */)
    .filter((cookie) => !cacheCookie.test(cookie))
  if (cookies) headers.set('cookie', cookies.join('; '))
}

function withoutCookies(from: Headers): Headers {
  const headers = new Headers(from)
  headers.delete('cookie')
  return headers
}

const tooLarge = {
  en: `The body may be at most ${bodyBytes} bytes.`,
  id: `Isi permintaan paling besar ${bodyBytes} bita.`,
}
