/**
 * How long somebody in the line waits, as a time that is kept: by then it is their turn, if nobody before them keeps what is
 * held for them. It follows from the deadlines of what is held, and from nothing that was guessed. Whoever gives back, walks
 * away or leaves the line only makes it earlier. What makes it later can be named: a unit was taken for good, the stock was
 * lowered, or what was due was done late.
 */

export interface Timed {
  quantity: number
  /** When it comes back at the latest, unless it is taken for good. */
  untilMs: number
}

export interface Waited {
  /** Units that are free, and would be somebody's if the head of the line wanted no more. */
  free: number
  /** Held and offered units, those that end first before the others. */
  timed: readonly Timed[]
  /** What those in the line want, from its head to whoever asks. */
  line: readonly { quantity: number }[]
  /** How long an offer stands. */
  offerMs: number
}

/** Between a deadline and the offer that follows from it: the tick of whoever looks when nobody comes. */
const tickMs = 1000

/** @returns milliseconds since 1970, or nothing where no unit could come back for them. */
export function turnBy({ free, timed, line, offerMs }: Waited, nowMs: number): number | undefined {
  const ends: Timed[] = [...timed]
  let [left, atMs, next] = [free, nowMs, 0]
  for (const { quantity } of line) {
    for (; left < quantity; next++) {
      const end = ends[next]
      if (!end) return undefined
      left += end.quantity
      atMs = Math.max(atMs, end.untilMs + tickMs)
    }
    left -= quantity
    // Behind all that is held now, since what is held now began earlier and stands no longer.
    ends.push({ quantity, untilMs: atMs + offerMs })
  }
  return atMs
}
