/**
 * The judges: each reads the history and nothing else, and knows of the public contract only what its promise says.
 */
import { acknowledged } from './checkers/acknowledged'
import { arrivals } from './checkers/arrivals'
import { checkins } from './checkers/checkins'
import { keys } from './checkers/keys'
import { notices } from './checkers/notices'
import { order } from './checkers/order'
import { outages } from './checkers/outages'
import { recovery } from './checkers/recovery'
import { rolls } from './checkers/rolls'
import { stock } from './checkers/stock'
import type { History } from './history'
import type { Verdict } from './verdict'

export type Checker = (history: History) => Verdict

export const checkers: readonly Checker[] = [
  ...[acknowledged, keys, order, recovery, arrivals, stock, checkins, notices, outages, rolls],
]

export function judge(history: History): Verdict[] {
  return checkers.map((checker) => checker(history))
}
