/**
 * The lobby's shuffle, so that nobody can steer it (law 8). Before the lobby opens the drop announces the hash of a
 * seed. Everyone who enters adds a nonce. When it closes, the order follows from the seed and the root of the entry
 * list: whoever made the seed could not know the nonces, and whoever enters does not know the seed.
 */
import { sha256 } from './hash'

export interface Entry {
  /** A pseudonym. */
  who: string
  nonce: string
  quantity: number
}

type Hash = (text: string) => string

export const commitmentOf = (seed: string): string => sha256(`seed ${seed}`)

/** Of the closed list, in the order in which they entered. */
export const rootOf = (entries: readonly Entry[], hash: Hash = sha256): string =>
  hash(entries.map(({ who, nonce, quantity }) => `${who} ${nonce} ${quantity}`).join('\n'))

/**
 * The entries in the order in which they are served.
 * @param hash SHA-256 in hexadecimal; a faster one than ours, where there is one.
 */
export function shuffled<E extends Entry>(seed: string, root: string, entries: readonly E[], hash: Hash = sha256): E[] {
  const ranked = entries.map((entry) => ({ entry, rank: hash(`${seed} ${root} ${entry.who}`) }))
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ entry }) => entry)
}
