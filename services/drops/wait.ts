/** When it is somebody's turn, from the rows; what it means stands in `model/wait.ts`. */
import type { Sql } from '../../kernel/db'
import { offerSeconds } from './desk'
import { turnBy, type Timed } from './model/wait'

/** Behind more than so many in the line nobody is told a time: it would be hours away, and cost all of them. */
const mostBefore = 500
const mostTimed = 2000

interface Place {
  id: string
  drop: string
  free: number
  hold_seconds: number
  now: Date
  line: number[]
}

/**
 * Of claims that wait, by id: the time by which it is their turn if nobody before them keeps what they hold; null where
 * nothing can come back; absent where it is too far away to be told.
 */
export async function turnsOf(sql: Sql, claims: readonly string[]): Promise<Map<string, Date | null>> {
  if (claims.length === 0) return new Map()
  const places = await sql.query<Place>(
    `SELECT c.id, c.drop, d.free, d.hold_seconds, clock_timestamp() AS now, ARRAY(
       SELECT b.quantity FROM drops.claim b WHERE b.drop = c.drop AND b.state = 'waiting' AND b.turn <= c.turn
       ORDER BY b.turn LIMIT $2) AS line
     FROM drops.claim c JOIN drops.drop d ON d.id = c.drop
     WHERE c.id = ANY ($1::uuid[]) AND c.state = 'waiting'`,
    [claims, mostBefore + 1],
  )
  const near = places.filter(({ line }) => line.length <= mostBefore)
  const rows = await sql.query<{ drop: string; quantity: number; until: Date }>(
    `SELECT t.* FROM (SELECT DISTINCT * FROM unnest($1::text[]) AS u(drop)) k CROSS JOIN LATERAL (
       SELECT c.drop, c.quantity, c.until FROM drops.claim c
       WHERE c.drop = k.drop AND c.state IN ('held', 'offered') ORDER BY c.until, c.id LIMIT $2) t`,
    [near.map(({ drop }) => drop), mostTimed],
  )
  const timed = Map.groupBy(
    rows.map(({ drop, quantity, until }) => ({ drop, quantity, untilMs: until.getTime() })),
    ({ drop }) => drop,
  )
  return new Map(near.map((place) => [place.id, turnOf(place, timed.get(place.drop) ?? [])]))
}

function turnOf({ free, hold_seconds: holdSeconds, now, line }: Place, timed: readonly Timed[]): Date | null {
  const wanted = line.map((quantity) => ({ quantity }))
  const offerMs = (holdSeconds || offerSeconds) * 1000
  const byMs = turnBy({ free, timed, line: wanted, offerMs }, now.getTime())
  return byMs === undefined ? null : new Date(byMs)
}
