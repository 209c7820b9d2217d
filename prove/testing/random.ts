/** Chance from a seed, so that a failing run can be run again. */

export interface Random {
  /** From 0 up to, not including, 1. */
  (): number
  /** An integer from 0 up to, not including, `below`. */
  int(below: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  shuffle<T>(these: readonly T[]): T[]
}

/** mulberry32: 32 bits of state, good enough to choose what a test does. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (below: number): number => Math.floor(next() * below)
  return Object.assign(next, {
    int,
    chance: (probability: number) => next() < probability,
    pick: <T>(from: readonly T[]): T => from[int(from.length)]!,
    shuffle: <T>(these: readonly T[]): T[] => {
      const all = [...these]
      for (let at = all.length - 1; at > 0; at--) {
        const other = int(at + 1)
        ;[all[at], all[other]] = [all[other]!, all[at]!]
      }
      return all
    },
  })
}
