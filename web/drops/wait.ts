/** What one was told of one's wait, and why it is longer now than it was: it never goes up without a word about the cause. */
import type { Claim, Drop } from '../../services/drops/model'

/** What stood when a time was told. */
interface Told {
  /** Nothing: no unit is left that could come back. */
  by: string | null
  sold: number
  stock: number
}

export interface Wait extends Told {
  claim: string
  /** The last that was told before it became longer. */
  was?: Told
}

export type Cause = 'sold' | 'restocked' | 'late'

/** Less than this is no news. */
const hardlyMs = 2000

const at = (by: string | null): number => (by === null ? Number.POSITIVE_INFINITY : Date.parse(by))

/** @param before what was told last, by this page or by one before it. */
export function waitOf({ claim, turnBy }: Claim, { sold, stock }: Drop, before: Wait | undefined): Wait | undefined {
  if (turnBy === undefined) return undefined
  const now: Wait = { claim, by: turnBy, sold, stock }
  if (before?.claim !== claim) return now
  const { by, sold: soldThen, stock: stockThen } = before
  if (at(turnBy) > at(by) + hardlyMs) return { ...now, was: { by, sold: soldThen, stock: stockThen } }
  // What was told stays until the wait is shorter: many small steps would be a jump, and a cause may be heard of before its
  // effect.
  return at(turnBy) < at(by) - hardlyMs ? now : before
}

/** Why it is longer, as the drop's numbers say; nothing if it isn't. */
export function causeOf({ was }: Wait, drop: Drop): { cause: Cause; units: number } | undefined {
  if (!was) return undefined
  if (drop.sold > was.sold) return { cause: 'sold', units: drop.sold - was.sold }
  return { cause: drop.stock < was.stock ? 'restocked' : 'late', units: 0 }
}
