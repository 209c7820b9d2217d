/**
 * A claim's life, and what it does to the stock. Every change of a claim, on the server and in a proof, goes through
 * `move`; nothing else raises or lowers a counter.
 *
 *   asked ─hold─▶ held ─confirm─▶ sold ─redeem─▶ redeemed
 *     │             └─release, expire─▶ released, expired
 *     ├─sell─▶ sold
 *     └─queue─▶ waiting ─offer─▶ offered ─confirm─▶ sold
 *                  │                └─release, decline, expire─▶ released, declined, expired
 *                  └─release, decline─▶ released, declined
 */

export const states = [
  ...(['asked', 'held', 'waiting', 'offered', 'sold', 'redeemed', 'released', 'declined', 'expired'] as const),
] as const
export type State = (typeof states)[number]
export const happenings = [
  ...(['hold', 'sell', 'queue', 'offer', 'confirm', 'release', 'decline', 'expire', 'redeem'] as const),
] as const
export type Happening = (typeof happenings)[number]

/** Nothing: it can't happen in this state, and the claim stays as it is. */
type Next = State | undefined
const never = {
  ...{ hold: undefined, sell: undefined, queue: undefined, offer: undefined, confirm: undefined },
  ...{ release: undefined, decline: undefined, expire: undefined, redeem: undefined },
}

export const transitions: Record<State, Record<Happening, Next>> = {
  asked: { ...never, hold: 'held', sell: 'sold', queue: 'waiting' },
  held: { ...never, confirm: 'sold', release: 'released', expire: 'expired' },
  waiting: { ...never, offer: 'offered', release: 'released', decline: 'declined' },
  offered: { ...never, confirm: 'sold', release: 'released', decline: 'declined', expire: 'expired' },
  sold: { ...never, redeem: 'redeemed' },
  redeemed: never,
  released: never,
  declined: never,
  expired: never,
}

/** What stands in `stock = sold + held + free`, and how many claims wait. */
export interface Counters {
  stock: number
  free: number
  held: number
  sold: number
  waiting: number
}

/** Which units a claim in this state keeps from being free. A waiting claim is counted as one, whatever it wants. */
const counted: Record<State, 'held' | 'sold' | 'waiting' | 'nothing'> = {
  asked: 'nothing',
  held: 'held',
  offered: 'held',
  waiting: 'waiting',
  sold: 'sold',
  redeemed: 'sold',
  released: 'nothing',
  declined: 'nothing',
  expired: 'nothing',
}

/** It counts against the limit a person has. */
export const isLive = (state: State): boolean => counted[state] !== 'nothing'
/** It ends by itself when its time is over. */
export const isTimed = (state: State): boolean => counted[state] === 'held'

export interface Moved {
  state: State
  counters: Counters
}

/**
 * What becomes of a claim and of the counters. Nothing when it can't happen.
 * @throws when the counters would not add up: a fault, never to be written down.
 */
export function move(
  counters: Counters,
  claim: { state: State; quantity: number },
  what: Happening,
): Moved | undefined {
  const state = transitions[claim.state][what]
  if (!state) return undefined
  const { stock, free, held, sold, waiting } = counters
  const next: Counters = { stock, free, held, sold, waiting }
  add(next, counted[claim.state], claim.quantity, -1)
  add(next, counted[state], claim.quantity, 1)
  const counter = broken(next)
  if (counter) throw new Error(`${what} of ${claim.quantity} would break ${counter}: ${JSON.stringify(next)}`)
  return { state, counters: next }
}

function add(counters: Counters, what: (typeof counted)[State], quantity: number, sign: 1 | -1): void {
  if (what === 'nothing') return
  if (what === 'waiting') return void (counters.waiting += sign)
  counters[what] += sign * quantity
  counters.free -= sign * quantity
}

/** What is wrong with these counters, if anything is. */
export function broken(counters: Counters): string | undefined {
  const { stock, free, held, sold, waiting } = counters
  if (stock !== free + held + sold) return 'stock = free + held + sold'
  return [free, held, sold, waiting].some((count) => count < 0) ? 'what is never negative' : undefined
}

/** @returns the counters with another stock; nothing when units that are sold or held would be taken away. */
export function restocked(counters: Counters, stock: number): Counters | undefined {
  const free = stock - counters.sold - counters.held
  return free < 0 ? undefined : { ...counters, stock, free }
}

/** The rules under which a drop was announced. They never change. */
export interface Terms {
  perPerson: number
  /** 0: sold at once. */
  holdSeconds: number
  /** How many may wait; 0: there is no waiting list; absent: as many as come. */
  waitlist?: number | undefined
}

/** A waiting list as it is announced, in places. */
export const placesOf = (waitlist: boolean | number): number | undefined =>
  typeof waitlist === 'number' ? waitlist : waitlist ? undefined : 0

/** What a claim that is made now becomes, or why it becomes nothing. */
export type Decision = 'hold' | 'sell' | 'queue' | 'sold_out' | 'limit_reached'

/**
 * Decides a new claim, all of it or none of it. While somebody waits nobody overtakes them: the head of the line waits
 * for more units than are free.
 * @param owned units of this person's live claims.
 */
export function decide(terms: Terms, counters: Counters, quantity: number, owned: number): Decision {
  if (owned + quantity > terms.perPerson) return 'limit_reached'
  if (counters.waiting === 0 && quantity <= counters.free) return terms.holdSeconds === 0 ? 'sell' : 'hold'
  const room = terms.waitlist === undefined || counters.waiting < terms.waitlist
  return room && quantity <= counters.stock ? 'queue' : 'sold_out'
}

/** How many from the head of the line can be served with what is free: in strict order, each wholly or not at all. */
export function servable(free: number, line: readonly { quantity: number }[]): number {
  let left = free
  const stop = line.findIndex(({ quantity }) => (left -= quantity) < 0)
  return stop < 0 ? line.length : stop
}
