/** Codes shown, scans exchanged, networks vouched for: by any node, without asking the database each time. */
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { managedSession, sessionOf } from './access'
import { currentCode, issueNetwork, issueTicket, knows } from './codes'
import { isWithin } from './model/network'
import * as schemas from './schemas'
import { codeOver, noCode, notOnNetwork } from './texts'

const sessionOnly = z.object({ session: schemas.sessionId })
const shown = z.object({
  /** To be typed. */
  code: z.string(),
  /** What the QR holds, after the server's own address. */
  path: z.string(),
  until: z.string(),
  seconds: z.number().int(),
  now: z.string(),
})

export const code = query({
  name: 'attendance.code',
  summary: 'The code to show now, for the projector.',
  input: sessionOnly,
  output: shown,
  async run(sql, actor, { session: id }, ground) {
    const row = await managedSession(sql, actor, id)
    if (!row.rules.code) throw refuse.invalid(noCode)
    const [seconds, nowMs] = [row.rules.codeSeconds, ground.now()]
    const { typed, scanned, untilMs } = currentCode(row, seconds * 1000, nowMs)
    return {
      ...{ code: typed, path: `/attendance/${id}#${scanned}`, until: new Date(untilMs).toISOString(), seconds },
      now: new Date(nowMs).toISOString(),
    }
  },
})

interface Kept {
  id: string
  secret: string
  stepMs: number
  networks: string[]
}

/** What a node keeps of sessions, to check codes without asking the database. What may change there is looked at anew each minute. */
const kept = new Map<string, { at: number; value: Kept }>()
const keptAtMost = 1000
const keptMs = 60_000

async function keptOf(sql: Sql, id: string, nowMs: number): Promise<Kept> {
  const found = kept.get(id)
  if (found && nowMs - found.at < keptMs) return found.value
  const { secret, rules } = await sessionOf(sql, id)
  const value = { id, secret, stepMs: rules.codeSeconds * 1000, networks: rules.network ?? [] }
  kept.set(id, { at: nowMs, value })
  if (kept.size > keptAtMost) kept.delete(kept.keys().next().value!)
  return value
}

/** Whoever scans has the session's code before they have signed in, so this is asked for by the route as the system. */
export const exchange = query({
  name: 'attendance.exchange',
  summary: 'A ticket for a scan that is in time, good for ten minutes and one person.',
  internal: true,
  input: z.object({ session: schemas.sessionId, code: z.string().max(64) }),
  output: z.object({ ticket: z.string() }),
  oneStatement: true,
  async run(sql, _actor, { session: id, code: given }, ground) {
    const nowMs = ground.now()
    const session = await keptOf(sql, id, nowMs)
    if (knows(session, session.stepMs, nowMs, given) !== 'scanned') throw refuse.invalid(codeOver)
    return { ticket: issueTicket(session, nowMs) }
  },
})

export const network = query({
  name: 'attendance.network',
  summary: 'A proof, good for two minutes, that this person calls from a network of the session.',
  internal: true,
  input: z.object({ session: schemas.sessionId, user: schemas.userId, address: z.string().max(100) }),
  output: z.object({ network: z.string() }),
  oneStatement: true,
  async run(sql, _actor, { session: id, user, address }, ground) {
    const nowMs = ground.now()
    const session = await keptOf(sql, id, nowMs)
    if (!isWithin(address, session.networks)) throw refuse.forbidden(notOnNetwork)
    return { network: issueNetwork(session, user, nowMs) }
  },
})
