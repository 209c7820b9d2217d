import { refuse } from '../../protocol/errors'
import type { Identity, Sessions } from '../sessions'
import type { SocketIoContext } from './context'

/** Lets guests in through the same door as browsers do, with the same limits. */
export function guestBy(
  auth: (request: Request, address: string) => Promise<Response>,
  sessions: Pick<Sessions, 'fromCookie'>,
): SocketIoContext['guest'] {
  return async (name, address): Promise<{ identity: Identity; session: string }> => {
    const answer = await auth(
      new Request('http://localhost/api/auth/sign-in/anonymous', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      }),
      address,
    )
    const session = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0]!)
      .join('; ')
    const identity = await sessions.fromCookie(session)
    if (!identity) throw refuse.unauthenticated()
    return { identity, session }
  }
}
