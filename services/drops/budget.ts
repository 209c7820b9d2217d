/**
 * What keeps a storm in its lane (law 9): how many claims a node takes in, and how often one account may ask, on this node: a burst, and then so many a second. By account and never by address, for a
 * whole campus may stand behind one, and one bot behind many. Far above what any person's fingers do.
 */
import { refuse } from '../../protocol/errors'

const burst = 100
const perSecond = 10
/** Accounts that are remembered; who asked longest ago is forgotten first, and has a full purse by then. */
const mostAccounts = 50_000

interface Purse {
  left: number
  atMs: number
}

export class Budget {
  private readonly purses = new Map<string, Purse>()

  /** @throws Refusal `limited`, with the time after which there is something again. */
  spend(account: string, nowMs: number): void {
    const { left, atMs } = this.purses.get(account) ?? { left: burst, atMs: nowMs }
    const now = Math.min(burst, left + (Math.max(0, nowMs - atMs) / 1000) * perSecond)
    this.purses.delete(account)
    this.purses.set(account, { left: Math.max(0, now - 1), atMs: nowMs })
    if (this.purses.size > mostAccounts) this.purses.delete(this.purses.keys().next().value!)
    if (now < 1) throw refuse.limited(((1 - now) / perSecond) * 1000)
  }
}

/** As many claims as a node has under way at once: more would only wait for each other, and keep others waiting too. */
export const mostInside = 2500

/** A door that tells the next one to come again rather than to stand in a queue that moves slower than patience ends. */
export class Gate {
  private inside = 0

  /** @throws Refusal `overloaded`: nothing was done, and the doors say when to try again, each time another. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside >= mostInside) throw refuse.overloaded()
    this.inside++
    try {
      return await work()
    } finally {
      this.inside--
    }
  }
}
