/** What happens around better-auth's own work: tries are counted, what ends is told to every node, guests stay themselves. */
import { createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { parse } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { actor as actorSchema, type Actor, type Role } from '../../protocol/roles'
import { allowances, home, homeMs } from './attempts'
import type { Holder } from './cookies'
import { asApiError, toApiError } from './errors'
import { email, isPlaceholder, password, personName, placeholderDomain } from './model'
import type { Pace } from './pace'
import { hashPassword } from './passwords'

/** What better-auth can't do, since it takes the other nodes to hear of it. */
export interface Commands {
  execute(actor: Actor, command: string, input: object): Promise<unknown>
  /** As the installation itself. */
  perform(command: string, input: object): Promise<unknown>
}

type Context = Parameters<typeof getSessionFromCtx>[0]

export function hooksOf(pace: Pace, commands: Commands, sql: Sql) {
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (!ctx.request) return
      const body = ctx.path === '/sign-in/email' ? await withAddress(sql, ctx.body) : undefined
      await pace.take(await allowances(pace, body ? { path: ctx.path, headers: ctx.headers, body } : ctx))
      if (body) return { context: { body } }
      // From here on the request is known to come from our own pages.
      if (ctx.path === '/sign-out') await signOut(ctx, commands)
      if (ctx.path === '/sign-up/email') return upgradeGuest(ctx, commands)
      // better-auth would do that without a word to the other nodes; see below.
      if (ctx.path === '/change-password') return { context: { body: { ...ctx.body, revokeOtherSessions: false } } }
    }),
    after: createAuthMiddleware(async (ctx) => {
      if (!ctx.request) return
      if (ctx.path === '/change-password' && !(ctx.context.returned instanceof Error)) await endOthers(ctx, commands)
      if (ctx.path !== '/sign-in/email' || !ctx.context.newSession) return
      await pace.giveBack(await allowances(pace, ctx))
      await pace.note(home(ctx), homeMs)
    }),
  }
}

/** Who has no address signs in with the campus's number of them. @returns the body with an address; nothing if it has one. */
async function withAddress(sql: Sql, body: { email?: unknown } | undefined): Promise<object | undefined> {
  const written = typeof body?.email === 'string' ? body.email.trim() : ''
  if (written === '' || written.includes('@')) return undefined
  const [row] = await sql.query<{ email: string }>(
    'SELECT u.email FROM auth."user" u JOIN people.person p ON p.user_id = u.id WHERE lower(p.number) = lower($1)',
    [written],
  )
  return { ...body, email: row?.email ?? `nobody@user.${placeholderDomain}` }
}

async function signOut(ctx: Context, { execute }: Commands): Promise<void> {
  const holder = await holderOf(ctx)
  if (holder) await execute(holder.actor, 'people.revoke', { session: holder.session })
}

async function endOthers(ctx: Context, { execute }: Commands): Promise<void> {
  const holder = await holderOf(ctx)
  if (holder) await execute(holder.actor, 'people.revoke_all', { except: holder.session })
}

const account = z.object({ name: personName, email, password })

/** Who is here as a guest and signs up stays the same person. @returns the answer; nothing when nobody is here. */
async function upgradeGuest(ctx: Context, { perform }: Commands) {
  const found = await getSessionFromCtx(ctx)
  if (!found || (found.user as { isAnonymous?: boolean }).isAnonymous !== true) return undefined
  const wanted = asApiError(() => parse(account, ctx.body))
  if (isPlaceholder(wanted.email)) throw toApiError(refuse.invalid(notUsable))
  const { name, email } = wanted
  const passwordHash = await hashPassword(wanted.password)
  const key = crypto.randomUUID()
  const { role } = (await perform('people.upgrade', { user: found.user.id, name, email, passwordHash, key })) as {
    role: Role
  }
  return { token: found.session.token, user: { id: found.user.id, name, email, role } }
}

async function holderOf(ctx: Context): Promise<Holder | undefined> {
  const found = await getSessionFromCtx(ctx)
  return found ? { actor: actorSchema.parse(found.user), session: found.session.id } : undefined
}

export const notUsable = {
  en: 'email: this address cannot be used here.',
  id: 'email: alamat ini tidak dapat digunakan di sini.',
}
