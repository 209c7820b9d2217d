/**
 * How often one account may do something, for the whole cluster: a burst, and then so many a second. By account and
 * never by address: a whole campus may stand behind one address, and one bot behind many.
 *
 * Each node decides at once, from memory (a leaky bucket, ITU-T I.371), and tells the others of accounts that do much;
 * they count it as if it had been done with them. Who does little is never spoken of. So on N nodes, in any T seconds,
 * one account gets at most
 *
 *   burst + perSecond × T + (N − 1) × (burst / 16 + what one node lets through while word is on its way)
 *
 * and never more than N × burst + perSecond × T, however fast it is: what was too much is owed, by the account, to all
 * nodes. While the bus is down nobody hears of anything: then each node gives its share of `perSecond` only, and the
 * second bound still holds. A word that the bus loses is lost: it can give away one node's burst more.
 */
import { refuse } from '../protocol/errors'
import { signalBytes, type Bus } from './bus'

export interface Allowance {
  burst: number
  perSecond: number
}

/** Accounts remembered for each kind of thing, twice: those of late, and those before them, who are forgotten together. */
const mostAccounts = 25_000
/** What part of a burst one spends before the other nodes are told. */
const tellPart = 1 / 16
/** Words wait for each other for so long. */
const tellMs = 20
const wordBytes = signalBytes - 200

/** What was spent: of what, by whom, how much. */
type Word = [what: string, account: string, spent: number]

export class Budgets {
  private readonly budgets = new Map<string, Budget>()
  private telling: ReturnType<typeof setTimeout> | undefined

  /** @param nodes how many are alive, this one included. */
  constructor(
    private readonly bus: Pick<Bus, 'state' | 'signal' | 'onSignal'>,
    private readonly nodes: () => number,
    /** Milliseconds, monotonic. */
    private readonly now: () => number = () => performance.now(),
  ) {
    bus.onSignal('spent', (text) => this.hear(JSON.parse(text) as Word[]))
  }

  /** The budget of one kind of thing. Its name means the same on all nodes. */
  of(what: string, allowance: Allowance): Budget {
    const share = (): number => (this.bus.state === 'up' ? 1 : 1 / Math.max(1, this.nodes()))
    const budget = new Budget(allowance, { now: this.now, share, hot: () => this.tellSoon() })
    this.budgets.set(what, budget)
    return budget
  }

  /** Tells what wants to be told, at once. Called by its own timer. */
  tell(): void {
    clearTimeout(this.telling)
    this.telling = undefined
    let words: string[] = []
    let bytes = 2
    for (const [what, budget] of this.budgets) {
      for (const [account, spent] of budget.untold()) {
        const word = JSON.stringify([what, account, spent] satisfies Word)
        if (bytes + word.length * 3 > wordBytes) {
          this.bus.signal('spent', `[${words.join()}]`)
          words = []
          bytes = 2
        }
        words.push(word)
        // No character takes more than three bytes for each UTF-16 unit of it.
        bytes += word.length * 3 + 1
      }
    }
    if (words.length > 0) this.bus.signal('spent', `[${words.join()}]`)
  }

  private tellSoon(): void {
    // A node that ends has nothing to tell any more.
    this.telling ??= setTimeout(() => this.tell(), tellMs).unref()
  }

  private hear(words: readonly Word[]): void {
    for (const [what, account, spent] of words) this.budgets.get(what)?.add(account, spent)
  }
}

/** What an account has used and not yet got back, here and as told by others. */
interface Purse {
  used: number
  atMs: number
  untold: number
}

interface BudgetMeans {
  now(): number
  /** The part of `perSecond` that this node may give. */
  share(): number
  /** There is something to tell. */
  hot(): void
}

export class Budget {
  private purses = new Map<string, Purse>()
  private before = new Map<string, Purse>()
  private readonly hot = new Set<string>()

  constructor(
    private readonly allowance: Allowance,
    private readonly means: BudgetMeans,
  ) {}

  /** Counts one. @throws Refusal `limited`, with the time after which there is something again; then it isn't counted. */
  spend(account: string): void {
    const { burst, perSecond } = this.allowance
    const purse = this.purseOf(account)
    const tooMuch = purse.used + 1 - burst
    if (tooMuch > 0) throw refuse.limited(Math.ceil((tooMuch / (perSecond * this.means.share())) * 1000))
    purse.used++
    purse.untold++
    if (purse.untold < burst * tellPart) return
    this.hot.add(account)
    this.means.hot()
  }

  /** What another node let through. */
  add(account: string, spent: number): void {
    this.purseOf(account).used += spent
  }

  /** What the others are to count as theirs; told once. What came back since needs no telling. */
  untold(): [account: string, spent: number][] {
    const found: [string, number][] = []
    for (const account of this.hot) {
      const purse = this.purses.get(account) ?? this.before.get(account)
      const spent = purse ? Math.ceil(Math.min(purse.untold, purse.used)) : 0
      if (spent > 0) found.push([account, spent])
      if (purse) purse.untold = 0
    }
    this.hot.clear()
    return found
  }

  /** Stands before every call: one look where the account asked of late, and nothing made. */
  private purseOf(account: string): Purse {
    const nowMs = this.means.now()
    const purse = this.purses.get(account) ?? this.remember(account, nowMs)
    const back = ((nowMs - purse.atMs) / 1000) * this.allowance.perSecond * this.means.share()
    purse.used = Math.max(0, purse.used - back)
    purse.atMs = nowMs
    return purse
  }

  private remember(account: string, nowMs: number): Purse {
    if (this.purses.size >= mostAccounts) {
      this.before = this.purses
      this.purses = new Map()
    }
    const purse = this.before.get(account) ?? { used: 0, atMs: nowMs, untold: 0 }
    this.purses.set(account, purse)
    return purse
  }
}
