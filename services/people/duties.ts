/** What is thrown away because nobody can use it any more: sessions that ran out, and guests who came and did nothing. */
import { withoutEffect, type Tx } from '../../kernel/batch'
import type { Duty } from '../../kernel/service'
import { sessionEndLasts } from './revocations'

const atOnce = 500
/** A guest without a session can never come back; this long ago nobody has them on a screen either. */
const guestDays = 7

export const tidy: Duty = {
  name: 'people.tidy',
  everyMs: 60_000,
  async runMany(tx, calls) {
    const counts = [await expiredSessions(tx), await endedSessions(tx), await strayGuests(tx), await oldLinks(tx)]
    return calls.map(() => withoutEffect({ more: counts.some((count) => count === atOnce) }))
  },
}

async function expiredSessions(tx: Tx): Promise<number> {
  const gone = await tx.query(
    `DELETE FROM auth.session WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM auth.session WHERE "expiresAt" < clock_timestamp() LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
    [atOnce],
  )
  return gone.length
}

async function endedSessions(tx: Tx): Promise<number> {
  const gone = await tx.query(
    `DELETE FROM people.ended_session WHERE session IN (
       SELECT session FROM people.ended_session WHERE at < clock_timestamp() - make_interval(days => $2) ORDER BY at LIMIT $1) RETURNING 1`,
    [atOnce, sessionEndLasts.days],
  )
  return gone.length
}

/** Whoever did anything has an answer to it: their name belongs to what they did, and stays. */
async function strayGuests(tx: Tx): Promise<number> {
  const gone = await tx.query(
    `DELETE FROM auth."user" WHERE id IN (
       SELECT u.id FROM auth."user" u
       WHERE u."isAnonymous" AND u.role = 'guest' AND u."createdAt" < clock_timestamp() - make_interval(days => $2)
         AND NOT EXISTS (SELECT 1 FROM auth.session s WHERE s."userId" = u.id)
         AND NOT EXISTS (SELECT 1 FROM kernel.answers a WHERE a.actor = u.id::text)
       LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`,
    [atOnce, guestDays],
  )
  return gone.length
}

async function oldLinks(tx: Tx): Promise<number> {
  const gone = await tx.query(
    `DELETE FROM people.reset WHERE hash IN (SELECT hash FROM people.reset WHERE expires_at < clock_timestamp() LIMIT $1) RETURNING 1`,
    [atOnce],
  )
  return gone.length
}
