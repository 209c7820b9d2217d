/** The rows of this service, and how they are read and written: many at a time. */
import { booleans, instants, integers, texts, uuids, type Column, type Sql, type Statement } from '../../kernel/db'
import type { Drop, Mode } from './model'
import { statusAt } from './model'
import { placesOf, type Counters, type State, type Terms } from './model/claim'

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

/** Holds and offers whose time is over. With whatever else is looked for in one statement: each costs as much as ten rows. */
const dueClaims = `SELECT ${claimColumns}, true AS due FROM drops.claim c
  WHERE c.drop = ANY ($1::text[]) AND c.state IN ('held', 'offered') AND c.until <= (SELECT clock_timestamp())`

/** What is due in these drops, and what these people have in them that counts against their limits. */
export const dueOrLive = (sql: Sql, drops: readonly string[], { drops: of, users }: Owners): Promise<FoundClaim[]> =>
  sql.query<FoundClaim>(
    // LATERAL with LIMIT: one index look-up each, whatever the table looked like when the plan was made.
    `${dueClaims} UNION ALL
     SELECT c.* FROM unnest($2::text[], $3::text[]) AS k(drop, user_id)
     CROSS JOIN LATERAL (
       SELECT ${claimColumns}, false AS due FROM drops.claim c
       WHERE c.user_id = k.user_id AND c.drop = k.drop
         AND c.state IN ('held', 'offered', 'waiting', 'sold', 'redeemed') LIMIT 100) c`,
    [texts(drops), texts(of), texts(users)],
  )

/** What is due in these drops, and the claims with these ids. */
export const dueOrAsked = (sql: Sql, drops: readonly string[], ids: readonly string[]): Promise<FoundClaim[]> =>
  sql.query<FoundClaim>(
    `${dueClaims} UNION ALL
     SELECT ${claimColumns}, false AS due FROM drops.claim c WHERE c.id = ANY ($2::uuid[])`,
    [texts(drops), uuids(ids)],
  )

/** People by the drops they want to know about; both lists go together. */
export interface Owners {
  drops: readonly string[]
  users: readonly string[]
}

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
  sql.query<ClaimRow>(`SELECT ${claimColumns} FROM drops.claim c WHERE c.id = ANY ($1::uuid[])`, [ids])

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
     FROM drops.claim c WHERE c.id = ANY ($1::uuid[]) AND c.state = 'waiting'`,
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

/** Drops as they are now, and claims as they are now, new ones too. */
export const writeBoth = (drops: readonly DropRow[], claims: readonly ClaimRow[]): Statement => ({
  text: `WITH changed AS (
       UPDATE drops.drop d SET stock = n.stock, free = n.free, held = n.held, sold = n.sold, waiting = n.waiting,
         opened = n.opened, paused = n.paused, closed = n.closed, turns = n.turns, entries = n.entries
       FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::boolean[], $8::boolean[],
         $9::boolean[], $10::int[], $11::int[])
         AS n(id, stock, free, held, sold, waiting, opened, paused, closed, turns, entries)
       WHERE d.id = n.id)
     INSERT INTO drops.claim AS c (id, drop, user_id, who, quantity, state, until, turn, code, uncollected,
       redeemed_at, redeemed_place)
     SELECT * FROM unnest($12::uuid[], $13::text[], $14::text[], $15::text[], $16::int[], $17::text[],
       $18::timestamptz[], $19::int[], $20::text[], $21::boolean[], $22::timestamptz[], $23::text[])
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, until = excluded.until, turn = excluded.turn,
       code = excluded.code, uncollected = excluded.uncollected, redeemed_at = excluded.redeemed_at,
       redeemed_place = excluded.redeemed_place`,
  params: [...dropParams(drops), ...claimParams(claims)],
})

const dropParams = (rows: readonly DropRow[]): Column[] => [
  texts(rows.map(({ id }) => id)),
  integers(rows.map(({ stock }) => stock)),
  integers(rows.map(({ free }) => free)),
  integers(rows.map(({ held }) => held)),
  integers(rows.map(({ sold }) => sold)),
  integers(rows.map(({ waiting }) => waiting)),
  booleans(rows.map(({ opened }) => opened)),
  booleans(rows.map(({ paused }) => paused)),
  booleans(rows.map(({ closed }) => closed)),
  integers(rows.map(({ turns }) => turns)),
  integers(rows.map(({ entries }) => entries)),
]

const claimParams = (rows: readonly ClaimRow[]): Column[] => [
  uuids(rows.map(({ id }) => id)),
  texts(rows.map(({ drop }) => drop)),
  texts(rows.map(({ user_id }) => user_id)),
  texts(rows.map(({ who }) => who)),
  integers(rows.map(({ quantity }) => quantity)),
  texts(rows.map(({ state }) => state)),
  instants(rows.map(({ until }) => until)),
  integers(rows.map(({ turn }) => turn)),
  texts(rows.map(({ code }) => code)),
  booleans(rows.map(({ uncollected }) => uncollected)),
  instants(rows.map(({ redeemed_at }) => redeemed_at)),
  texts(rows.map(({ redeemed_place }) => redeemed_place)),
]

export const writeEntries = (rows: readonly EntryRow[]): Statement => ({
  text: `INSERT INTO drops.entry (drop, user_id, claim, who, nonce, quantity, first, nth)
     SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::boolean[],
       $8::int[])`,
  params: [
    rows.map(({ drop }) => drop),
    rows.map(({ user_id }) => user_id),
    rows.map(({ claim }) => claim),
    rows.map(({ who }) => who),
    rows.map(({ nonce }) => nonce),
    rows.map(({ quantity }) => quantity),
    rows.map(({ first }) => first),
    rows.map(({ nth }) => nth),
  ],
})

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
