import { describe, expect, test } from 'bun:test'
import { fc } from '../../prove/testing/property'
import { apply, type Drop, type DropEvent } from './model'
import {
  broken,
  decide,
  happenings,
  isLive,
  move,
  restocked,
  servable,
  states,
  transitions,
  type Counters,
  type Happening,
  type State,
  type Terms,
} from './model/claim'
import { sha256 } from './model/hash'
import { commitmentOf, rootOf, shuffled } from './model/lobby'
import { verify } from './model/verify'

interface OneClaim {
  claim: string
  who: string
  quantity: number
  state: State
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const at = '2026-01-01T00:00:00.000Z'
const before = '2025-01-01T00:00:00.000Z'

/** A drop in memory, run with the same functions as the one in the database. */
class Sale {
  counters: Counters
  readonly claims: OneClaim[] = []
  line: OneClaim[] = []
  readonly events: DropEvent[] = []

  constructor(
    stock: number,
    readonly terms: Terms & { waitlist: number },
  ) {
    this.counters = { stock, free: stock, held: 0, sold: 0, waiting: 0 }
    const { perPerson, holdSeconds, waitlist } = terms
    const said = { title: 't', opensAt: at, perPerson, holdSeconds, mode: 'first_come', guests: false }
    this.tell('created', { ...said, waitlist: waitlist === 0 ? false : waitlist })
    this.tell('opened')
  }

  tell(kind: string, data: object = {}): void {
    this.events.push({ kind, at, offset: this.events.length + 1, data: { ...data, counters: this.counters } })
  }

  claim(who: string, quantity: number): string {
    const owned = this.claims.filter((one) => one.who === who && isLive(one.state))
    const units = owned.reduce((sum, one) => sum + one.quantity, 0)
    const decision = decide(this.terms, this.counters, quantity, units)
    if (decision === 'sold_out' || decision === 'limit_reached') return decision
    const claim: OneClaim = { claim: uuid(this.claims.length), who, quantity, state: 'asked' }
    this.claims.push(claim)
    this.happen(claim, decision)
    return decision
  }

  happen(claim: OneClaim | undefined, what: Happening): void {
    const moved = claim && move(this.counters, claim, what)
    if (!moved) return
    this.line = this.line.filter((one) => one !== claim)
    Object.assign(claim, { state: moved.state })
    this.counters = moved.counters
    if (claim.state === 'waiting') this.line.push(claim)
    const { claim: id, who, quantity, state } = claim
    const more = state === 'waiting' ? { place: this.line.length } : {}
    const timed = state === 'held' || state === 'offered' ? { until: before } : {}
    this.tell(state, { claim: id, who, quantity, ...more, ...timed })
  }

  restock(stock: number): void {
    const after = restocked(this.counters, stock)
    if (!after) return
    this.counters = after
    this.tell('restocked')
  }

  serve(): void {
    for (const claim of this.line.slice(0, servable(this.counters.free, this.line))) this.happen(claim, 'offer')
  }
}

type Step = { who: number; quantity: number; what: Happening | 'claim' | 'restock' }
const steps = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 8 }),
    quantity: fc.integer({ min: 1, max: 4 }),
    what: fc.oneof(
      { weight: 3, arbitrary: fc.constant('claim' as const) },
      {
        weight: 3,
        arbitrary: fc.constantFrom(...happenings.filter((what) => !['hold', 'sell', 'queue', 'offer'].includes(what))),
      },
      { weight: 1, arbitrary: fc.constant('restock' as const) },
    ),
  }),
  { maxLength: 60, size: 'max' },
)
const sales = fc.record({
  stock: fc.integer({ min: 0, max: 8 }),
  perPerson: fc.integer({ min: 1, max: 5 }),
  holdSeconds: fc.constantFrom(0, 300),
  waitlist: fc.constantFrom(0, 2, 1000),
})

function run(
  { stock, ...terms }: { stock: number } & Terms & { waitlist: number },
  all: Step[],
  after?: (sale: Sale) => void,
): Sale {
  const sale = new Sale(stock, terms)
  for (const { who, quantity, what } of all) {
    if (what === 'claim') sale.claim(`p${who}`, quantity)
    else if (what === 'restock') sale.restock(who + quantity)
    else sale.happen(sale.claims[(who * 7 + quantity) % (sale.claims.length || 1)], what)
    sale.serve()
    after?.(sale)
  }
  return sale
}

/** The counters again, from the claims alone. */
function recount({ claims, counters: { stock } }: Sale): Counters {
  const units = (...of: State[]): number =>
    claims.filter(({ state }) => of.includes(state)).reduce((sum, { quantity }) => sum + quantity, 0)
  const [held, sold] = [units('held', 'offered'), units('sold', 'redeemed')]
  const waiting = claims.filter(({ state }) => state === 'waiting').length
  return { stock, held, sold, waiting, free: stock - held - sold }
}

describe('whatever happens, in any order', () => {
  test('stock = sold + held + free, nothing is negative, and the counters are those of the claims', () => {
    fc.assert(
      fc.property(sales, steps, (terms, all) => {
        run(terms, all, (sale) => {
          expect(broken(sale.counters)).toBeUndefined()
          expect(sale.counters).toEqual(recount(sale))
        })
      }),
    )
  })

  test('no unit lies idle while the head of the line wants no more than that, and nobody overtakes', () => {
    fc.assert(
      fc.property(sales, steps, (terms, all) => {
        run(terms, all, ({ line, counters }) => {
          expect(line[0]?.quantity ?? Infinity).toBeGreaterThan(counters.free)
          const asked = line.map(({ claim }) => claim)
          expect(asked).toEqual([...asked].sort())
        })
      }),
    )
  })

  test('nobody has more than the limit, and the line is never longer than it may be', () => {
    fc.assert(
      fc.property(sales, steps, (terms, all) => {
        const { claims } = run(terms, all, ({ line }) => expect(line.length).toBeLessThanOrEqual(terms.waitlist))
        for (const live of Map.groupBy(
          claims.filter(({ state }) => isLive(state)),
          ({ who }) => who,
        ).values()) {
          expect(live.reduce((sum, { quantity }) => sum + quantity, 0)).toBeLessThanOrEqual(terms.perPerson)
        }
      }),
    )
  })

  test('places are dense: who joins the line stands right behind those before', () => {
    fc.assert(
      fc.property(sales, steps, (terms, all) => {
        let waiting = 0
        for (const { kind, data } of run(terms, all).events) {
          const { place, counters } = data as { place?: number; counters: Counters }
          if (kind === 'waiting') expect(place).toBe(waiting + 1)
          waiting = counters.waiting
        }
      }),
    )
  })

  test('the record proves itself, and a record that was changed anywhere does not', () => {
    fc.assert(
      fc.property(sales, steps, fc.nat(), fc.constantFrom(...tamperings), (terms, all, where, tamper) => {
        const { events } = run(terms, all)
        expect(verify(events).faults).toEqual([])
        const changed = tamper(events, where % events.length)
        if (changed) expect(verify(changed).faults).not.toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

describe('a record that goes on after the end', () => {
  const tellings: [string, (sale: Sale) => void, string][] = [
    ['is closed again', (sale) => sale.tell('closed'), 'closed twice'],
    ['leaves somebody in the line', () => undefined, 'closed, and somebody still waits'],
    ['serves the line', (sale) => sale.happen(sale.line[0], 'offer'), 'served before its turn'],
    ['is restocked', (sale) => sale.restock(9), 'restocked when it was closed'],
    ['takes a claim', (sale) => void sale.claim('late', 1), 'while nothing could be claimed'],
  ]
  const closed = (): Sale => {
    const sale = new Sale(2, { perPerson: 2, holdSeconds: 300, waitlist: 9 })
    for (const who of ['a', 'b', 'c']) sale.claim(who, 1)
    sale.tell('closed')
    return sale
  }

  test('is right as long as it only lets go and ends what was held', () => {
    const sale = closed()
    for (const [nth, what] of [
      [2, 'release'],
      [0, 'confirm'],
      [1, 'expire'],
    ] as const)
      sale.happen(sale.claims[nth], what)
    expect(verify(sale.events).faults).toEqual([])
  })

  test.each(tellings)('is wrong when it %s', (_, tell, fault) => {
    const sale = closed()
    if (fault.includes('served')) sale.happen(sale.claims[0], 'release')
    else if (!fault.includes('waits')) sale.happen(sale.claims[2], 'release')
    tell(sale)
    expect(verify(sale.events).faults.join()).toContain(fault)
  })

  test('is wrong when it opens', () => {
    const { events } = new Sale(2, { perPerson: 2, holdSeconds: 300, waitlist: 9 })
    const [created, opened] = events as [DropEvent, DropEvent]
    const told = [created, { ...opened, kind: 'closed' }, { ...opened, offset: 3 }]
    expect(verify(told).faults).toContain('3: opened out of turn')
  })
})

type Tamper = (events: DropEvent[], nth: number) => DropEvent[] | undefined
const change = (events: DropEvent[], nth: number, data: object): DropEvent[] =>
  events.map((event, at) => (at === nth ? { ...event, data: { ...(event.data as object), ...data } } : event))
const countersAt = (events: DropEvent[], nth: number): Counters =>
  (events[nth]!.data as { counters: Counters }).counters

const tamperings: Tamper[] = [
  // One unit more than is told.
  (events, nth) => {
    const counters = countersAt(events, nth)
    return change(events, nth, { counters: { ...counters, sold: counters.sold + 1 } })
  },
  // What happened to a claim taken out of the middle, and the others moved up to hide it. (Not an offer: without it the
  // record of one who then gives it back is that of one who left the line.)
  (events, nth) =>
    !['held', 'waiting', 'sold', 'released', 'declined', 'expired'].includes(events[nth]!.kind) ||
    nth === events.length - 1
      ? undefined
      : events.filter((_, at) => at !== nth).map((event, at) => ({ ...event, offset: at + 1 })),
  // Somebody else's claim.
  (events, nth) => {
    const { claim } = events[nth]!.data as { claim?: string }
    const again = events.findIndex(
      (event, at) => at !== nth && claim && (event.data as { claim?: string }).claim === claim,
    )
    return again < 0 ? undefined : change(events, nth, { who: 'mallory' })
  },
]

/** The drawing at the head of `model/claim.ts`, arrow by arrow. What is not here can't happen. */
const arrows: Record<string, State> = {
  ...{ 'asked hold': 'held', 'asked sell': 'sold', 'asked queue': 'waiting' },
  ...{ 'held confirm': 'sold', 'held release': 'released', 'held expire': 'expired' },
  ...{ 'waiting offer': 'offered', 'waiting release': 'released', 'waiting decline': 'declined' },
  ...{ 'offered confirm': 'sold', 'offered release': 'released', 'offered decline': 'declined' },
  ...{ 'offered expire': 'expired', 'sold redeem': 'redeemed' },
}

describe('a claim', () => {
  test('goes where the drawing says, in every state and whatever happens, and nowhere else', () => {
    const full = { stock: 30, free: 10, held: 10, sold: 10, waiting: 1 }
    for (const state of states) {
      for (const what of happenings) {
        const moved = move(full, { state, quantity: 2 }, what)
        expect([state, what, moved?.state]).toEqual([state, what, arrows[`${state} ${what}`]])
        if (moved) expect(broken(moved.counters)).toBeUndefined()
      }
    }
  })

  test('has a decided cell for every state and every happening, and ends for good', () => {
    for (const state of states) expect(Object.keys(transitions[state]).sort()).toEqual([...happenings].sort())
    for (const state of ['released', 'declined', 'expired', 'redeemed'] as const) {
      expect(Object.values(transitions[state]).filter(Boolean)).toEqual([])
    }
  })

  test('can only be held or sold while a unit is free: else it is a fault of ours, and nothing is done', () => {
    const counters = { stock: 1, free: 0, held: 0, sold: 1, waiting: 0 }
    expect(() => move(counters, { state: 'asked', quantity: 1 }, 'sell')).toThrow('would break')
    expect(counters.sold).toBe(1)
  })

  test('is decided wholly or not at all, and never before those who wait', () => {
    const terms = { perPerson: 3, holdSeconds: 300, waitlist: 1 }
    const free = { stock: 4, free: 2, held: 2, sold: 0, waiting: 0 }
    expect(decide(terms, free, 2, 0)).toBe('hold')
    expect(decide({ ...terms, holdSeconds: 0 }, free, 2, 0)).toBe('sell')
    expect(decide(terms, free, 3, 0)).toBe('queue')
    expect(decide({ ...terms, waitlist: 0 }, free, 3, 0)).toBe('sold_out')
    expect(decide(terms, { ...free, waiting: 1 }, 1, 0)).toBe('sold_out')
    expect(decide({ ...terms, waitlist: undefined }, { ...free, waiting: 7 }, 1, 0)).toBe('queue')
    expect(decide(terms, free, 1, 3)).toBe('limit_reached')
    expect(decide({ ...terms, perPerson: 9 }, free, 5, 0)).toBe('sold_out')
  })

  test('at the head that wants more than is free keeps those behind it waiting', () => {
    expect(servable(3, [{ quantity: 4 }, { quantity: 1 }])).toBe(0)
    expect(servable(3, [{ quantity: 1 }, { quantity: 2 }, { quantity: 1 }])).toBe(2)
    expect(servable(9, [{ quantity: 1 }])).toBe(1)
  })
})

describe('a lobby', () => {
  const entries = Array.from({ length: 200 }, (_, n) => ({ who: `w${n}`, nonce: `nonce-${n}`, quantity: 1 }))
  const seed = 'a seed'

  test('is shuffled the same way by everybody, and another way by any other seed or nonce', () => {
    const order = (with_: string, list = entries): string =>
      shuffled(with_, rootOf(list), list)
        .map(({ who }) => who)
        .join()
    expect(order(seed)).toBe(order(seed))
    expect(order(seed)).not.toBe(order('another seed'))
    const other = entries.with(199, { ...entries[199]!, nonce: 'another' })
    expect(order(seed)).not.toBe(order(seed, other))
    expect(new Set(order(seed).split(',')).size).toBe(200)
  })

  test('gives nobody an advantage for coming first', () => {
    const places = Array.from({ length: 300 }, (_, n) =>
      shuffled(`seed ${n}`, rootOf(entries.slice(0, 20)), entries.slice(0, 20)).findIndex(({ who }) => who === 'w0'),
    )
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length
    // 9.5 with a standard error of 0.33.
    expect(Math.abs(mean - 9.5)).toBeLessThan(1.5)
  })

  test('hashes as everybody else does', () => {
    for (const text of ['', 'abc', 'é'.repeat(70), ...Array.from({ length: 130 }, (_, n) => 'x'.repeat(n))]) {
      expect(sha256(text)).toBe(new Bun.CryptoHasher('sha256').update(text).digest('hex'))
    }
    expect(commitmentOf(seed)).toBe(sha256('seed a seed'))
  })
})

describe('the fold', () => {
  const drop: Drop = {
    ...{ id: 'd', title: 't', opensAt: at, perPerson: 1, holdSeconds: 0, mode: 'first_come', waitlist: false },
    ...{ guests: false, stock: 2, free: 2, held: 0, sold: 0, waiting: 0, status: 'scheduled', entries: 0 },
  }
  const counters = { stock: 2, free: 0, held: 0, sold: 2, waiting: 0 }
  const event = (kind: string, data: object): DropEvent => ({ kind, at, offset: 1, data })

  test('takes the counters from the event, and knows when a drop opens, sells out, pauses, goes on and closes', () => {
    const statuses: string[] = []
    let state = { drop }
    for (const [kind, when, after] of [
      ['paused', before, { ...counters, free: 2, sold: 0 }],
      ['restocked', before, { ...counters, stock: 3, free: 3, sold: 0 }],
      ['resumed', before, { ...counters, free: 2, sold: 0 }],
      ['opened', at, { ...counters, free: 2, sold: 0 }],
      ['sold', at, counters],
      ['paused', at, counters],
      ['restocked', at, { ...counters, stock: 3, free: 1 }],
      ['resumed', at, { ...counters, stock: 3, free: 1 }],
      ['closed', at, { ...counters, stock: 3, free: 1 }],
      ['sold', at, { ...counters, stock: 3, free: 0, sold: 3 }],
    ] as const) {
      state = apply(state, { ...event(kind, { counters: after }), at: when })
      statuses.push(state.drop.status)
    }
    const whileOn = ['paused', 'paused', 'scheduled', 'open', 'sold_out', 'paused', 'paused', 'open']
    expect(statuses).toEqual([...whileOn, 'closed', 'closed'])
    expect(state.drop).toMatchObject({ stock: 3, free: 0, sold: 3 })
  })

  test('leaves alone what it does not know', () => {
    const state = { drop }
    expect(apply(state, event('transferred', { counters }))).toBe(state)
    expect(apply(state, event('sold', {}))).toBe(state)
  })

  test('shows the seed once it is told, and how many wait in the lobby', () => {
    const free = { ...counters, free: 2, sold: 0 }
    const lobby: Drop = { ...drop, mode: 'lobby' }
    const entered = apply({ drop: lobby }, { ...event('entered', { entries: 5, counters: free }), at: before })
    expect(entered.drop).toMatchObject({ entries: 5, status: 'lobby' })
    const drawn = apply(entered, event('drawn', { seed: 's', entries: 5, counters: free }))
    expect(drawn.drop).toMatchObject({ seed: 's', status: 'open' })
  })
})
