/**
 * Lost and found as data: what was found, and the fold of the one list that everybody reads. Pure: the browser and the
 * server run it. Schemas stand in `schemas.ts`, so that a page carries no schema library.
 */
export const topic = 'found'

export interface Person {
  id: string
  name: string
}

export interface Item {
  id: string
  what: string
  place: string
  /** A file's id. */
  photo: string | null
  /** How far the photo is, once that was told: before, there may be nothing to show yet. */
  photoStatus?: 'ready' | 'failed' | undefined
  /** `open` ──claim──▶ `claimed` ──confirm──▶ `returned`, and back by `decline`. */
  state: 'open' | 'claimed' | 'returned'
  finder: Person
  /** Whoever says that it is theirs; once it was returned, whose it was. */
  claimer: Person | null
  /** The channel in which the two talk. */
  thread: string | null
  at: string
}

interface FoundEvent {
  kind: string
  data: unknown
}

/** The list, the newest first. What it doesn't know leaves it as it is: a newer server may say more. */
export function apply(items: readonly Item[], { kind, data }: FoundEvent): readonly Item[] {
  const { item, file } = data as { item?: Item; file?: { id: string; status: 'ready' | 'failed' } }
  if (kind === 'posted' && item) return [item, ...items.filter(({ id }) => id !== item.id)]
  // Of a file that hangs on a topic, the topic hears when it can be shown.
  if (kind === 'file' && file) {
    return items.map((one) => (one.photo === file.id ? { ...one, photoStatus: file.status } : one))
  }
  if (!item || !['claimed', 'declined', 'returned'].includes(kind)) return items
  return items.map((one) => (one.id === item.id ? { ...one, ...item } : one))
}
