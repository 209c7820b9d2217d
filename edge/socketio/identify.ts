import { z } from 'zod'
import { refuse } from '../../protocol/errors'
import type { Identity } from '../sessions'
import type { SocketIoContext } from './context'
import type { Origin } from './client'

/** What a client may send to be let in; the first of these that is there counts. */
const authSchema = z.looseObject({
  /** A JWT, as for every other door. */
  token: z.string().optional(),
  /** What `server_info` told a guest: who comes back with it is the same one. */
  session: z.string().max(2000).optional(),
  name: z.string().optional(),
})

/**
 * Who is this: by token, by a guest's session, by name, or by the cookie of our own pages.
 * @throws Refusal: TokenInvalid, TokenExpired, `unauthenticated`, `invalid` (a name), `limited`
 */
export async function identify(
  { sessions, guest }: Pick<SocketIoContext, 'sessions' | 'guest'>,
  { cookie, address }: Origin,
  auth: unknown,
): Promise<{ identity: Identity; session?: string | undefined }> {
  const { token, session, name } = authSchema.safeParse(auth).data ?? {}
  if (token !== undefined) return { identity: await sessions.fromToken(token) }
  const known = session && (await sessions.fromCookie(session))
  if (known) return { identity: known, session }
  if (name !== undefined) return guest(name, address)
  const browser = await sessions.fromCookie(cookie)
  if (!browser) throw refuse.unauthenticated()
  return { identity: browser }
}
