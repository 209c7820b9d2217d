/**
 * Goes through all that ever happened on a drop's topic and says what is wrong with it: a unit sold twice or left lying
 * while somebody waited, a place in the line that was jumped, a shuffle that doesn't follow from its seed. Anybody can
 * run it over the public record.
 */
import type { DropEvent, Said } from '../model'
import { decide, isLive, move, placesOf, restocked, servable, transitions } from './claim'
import type { Counters, Decision, Happening, State, Terms } from './claim'
import { said } from './forms'
import { commitmentOf, rootOf, shuffled, type Entry } from './lobby'

export interface ProvenClaim {
  claim: string
  who: string
  quantity: number
  state: State
  /** Where it began. */
  offset: number
}

export interface Proof {
  /** Empty when all is well. */
  faults: string[]
  claims: ProvenClaim[]
  /** The lobby's order, as the seed and the entries give it. */
  order: string[]
  counters: Counters
}

type OfClaim = Said<'sold'> & { until?: string; place?: number }

/** @param events of one drop, from the first on. */
export function verify(events: readonly DropEvent[]): Proof {
  const checker = new Checker()
  for (const event of events) checker.see(event)
  return checker.end()
}

/** A part of the record: what comes after an offset, and the newest offset there is. */
export interface RecordPage {
  events: readonly (DropEvent | (Omit<DropEvent, 'data'> & { data?: undefined }))[]
  head: number
}

/** The same over a record that is read a page at a time, until it ends. @returns with the last offset looked at. */
export async function verifyPages(
  page: (after: number) => Promise<RecordPage>,
  each?: (event: DropEvent) => void,
): Promise<Proof & { offset: number }> {
  const checker = new Checker()
  for (let offset = 0; ;) {
    const { events, head } = await page(offset)
    for (const { data, ...event } of events) {
      const whole = { ...event, data: data ?? event }
      each?.(whole)
      checker.see(whole)
      ;({ offset } = event)
    }
    if (events.length === 0 || offset >= head) return { ...checker.end(), offset }
  }
}

/** What gives units back: more of it may come before what is free is offered. */
const freeing = new Set(['released', 'declined', 'expired', 'restocked'])
const decisions: Record<'held' | 'sold' | 'waiting', Decision> = { held: 'hold', sold: 'sell', waiting: 'queue' }

/** The same, a part of the record at a time: `see` every event, then `end`. */
export class Checker {
  private readonly faults: string[] = []
  private readonly claims = new Map<string, ProvenClaim>()
  private order: string[] = []
  private counters: Counters = { stock: 0, free: 0, held: 0, sold: 0, waiting: 0 }
  private offset = 0
  private terms: Terms & { mode: string; commitment?: string | undefined } = { perPerson: 0, holdSeconds: 0, mode: '' }
  private phase: 'none' | 'before' | 'open' = 'none'
  private paused = false
  private closed = false
  private readonly entries: (Entry & { claim: string })[] = []
  private readonly entrants = new Set<string>()
  /** In the order in which they came. */
  private readonly line = new Set<ProvenClaim>()
  /** Units of live claims, by person. */
  private readonly owned = new Map<string, number>()
  /** How many may be served before others. */
  private firsts = 0
  private readonly until = new Map<string, string>()

  see({ kind, offset, at, data }: DropEvent): void {
    this.expect(offset === this.offset + 1, `${this.offset + 1} is missing before ${offset}`)
    this.offset = offset
    const event = said(kind, data)
    if (!event) return this.fault(`${kind} can't be read`)
    this.expect((this.phase === 'none') === (kind === 'created'), `${kind} out of turn`)
    const waits = kind === 'offered' || freeing.has(kind)
    this.expect(waits || !this.idle(), `${kind} while the head of the line could be served`)
    this.take(kind, event, at)
    if (!same(event.counters, this.counters)) {
      this.fault(`${kind} says ${JSON.stringify(event.counters)}, it should be ${JSON.stringify(this.counters)}`)
    }
  }

  end(): Proof {
    this.expect(!this.idle(), 'the head of the line could be served')
    this.expect(!this.closed || this.line.size === 0, 'closed, and somebody still waits')
    const { faults, order, counters, claims } = this
    return { faults, claims: [...claims.values()], order, counters }
  }

  private take(kind: string, data: unknown, at: string): void {
    try {
      if (kind === 'created') this.created(data as Said<'created'>)
      else if (kind === 'entered') this.entered(data as Said<'entered'>)
      else if (kind === 'drawn') this.drawn(data as Said<'drawn'>)
      else if (kind === 'opened') this.open('first_come')
      else if (kind === 'restocked') this.restocked(data as Said<'restocked'>)
      else if (kind === 'closed') this.close()
      else if (kind === 'paused' || kind === 'resumed') this.paused = kind === 'paused'
      else this.claimed(kind, data as OfClaim, at)
    } catch (error) {
      this.fault((error as Error).message)
    }
  }

  private created(said: Said<'created'>): void {
    const { perPerson, holdSeconds, mode, waitlist, commitment, first } = said
    const { stock } = said.counters
    this.firsts = first?.people ?? 0
    this.terms = { perPerson, holdSeconds, mode, commitment, waitlist: placesOf(waitlist) }
    this.counters = { stock, free: stock, held: 0, sold: 0, waiting: 0 }
    this.phase = 'before'
  }

  private entered({ claim, who, nonce, quantity, entries, first }: Said<'entered'>): void {
    this.expect(this.phase === 'before', 'entered a lobby that was closed')
    this.expect(!this.entrants.has(who), `${who} entered twice`)
    this.entrants.add(who)
    this.entries.push({ claim, who, nonce, quantity, first })
    const firsts = this.entries.filter((entry) => entry.first).length
    this.expect(!first || firsts <= this.firsts, `${who} is served first, as more than were announced`)
    this.expect(entries === this.entries.length, `${entries} entries, but it is number ${this.entries.length}`)
  }

  private drawn({ seed, root, until }: Said<'drawn'>): void {
    this.open('lobby')
    this.expect(commitmentOf(seed) === this.terms.commitment, 'the seed is not the one that was committed to')
    this.expect(root === rootOf(this.entries), 'the root is not that of the entries')
    const order = shuffled(seed, root, this.entries)
    this.order = order.map(({ who }) => who)
    const served = servable(this.counters.free, order)
    order.forEach((entry, nth) => {
      const claim = this.begin(entry)
      if (nth >= served) return this.step(claim, 'queue')
      this.step(claim, this.terms.holdSeconds === 0 ? 'sell' : 'hold')
      if (until) this.until.set(claim.claim, until)
    })
  }

  private open(mode: string): void {
    this.expect(this.phase === 'before' && !this.paused && !this.closed, 'opened out of turn')
    this.expect(this.terms.mode === mode, `a ${this.terms.mode} drop was opened as ${mode}`)
    this.phase = 'open'
  }

  /** For good. Whoever is in the line is let go of after it. */
  private close(): void {
    this.expect(!this.closed, 'closed twice')
    this.closed = true
  }

  private restocked({ counters: { stock } }: Said<'restocked'>): void {
    const after = restocked(this.counters, stock)
    this.expect(!this.closed, 'restocked when it was closed')
    this.expect(after !== undefined, 'fewer than are sold and held')
    this.counters = after ?? this.counters
  }

  private claimed(kind: string, data: OfClaim, at: string): void {
    const known = this.claims.get(data.claim)
    if (known) this.goesOn(known, kind, data, at)
    else this.begins(kind as keyof typeof decisions, data)
    if (data.until) this.until.set(data.claim, data.until)
  }

  private begins(kind: keyof typeof decisions, { claim, who, quantity, place }: OfClaim): void {
    this.expect(this.phase === 'open' && !this.paused && !this.closed, `${kind} while nothing could be claimed`)
    const decision = decide(this.terms, this.counters, quantity, this.owned.get(who) ?? 0)
    this.expect(decision === decisions[kind], `${claim} is ${kind}, the rules say ${decision}`)
    this.step(this.begin({ claim, who, quantity }), decisions[kind] as Happening)
    if (kind === 'waiting') this.expect(place === this.line.size, `${claim} got place ${place} of ${this.line.size}`)
  }

  private goesOn(claim: ProvenClaim, kind: string, { who, quantity }: OfClaim, at: string): void {
    this.expect(claim.who === who && claim.quantity === quantity, `${claim.claim} is somebody else's`)
    const [what] = Object.entries(transitions[claim.state]).find(([, next]) => next === kind) ?? []
    if (!what) return this.fault(`${claim.claim} can't be ${kind} when it is ${claim.state}`)
    if (what === 'offer') this.expect(this.head === claim && !this.closed, `${claim.claim} was served before its turn`)
    const until = this.until.get(claim.claim) ?? ''
    if (what === 'expire') this.expect(at >= until, `${claim.claim} expired before ${until}`)
    this.step(claim, what as Happening)
  }

  private begin({ claim, who, quantity }: { claim: string; who: string; quantity: number }): ProvenClaim {
    const begun: ProvenClaim = { claim, who, quantity, state: 'asked', offset: this.offset }
    this.claims.set(claim, begun)
    return begun
  }

  private step(claim: ProvenClaim, what: Happening): void {
    const moved = move(this.counters, claim, what)
    if (!moved) return this.fault(`${claim.claim}: no ${what} when ${claim.state}`)
    this.line.delete(claim)
    const units = claim.quantity * (Number(isLive(moved.state)) - Number(isLive(claim.state)))
    this.owned.set(claim.who, (this.owned.get(claim.who) ?? 0) + units)
    claim.state = moved.state
    this.counters = moved.counters
    if (claim.state === 'waiting') this.line.add(claim)
  }

  private get head(): ProvenClaim | undefined {
    return this.line.values().next().value
  }

  private idle(): boolean {
    const { head } = this
    return head !== undefined && !this.closed && servable(this.counters.free, [head]) > 0
  }

  private expect(holds: boolean, otherwise: string): void {
    if (!holds) this.fault(otherwise)
  }

  private fault(what: string): void {
    this.faults.push(`${this.offset}: ${what}`)
  }
}

const same = (a: Counters, b: Counters): boolean =>
  (['stock', 'free', 'held', 'sold', 'waiting'] as const).every((counter) => a[counter] === b[counter])
