/** Where somebody is signed in, and ending that: their sockets close on every node, and what they hold is refused. */
import type { z } from 'zod'
import { done, type Call, type Tx } from '../../kernel/batch'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { asUuid } from './id'
import { includes, may } from './policy'
import { endedEvent, endSessions } from './roles'
import { revoke as revokeInput, revokeAll as revokeAllInput, revokedCount, sessionList, sessionsAsked } from './schemas'

/** Where one is signed in; the newest first. */
export const sessions = query<z.infer<typeof sessionsAsked>, z.infer<typeof sessionList>>({
  name: 'people.sessions',
  summary: 'Where you are signed in.',
  input: sessionsAsked,
  output: sessionList,
  oneStatement: true,
  run: async (sql, actor, { user }) => {
    const rows = await sql.query<Record<'createdAt' | 'seenAt' | 'expiresAt', Date> & Row>(
      `SELECT id, "createdAt", "updatedAt" AS "seenAt", "expiresAt", "ipAddress" AS address, "userAgent" AS device
       FROM auth.session WHERE "userId" = $1::uuid AND "expiresAt" > clock_timestamp() ORDER BY "createdAt" DESC LIMIT 200`,
      [asUuid(whose(actor, user))],
    )
    return { sessions: rows.map(shown) }
  },
})

interface Row {
  id: string
  address: string | null
  device: string | null
}

/** Ends one session. Promised: within moments nothing that was issued to it counts anywhere. Errors: `not_found`. */
export const revokeCommand = command<z.infer<typeof revokeInput>, z.infer<typeof revokedCount>>({
  name: 'people.revoke',
  summary: 'End a session of yours.',
  keyOptional: true,
  input: revokeInput,
  output: revokedCount,
  runMany: oneByOne(revokeOne),
})

/** Ends all sessions of yours, or all but one; an admin may end anybody's. */
export const revokeAllCommand = command<z.infer<typeof revokeAllInput>, z.infer<typeof revokedCount>>({
  name: 'people.revoke_all',
  summary: 'End all your sessions, or all but one.',
  keyOptional: true,
  input: revokeAllInput,
  output: revokedCount,
  runMany: oneByOne(async (tx, { actor, input }) => {
    const user = whose(actor, input.user)
    return done({ ended: tell(tx, actor, user, await endSessions(tx, asUuid(user), { except: input.except })) })
  }),
})

async function revokeOne(tx: Tx, { actor, input }: Call<z.infer<typeof revokeInput>>) {
  const [row] = await tx.query<{ user: string }>('SELECT "userId" AS user FROM auth.session WHERE id = $1::uuid', [
    input.session,
  ])
  if (!row && (await hasEnded(tx, actor, input.session))) return done({ ended: 0 })
  if (!row || (row.user !== actor.id && !includes(may.manage, actor.role))) throw refuse.notFound()
  return done({ ended: tell(tx, actor, row.user, await endSessions(tx, row.user, { only: input.session })) })
}

/** Asked for twice, say by two pages that sign out at once. */
async function hasEnded(tx: Tx, { id }: Actor, session: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM people.ended_session WHERE session = $1 AND user_id = $2', [session, id])
  return rows.length > 0
}

function tell(tx: Tx, actor: Actor, user: string, ended: readonly string[]): number {
  for (const session of ended) tx.append(endedEvent(user, session, actor.id))
  return ended.length
}

/** @throws Refusal `forbidden` */
function whose(actor: Actor, user: string | undefined): string {
  if (user === undefined || user === actor.id) return actor.id
  if (!includes(may.manage, actor.role)) throw refuse.forbidden()
  return user
}

function shown(
  row: Row & Record<'createdAt' | 'seenAt' | 'expiresAt', Date>,
): z.infer<typeof sessionList>['sessions'][0] {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ...(row.address ? { address: row.address } : {}),
    ...(row.device ? { device: row.device } : {}),
  }
}
