/**
 * What keeps a storm in its lane (law 9): how often one account may ask, in the whole cluster, and how many claims a node
 * takes in. By account and never by address, for a whole campus may stand behind one, and one bot behind many.
 */
import type { Allowance } from '../../kernel/budget'
import { refuse } from '../../protocol/errors'

/** Far above what any person's fingers do. */
export const claimPace: Allowance = { burst: 100, perSecond: 10 }

/** As many claims as a node has under way at once: more would only wait for each other, and keep others waiting too. */
export const mostInside = 2500

/** A door that tells the next one to come again rather than to stand in a queue that moves slower than patience ends. */
export class Gate {
  private inside = 0

  /** Whoever came in must leave again. @throws Refusal `overloaded`: nothing was done, and the doors say when to try again. */
  enter(): void {
    if (this.inside >= mostInside) throw refuse.overloaded()
    this.inside++
  }

  leave(): void {
    this.inside--
  }
}
