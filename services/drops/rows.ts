/** The rows of this service, and how they are read: many at a time. */
import { texts, uuids, type Sql } from '../../kernel/db'
import type { Drop, Mode } from './model'
import { statusAt } from './model'
import { isLive, placesOf, states, type Counters, type State, type Terms } from './model/claim'

export interface DropRow extends Counters {
  id: string
  title: string
  opens_at: Date
  lobby_at: Date | null
  per_person: number
  hold_seconds: number
  mode: Mode
  waitlist: boolean | number
  guests: boolean
  opened: boolean
  paused: boolean
  closed: boolean
  turns: number
  entries: number
  salt: string
  seed: string
  commitment: string
  created_by: string
  first_name: string | null
  first_people: number
  rehearsal_of: string | null
  thread: string | null
  /** The database's clock when it was read. */
  now: Date
}

export interface ClaimRow {
  id: string
  drop: string
  user_id: string
  who: string
  quantity: number
  state: State
  until: Date | null
  turn: number | null
  code: string | null
  uncollected: boolean
  redeemed_at: Date | null
  redeemed_place: string | null
}

export interface EntryRow {
  drop: string
  user_id: string
  claim: string
  who: string
  nonce: string
  quantity: number
  first: boolean
  nth: number
}

const dropColumns = `d.id, d.title, d.stock, d.free, d.held, d.sold, d.waiting, d.opens_at, d.lobby_at, d.per_person,
  d.hold_seconds, d.mode, d.waitlist, d.guests, d.opened, d.paused, d.closed, d.turns, d.entries, d.salt, d.seed, d.commitment,
  d.created_by, d.first_name, d.first_people, d.rehearsal_of, d.thread`
const claimColumns = `c.id, c.drop, c.user_id, c.who, c.quantity, c.state, c.until, c.turn, c.code, c.uncollected,
  c.redeemed_at, c.redeemed_place`

/**
 * Law 1: in one order for everybody. Takes the locks and reads what they lock: a row that somebody else changed meanwhile
 * comes as that one left it. The clock is read outside, and so after the lock.
 */
export const lockDrops = (sql: Sql, ids: readonly string[]): Promise<DropRow[]> =>
  sql.query<DropRow>(
    `SELECT d.*, clock_timestamp() AS now FROM (
       SELECT ${dropColumns} FROM drops.drop d WHERE d.id = ANY ($1::text[]) ORDER BY d.id FOR UPDATE) d`,
    [texts(ids)],
  )

export const readDrops = (sql: Sql, ids: readonly string[]): Promise<DropRow[]> =>
  sql.query<DropRow>(
    `SELECT ${dropColumns}, clock_timestamp() AS now FROM drops.drop d WHERE d.id = ANY ($1::text[])`,
    [ids],
  )

export const newestDrops = (sql: Sql, limit: number): Promise<DropRow[]> =>
  sql.query<DropRow>(
    `SELECT ${dropColumns}, clock_timestamp() AS now FROM drops.drop d WHERE d.rehearsal_of IS NULL
     ORDER BY d.opens_at DESC, d.id LIMIT $1`,
    [limit],
  )

/** A claim that was looked for, and whether its time is over. */
export type FoundClaim = ClaimRow & { due: boolean }

/** As `isLive` says. */
const liveStates = `(${states
  .filter(isLive)
  .map((state) => `'${state}'`)
  .join()})`

/** Holds and offers whose time is over. */
const dueClaims = `SELECT ${claimColumns}, true AS due FROM drops.claim c
  WHERE c.drop = ANY ($1::text[]) AND c.state IN ('held', 'offered') AND c.until <= (SELECT clock_timestamp())`

/** LATERAL with LIMIT: one index look-up each. `= ANY` may read all of the table by a plan that was made while it was small. */
const claimsById = (ids: string): string => `(
  SELECT found.* FROM unnest(${ids}::uuid[]) AS k(id)
  CROSS JOIN LATERAL (SELECT ${claimColumns} FROM drops.claim c WHERE c.id = k.id LIMIT 1) found)`

/** What is due in these drops, and the claims with these ids. */
export const dueOrAsked = (sql: Sql, drops: readonly string[], ids: readonly string[]): Promise<FoundClaim[]> =>
  sql.query<FoundClaim>(`${dueClaims} UNION ALL SELECT c.*, false FROM ${claimsById('$2')} c`, [
    texts(drops),
    uuids(ids),
  ])

/** People by the drops they want to know about; both lists go together. */
export interface Owners {
  drops: readonly string[]
  users: readonly string[]
}

/** How many units one of those asked about has, of those that count against their limit. */
export interface Units {
  /** Which of them, from 1 on. */
  nth: number
  units: number
}

/** Who has none is not in it. Summed there: somebody who may have a hundred is one row all the same. */
export const unitsOf = (sql: Sql, { drops, users }: Owners): Promise<Units[]> =>
  sql.query<Units>(
    // LATERAL with an aggregate: one index look-up each, for the same reason.
    `SELECT k.nth::int, c.units FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(drop, user_id, nth)
     CROSS JOIN LATERAL (
       SELECT sum(c.quantity)::int AS units FROM drops.claim c
       WHERE c.user_id = k.user_id AND c.drop = k.drop AND c.state IN ${liveStates}) c
     WHERE c.units > 0`,
    [texts(drops), texts(users)],
  )

/** What a lobby's draw gave these people, and they have not asked for. */
export const uncollectedOf = (sql: Sql, { drops, users }: Owners): Promise<ClaimRow[]> =>
  sql.query<ClaimRow>(
    `SELECT c.* FROM unnest($1::text[], $2::text[]) AS k(drop, user_id)
     CROSS JOIN LATERAL (
       SELECT ${claimColumns} FROM drops.claim c
       WHERE c.user_id = k.user_id AND c.drop = k.drop AND c.uncollected AND c.state IN ${liveStates} LIMIT 100) c`,
    [texts(drops), texts(users)],
  )

/** Drops in which something is due that nobody else is at: their locks are taken. */
export const dueDrops = async (sql: Sql, limit: number): Promise<string[]> => {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM drops.drop
     WHERE id IN (
       SELECT id FROM drops.drop WHERE NOT opened AND NOT paused AND NOT closed AND opens_at <= (SELECT clock_timestamp())
       UNION SELECT drop FROM drops.claim
       WHERE state IN ('held', 'offered') AND until <= (SELECT clock_timestamp()))
     ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  )
  return rows.map(({ id }) => id)
}

export const readClaims = (sql: Sql, ids: readonly string[]): Promise<ClaimRow[]> =>
  sql.query<ClaimRow>(`SELECT c.* FROM ${claimsById('$1')} c`, [ids])

/** The head of each drop's line. */
export const headsOfLines = (sql: Sql, drops: readonly string[], most: readonly number[]): Promise<ClaimRow[]> =>
  sql.query<ClaimRow>(
    `SELECT c.* FROM unnest($1::text[], $2::int[]) AS k(drop, most)
     CROSS JOIN LATERAL (
       SELECT ${claimColumns} FROM drops.claim c
       WHERE c.drop = k.drop AND c.state = 'waiting' ORDER BY c.turn LIMIT k.most) c
     ORDER BY c.drop, c.turn`,
    [drops, most],
  )

/** How many stand in the line up to and with each of these. */
export const placesOfClaims = async (sql: Sql, ids: readonly string[]): Promise<Map<string, number>> => {
  const rows = await sql.query<{ id: string; place: number }>(
    `SELECT c.id, (SELECT count(*) FROM drops.claim b
                   WHERE b.drop = c.drop AND b.state = 'waiting' AND b.turn <= c.turn) AS place
     FROM ${claimsById('$1')} c WHERE c.state = 'waiting'`,
    [ids],
  )
  return new Map(rows.map(({ id, place }) => [id, place]))
}

export const entriesOf = (sql: Sql, drop: string): Promise<EntryRow[]> =>
  sql.query<EntryRow>(
    'SELECT drop, user_id, claim, who, nonce, quantity, first, nth FROM drops.entry WHERE drop = $1 ORDER BY nth',
    [drop],
  )

export const entriesBy = (sql: Sql, drops: readonly string[], users: readonly string[]): Promise<EntryRow[]> =>
  sql.query<EntryRow>(
    `SELECT e.* FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS u(drop, user_id)) k
     CROSS JOIN LATERAL (
       SELECT drop, user_id, claim, who, nonce, quantity, first, nth FROM drops.entry e
       WHERE e.drop = k.drop AND e.user_id = k.user_id LIMIT 1) e`,
    [drops, users],
  )

/** Which of these are served first in these drops; both lists go together. */
export const firstsOf = async (
  sql: Sql,
  drops: readonly string[],
  users: readonly string[],
): Promise<(drop: string, user: string) => boolean> => {
  const rows = await sql.query<{ drop: string; user_id: string }>(
    `SELECT f.drop, f.user_id FROM drops.first f
     JOIN (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS u(drop, user_id)) k USING (drop, user_id)`,
    [drops, users],
  )
  const found = new Set(rows.map((row) => `${row.drop} ${row.user_id}`))
  return (drop, user) => found.has(`${drop} ${user}`)
}

export function countersOf({ stock, free, held, sold, waiting }: Counters): Counters {
  return { stock, free, held, sold, waiting }
}

export const termsOf = (row: DropRow): Terms => ({
  perPerson: row.per_person,
  holdSeconds: row.hold_seconds,
  waitlist: placesOf(row.waitlist),
})

/** As announced. */
export const announced = (row: Omit<DropRow, 'now'>) => ({
  title: row.title,
  opensAt: row.opens_at.toISOString(),
  ...(row.lobby_at ? { lobbyAt: row.lobby_at.toISOString() } : {}),
  perPerson: row.per_person,
  holdSeconds: row.hold_seconds,
  mode: row.mode,
  waitlist: row.waitlist,
  guests: row.guests,
  ...(row.first_name === null ? {} : { first: { name: row.first_name, people: row.first_people } }),
  ...(row.rehearsal_of === null ? {} : { rehearsal: row.rehearsal_of }),
})

export function toDrop(row: DropRow): Drop {
  const terms = { ...announced(row), ...countersOf(row) }
  const lobby = row.mode === 'lobby' ? { commitment: row.commitment, ...(row.opened ? { seed: row.seed } : {}) } : {}
  const status = row.closed ? 'closed' : row.paused ? 'paused' : statusAt(terms, row.now.getTime())
  const thread = row.thread === null ? {} : { thread: row.thread }
  return { id: row.id, ...terms, ...thread, status, entries: row.entries, ...lobby }
}

/** What a claim begins with. */
export type FreshClaim = Pick<ClaimRow, 'id' | 'drop' | 'user_id' | 'who' | 'quantity'> & { uncollected?: boolean }

export const newClaim = (fresh: FreshClaim): ClaimRow => ({
  ...{ state: 'asked', until: null, turn: null, code: null, uncollected: false },
  ...{ redeemed_at: null, redeemed_place: null, ...fresh },
})
