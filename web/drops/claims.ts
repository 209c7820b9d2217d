/** Claims as one person sees them. */
import type { Claim } from '../../services/drops/model'

const active: ReadonlySet<Claim['state']> = new Set(['held', 'offered', 'waiting', 'sold', 'redeemed'])
const order: readonly Claim['state'][] = ['offered', 'held', 'sold', 'waiting', 'redeemed']

/** It counts against the limit. */
export const isActive = ({ state }: Claim): boolean => active.has(state)

/** What has to be done first stands first; what is over comes last. */
export function ordered(claims: readonly Claim[]): Claim[] {
  const rank = ({ state }: Claim): number => (order.includes(state) ? order.indexOf(state) : order.length)
  return claims.toSorted((one, other) => rank(one) - rank(other))
}

/** `ABCDE-FGHJK`: easier to read out. */
export const spoken = (code: string): string => code.replace(/^(.{5})(.+)$/, '$1-$2')
