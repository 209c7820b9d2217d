/** How often signing in may be tried, by whom and from where. */
import { createHmac } from 'node:crypto'
import { neighbourhood, type Allowance, type Pace } from './pace'

/** The door writes the true address here, over whatever came from outside. */
export const addressHeader = 'x-alun-client-ip'

export interface Asked {
  path: string
  body?: unknown
  headers?: Headers | undefined
}

const placeOf = ({ headers }: Asked): string => neighbourhood(headers?.get(addressHeader) ?? '')

/** An address at which this account has signed in. Strangers who guess from everywhere can't lock its owner out there. */
export const home = (asked: Asked): string => `home ${accountOf(asked.body)} ${placeOf(asked)}`
export const homeMs = 90 * 24 * 3600 * 1000

/**
 * A wrong password is slowed for the person at one address, for the account wherever it is tried from, and for one
 * address whatever it tries; what succeeds is given back. Many people share an address (a campus behind one router), so
 * that one is wide, and guests are bounded only where nobody could mean it.
 */
export async function allowances(pace: Pace, asked: Asked): Promise<Allowance[]> {
  const { path, body } = asked
  const place = placeOf(asked)
  if (path === '/sign-in/email') {
    const account = accountOf(body)
    const there = { bucket: `sign-in ${account} ${place}`, burst: 6, everyMs: 30_000 }
    // Whoever has signed in here before is let try, whatever others behind the same address are up to.
    if (await pace.noted(home(asked))) return [there]
    const anybody = { bucket: `sign-in at ${place}`, burst: 2000, everyMs: 500 }
    return [there, anybody, { bucket: `sign-in ${account}`, burst: 40, everyMs: 20_000 }]
  }
  if (path === '/forgot') {
    return [
      { bucket: `forgot ${accountOf(body)}`, burst: 3, everyMs: 600_000 },
      { bucket: `forgot at ${place}`, burst: 300, everyMs: 1000 },
    ]
  }
  if (path === '/reset') return [{ bucket: `reset at ${place}`, burst: 300, everyMs: 1000 }]
  if (path === '/sign-in/anonymous') return [{ bucket: `guest at ${place}`, burst: 20_000, everyMs: 20 }]
  if (path === '/sign-up/email') return [{ bucket: `sign-up at ${place}`, burst: 5000, everyMs: 100 }]
  const asksPassword = path === '/change-password' || path === '/verify-password'
  return asksPassword ? [{ bucket: `password at ${place}`, burst: 30, everyMs: 10_000 }] : []
}

/** Short, and no list of who signs in. */
function accountOf(body: unknown): string {
  const { email } = (body ?? {}) as { email?: unknown }
  const address = typeof email === 'string' ? email.trim().toLowerCase() : ''
  return createHmac('sha256', 'account').update(address).digest('base64url').slice(0, 22)
}
