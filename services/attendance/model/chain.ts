/**
 * The chain of a session's attempts (law 7): each carries the hash of the one before it, so that nothing can be changed,
 * taken out or put in afterwards without showing. Coordinates are in it as a salted commitment only; they may be dropped,
 * and the chain still holds. Where it ends is told by the events of the session's topic and by every export.
 */

/** As it is hashed; `details` is a text, byte for byte. */
export interface Link {
  seq: number
  /** ISO 8601, milliseconds. */
  at: string
  kind: string
  actor: string
  user: string
  direction: string
  verdict: string
  reason: string
  details: string
  /** Empty where no position was given. */
  commitment: string
}

export interface Linked extends Link {
  hash: string
  coordinates?: string | null | undefined
  salt?: string | null | undefined
}

/** SHA-256 in hexadecimal. */
export type Hash = (text: string) => string

export const genesis = (session: string, hash: Hash): string => hash(`attendance ${session}`)
export const commitmentOf = (salt: string, coordinates: string, hash: Hash): string => hash(`${salt} ${coordinates}`)

export function hashOf(before: string, link: Link, hash: Hash): string {
  const { seq, at, kind, actor, user, direction, verdict, reason, details, commitment } = link
  return hash(
    `${before}\n${JSON.stringify([seq, at, kind, actor, user, direction, verdict, reason, details, commitment])}`,
  )
}

export interface Fault {
  seq: number
  what: 'missing' | 'changed' | 'coordinates' | 'tail' | 'published' | 'order'
}

export interface Verified {
  faults: Fault[]
  seq: number
  hash: string
}

/** Somewhere else it was told that the chain stood so. */
export interface Published {
  seq: number
  hash: string
}

/**
 * Goes through a chain from its beginning.
 * @param published what the events of the session told, in any order; a chain that ends before the last of them was cut.
 */
export function verify(
  session: string,
  links: readonly Linked[],
  published: readonly Published[],
  hash: Hash,
): Verified {
  const faults: Fault[] = []
  let [before, expected, at] = [genesis(session, hash), 1, '']
  const told = new Map(published.map((one) => [one.seq, one.hash]))
  for (const link of links) {
    if (link.seq !== expected) faults.push({ seq: expected, what: 'missing' })
    else if (hashOf(before, link, hash) !== link.hash) faults.push({ seq: link.seq, what: 'changed' })
    if (link.at < at) faults.push({ seq: link.seq, what: 'order' })
    if (link.coordinates && commitmentOf(link.salt ?? '', link.coordinates, hash) !== link.commitment) {
      faults.push({ seq: link.seq, what: 'coordinates' })
    }
    const known = told.get(link.seq)
    if (known !== undefined && known !== link.hash) faults.push({ seq: link.seq, what: 'published' })
    ;[before, expected, at] = [link.hash, link.seq + 1, link.at]
  }
  const last = Math.max(0, ...told.keys())
  if (last >= expected) faults.push({ seq: expected, what: 'tail' })
  return { faults, seq: expected - 1, hash: before }
}
