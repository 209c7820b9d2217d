/** How the rows of this service are written: with the commit, in one statement a table. */
import { booleans, instants, integers, texts, uuids, type Column, type Statement } from '../../kernel/db'
import type { ClaimRow, DropRow, EntryRow } from './rows'

/**
 * Drops as they are now, new claims, and those that have changed. New ones are known for such and simply written: to look
 * whether each is there already would cost half as much again.
 */
export const writeBoth = (
  drops: readonly DropRow[],
  fresh: readonly ClaimRow[],
  changed: readonly ClaimRow[],
): Statement => ({
  text: `WITH counted AS (
       UPDATE drops.drop d SET stock = n.stock, free = n.free, held = n.held, sold = n.sold, waiting = n.waiting,
         opened = n.opened, paused = n.paused, closed = n.closed, turns = n.turns, entries = n.entries
       FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::boolean[], $8::boolean[],
         $9::boolean[], $10::int[], $11::int[])
         AS n(id, stock, free, held, sold, waiting, opened, paused, closed, turns, entries)
       WHERE d.id = n.id),
     changed AS (
       UPDATE drops.claim c SET state = n.state, until = n.until, turn = n.turn, code = n.code,
         uncollected = n.uncollected, redeemed_at = n.redeemed_at, redeemed_place = n.redeemed_place
       FROM unnest($12::uuid[], $13::text[], $14::timestamptz[], $15::int[], $16::text[], $17::boolean[],
         $18::timestamptz[], $19::text[])
         AS n(id, state, until, turn, code, uncollected, redeemed_at, redeemed_place)
       WHERE c.id = n.id)
     INSERT INTO drops.claim (id, state, until, turn, code, uncollected, redeemed_at, redeemed_place, drop, user_id, who,
       quantity)
     SELECT * FROM unnest($20::uuid[], $21::text[], $22::timestamptz[], $23::int[], $24::text[], $25::boolean[],
       $26::timestamptz[], $27::text[], $28::text[], $29::text[], $30::text[], $31::int[])`,
  params: [...dropParams(drops), ...claimParams(changed), ...claimParams(fresh), ...originParams(fresh)],
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

/** What changes in a claim's life. */
const claimParams = (rows: readonly ClaimRow[]): Column[] => [
  uuids(rows.map(({ id }) => id)),
  texts(rows.map(({ state }) => state)),
  instants(rows.map(({ until }) => until)),
  integers(rows.map(({ turn }) => turn)),
  texts(rows.map(({ code }) => code)),
  booleans(rows.map(({ uncollected }) => uncollected)),
  instants(rows.map(({ redeemed_at }) => redeemed_at)),
  texts(rows.map(({ redeemed_place }) => redeemed_place)),
]

/** What it begins with, and stays. */
const originParams = (rows: readonly ClaimRow[]): Column[] => [
  texts(rows.map(({ drop }) => drop)),
  texts(rows.map(({ user_id }) => user_id)),
  texts(rows.map(({ who }) => who)),
  integers(rows.map(({ quantity }) => quantity)),
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
