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
  /** Is one of those who are served first. */
  first?: boolean | undefined
}

type Hash = (text: string) => string

export const commitmentOf = (seed: string): string => sha256(`seed ${seed}`)

/** Of the closed list, in the order in which they entered. */
export const rootOf = (entries: readonly Entry[], hash: Hash = sha256): string =>
  hash(
    entries.map(({ who, nonce, quantity, first }) => `${who} ${nonce} ${quantity}${first ? ' first' : ''}`).join('\n'),
  )

/**
 * The entries in the order in which they are served: who is to be first by chance among themselves, then all others.
 * @param hash SHA-256 in hexadecimal; a faster one than ours, where there is one.
 */
export function shuffled<E extends Entry>(seed: string, root: string, entries: readonly E[], hash: Hash = sha256): E[] {
  const ranked = entries.map((entry) => ({ entry, rank: hash(`${seed} ${root} ${entry.who}`) }))
  const isFirst = ({ entry }: { entry: Entry }): number => Number(entry.first ?? false)
  return ranked.sort((a, b) => isFirst(b) - isFirst(a) || (a.rank < b.rank ? -1 : 1)).map(({ entry }) => entry)
}
