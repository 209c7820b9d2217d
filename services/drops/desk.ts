/**
 * The desk at which one transaction works on some drops. Opening it takes their locks (law 1), looks, and then does
 * what is due by the database's clock: opens, draws, ends holds that are over, serves the line. So whoever decides here
 * decides on what is true now, whether or not any node was alive when it fell due.
 *
 * Nothing is written until `close`: all changes go with the commit, in one statement a table. Drops and claims are
 * changed under the drop's lock only.
 */
import type { Tx } from '../../kernel/batch'
import { topicOf } from './model'
import { isLive, isTimed, move, servable, type Happening } from './model/claim'
import { rootOf, shuffled } from './model/lobby'
import { tellOwners, tellThreads, type Moment } from './notices'
import * as rows from './rows'
import { pickupCode, pseudonym, sha256 } from './secrets'
import type { ClaimRow, DropRow, EntryRow } from './rows'
import { writeBoth, writeEntries } from './write'

/** How long an offer stands in a drop that otherwise sells at once. */
export const offerSeconds = 300

export interface Wanted {
  drops: readonly string[]
  /** Claims that are asked for by id. */
  claims?: readonly string[]
  /** Whose part in each drop is needed: their units, and what they have not collected. */
  people?: rows.Owners
}

export class Desk {
  readonly drops = new Map<string, DropRow>()
  readonly claims = new Map<string, ClaimRow>()
  /** Claims that this transaction knows, and units that its claims do not count, by drop and owner. */
  private readonly owners = new Map<string, ClaimRow[]>()
  private readonly unitsBefore = new Map<string, number>()
  /** Claims that are not in the table yet. */
  private readonly fresh = new Set<ClaimRow>()
  /** The database's clock after the locks were taken. */
  now = new Date(0)
  private readonly changedDrops = new Set<DropRow>()
  private readonly changedClaims = new Set<ClaimRow>()
  /** Those that were sold out before. */
  private soldOut = new Set<DropRow>()
  private readonly moments: { drop: DropRow; moment: Moment }[] = []
  private readonly told: { drop: DropRow; claim: ClaimRow }[] = []
  /** Turns of those who left the line in this transaction, by drop. */
  private readonly left = new Map<string, number[]>()

  private constructor(readonly tx: Tx) {}

  static async open(tx: Tx, { drops, claims = [], people }: Wanted): Promise<Desk> {
    const desk = new Desk(tx)
    const ids = [...new Set(drops)].sort()
    // Sent together, done in this order: everything below the first sees what others had committed before it.
    const [locked, found, units] = await Promise.all([
      rows.lockDrops(tx, ids),
      rows.dueOrAsked(tx, ids, claims),
      people ? rows.unitsOf(tx, people) : [],
    ])
    for (const row of locked) desk.drops.set(row.id, row)
    desk.soldOut = new Set(locked.filter(isSoldOut))
    const due = found.filter((row) => row.due).toSorted(firstDue)
    // What was found due a moment later is over by then, so it is that moment.
    const moments = [...locked.map(({ now }) => now), ...due.map(({ until }) => until!)]
    desk.now = new Date(Math.max(...moments.map(Number), 0))
    for (const row of found) desk.know(row)
    if (people) desk.countUnits(people, units, due)
    await desk.openWhatIsDue()
    if (people) await desk.findUncollected(people)
    for (const { id } of due) desk.move(desk.claims.get(id)!, 'expire', 'told')
    await desk.serve()
    return desk
  }

  /** The desk for some claims, whichever drops they are of. */
  static async ofClaims(tx: Tx, claims: readonly string[]): Promise<Desk> {
    const found = await rows.readClaims(tx, claims)
    return Desk.open(tx, { drops: found.map(({ drop }) => drop), claims })
  }

  /** What one of `people` has in a drop and counts against their limit. */
  unitsOf(drop: string, user: string): number {
    const owner = `${drop} ${user}`
    const mine = this.owners.get(owner)?.filter((claim) => this.fresh.has(claim) && isLive(claim.state)) ?? []
    return mine.reduce((sum, { quantity }) => sum + quantity, this.unitsBefore.get(owner) ?? 0)
  }

  /** What a lobby's draw gave one of `people`, as long as it is theirs and they have not asked for it. */
  uncollectedOf(drop: string, user: string): ClaimRow | undefined {
    return this.owners.get(`${drop} ${user}`)?.find(({ uncollected, state }) => uncollected && isLive(state))
  }

  /** A claim that becomes something with the next `move`. */
  begin(drop: DropRow, user: string, quantity: number): ClaimRow {
    const who = pseudonym(drop.salt, user)
    return this.make({ id: Bun.randomUUIDv7(), drop: drop.id, user_id: user, who, quantity })
  }

  /**
   * Lets something happen to a claim: counters, row and event.
   * @param told the owner didn't do this: it goes to their inbox.
   * @returns false when it can't happen in the state the claim is in.
   */
  move(claim: ClaimRow, what: Happening, told?: 'told'): boolean {
    const drop = this.drops.get(claim.drop)!
    if (!this.step(drop, claim, what)) return false
    const { id, who, quantity, state, until } = claim
    const more = {
      ...(isTimed(state) ? { until: until!.toISOString() } : {}),
      ...(state === 'waiting' ? { place: drop.waiting } : {}),
    }
    this.tell(drop, state, who, { claim: id, who, quantity, ...more })
    if (told) this.tellOwner(drop, claim)
    return true
  }

  /** Paused, going on or closed: an event and a line in the drop's thread. */
  announce(drop: DropRow, moment: 'paused' | 'resumed' | 'closed', actor: string): void {
    this.tell(drop, moment, actor)
    this.moments.push({ drop, moment })
  }

  /** An event on the drop's topic, with the counters after it. Whoever caused it is known by a pseudonym there. */
  tell(drop: DropRow, kind: string, actor: string, data: Record<string, unknown> = {}): void {
    this.changedDrops.add(drop)
    this.tx.append({ topic: topicOf(drop.id), kind, actor, data: { ...data, counters: rows.countersOf(drop) } })
  }

  /** The row has changed in a way that is nobody else's business. */
  touch(claim: ClaimRow): void {
    this.changedClaims.add(claim)
  }

  /** What is free goes to the line, from its head on. */
  async serve(): Promise<void> {
    const able = [...this.drops.values()].filter(({ free, waiting }) => free > 0 && waiting > 0)
    if (able.length === 0) return
    // Those who left in this transaction are still in the table's line.
    const most = able.map(({ id, free }) => free + (this.left.get(id)?.length ?? 0))
    const found = await rows.headsOfLines(
      this.tx,
      able.map(({ id }) => id),
      most,
    )
    for (const drop of able) {
      const line = found
        .filter((row) => row.drop === drop.id)
        .map((row) => this.know(row))
        .filter(({ state }) => state === 'waiting')
      for (const claim of line.slice(0, servable(drop.free, line))) this.move(claim, 'offer', 'told')
    }
  }

  /** Everybody in the line of a drop leaves it. */
  async letGo(drop: DropRow): Promise<void> {
    const line = await rows.headsOfLines(this.tx, [drop.id], [drop.waiting + (this.left.get(drop.id)?.length ?? 0)])
    for (const row of line) this.move(this.know(row), 'release', 'told')
  }

  /** Places in the line of these claims, as they are now. */
  async places(claims: readonly ClaimRow[]): Promise<Map<string, number>> {
    const ids = claims.filter(({ state }) => state === 'waiting').map(({ id }) => id)
    if (ids.length === 0) return new Map()
    const places = await rows.placesOfClaims(this.tx, ids)
    for (const id of ids) {
      const { drop, turn } = this.claims.get(id)!
      const isBefore = (other: number): boolean => other < turn!
      const gone = (this.left.get(drop) ?? []).filter(isBefore).length
      const place = places.get(id)
      // Drawn in this very transaction, as was everybody else in that line.
      places.set(id, place === undefined ? this.turns(drop).filter(isBefore).length + 1 : place - gone)
    }
    return places
  }

  /** Opens what should be open; a lobby is drawn then. */
  async openWhatIsDue(): Promise<void> {
    for (const drop of this.drops.values()) {
      if (drop.opened || drop.paused || drop.closed || drop.opens_at > this.now) continue
      drop.opened = true
      this.moments.push({ drop, moment: 'opened' })
      if (drop.mode === 'lobby') await this.draw(drop)
      else this.tell(drop, 'opened', '')
    }
  }

  /** Tells who has to know, and sends what has changed with the commit. */
  async close(entries: readonly EntryRow[] = []): Promise<void> {
    for (const drop of this.changedDrops) {
      if (isSoldOut(drop) && !drop.closed && !this.soldOut.has(drop)) this.moments.push({ drop, moment: 'sold_out' })
    }
    await tellOwners(this.tx, this.told)
    await tellThreads(this.tx, this.moments)
    const [claims, drops] = [[...this.changedClaims], [...this.changedDrops]]
    const [fresh, changed] = [claims.filter((row) => this.fresh.has(row)), claims.filter((row) => !this.fresh.has(row))]
    if (drops.length + claims.length > 0) this.tx.ordered(() => writeBoth(drops, fresh, changed))
    if (entries.length > 0) this.tx.ordered(() => writeEntries(entries))
  }

  /** Law 8: order and outcome of the whole lobby in this one transaction, as anybody can recompute them. */
  private async draw(drop: DropRow): Promise<void> {
    const entries = await rows.entriesOf(this.tx, drop.id)
    const root = rootOf(entries, sha256)
    const order = shuffled(drop.seed, root, entries, sha256)
    const served = servable(drop.free, order)
    const claims = order.map(({ claim, user_id, who, quantity }, nth) => {
      const row = this.make({ id: claim, drop: drop.id, user_id, who, quantity, uncollected: true })
      this.step(drop, row, nth >= served ? 'queue' : drop.hold_seconds === 0 ? 'sell' : 'hold')
      return row
    })
    const until = claims[0]?.until?.toISOString()
    this.tell(drop, 'drawn', '', { seed: drop.seed, root, entries: entries.length, until })
    for (const claim of claims.slice(0, served)) this.tellOwner(drop, claim)
  }

  private step(drop: DropRow, claim: ClaimRow, what: Happening): boolean {
    const moved = move(rows.countersOf(drop), claim, what)
    if (!moved) return false
    if (claim.state === 'waiting') this.left.set(drop.id, [...(this.left.get(drop.id) ?? []), claim.turn!])
    Object.assign(drop, moved.counters)
    claim.state = moved.state
    if (isTimed(claim.state)) claim.until = this.after(drop.hold_seconds || offerSeconds)
    if (claim.state === 'waiting') claim.turn = ++drop.turns
    if (claim.state === 'sold') claim.code = pickupCode()
    this.changedClaims.add(claim)
    this.changedDrops.add(drop)
    return true
  }

  /** Of those in the line, as far as this transaction knows them. */
  private turns(drop: string): number[] {
    const line = [...this.claims.values()].filter((claim) => claim.drop === drop && claim.state === 'waiting')
    return line.map(({ turn }) => turn!)
  }

  private tellOwner(drop: DropRow, claim: ClaimRow): void {
    if (drop.rehearsal_of !== null) return
    this.told.push({ drop, claim })
    const { id, user_id, state, quantity, until, code } = claim
    this.tx.append({
      topic: `inbox:${user_id}`,
      kind: 'claim',
      actor: '',
      data: {
        ...{ claim: id, drop: drop.id, title: drop.title, state, quantity },
        ...(isTimed(state) ? { until: until!.toISOString() } : {}),
        ...(code ? { code } : {}),
      },
    })
  }

  private after(seconds: number): Date {
    return new Date(this.now.getTime() + seconds * 1000)
  }

  /** What is due is over in this transaction, and counts no more. */
  private countUnits({ drops, users }: rows.Owners, found: readonly rows.Units[], due: readonly ClaimRow[]): void {
    for (const { nth, units } of found) this.unitsBefore.set(`${drops[nth - 1]} ${users[nth - 1]}`, units)
    for (const { drop, user_id: user, quantity } of due) {
      const owner = `${drop} ${user}`
      const before = this.unitsBefore.get(owner)
      if (before !== undefined) this.unitsBefore.set(owner, before - quantity)
    }
  }

  private async findUncollected({ drops, users }: rows.Owners): Promise<void> {
    const nths = [...drops.keys()].filter((nth) => this.drops.get(drops[nth]!)?.mode === 'lobby')
    if (nths.length === 0) return
    const among = { drops: nths.map((nth) => drops[nth]!), users: nths.map((nth) => users[nth]!) }
    for (const row of await rows.uncollectedOf(this.tx, among)) this.know(row)
  }

  private make(fresh: rows.FreshClaim): ClaimRow {
    const row = this.know(rows.newClaim(fresh))
    this.fresh.add(row)
    return row
  }

  /** One row, one object: what was changed here is not forgotten when it is read again. */
  private know(row: ClaimRow): ClaimRow {
    const known = this.claims.get(row.id)
    if (known) return known
    this.claims.set(row.id, row)
    const owner = `${row.drop} ${row.user_id}`
    const others = this.owners.get(owner)
    if (others) others.push(row)
    else this.owners.set(owner, [row])
    return row
  }
}

/** Those that ended first stand first. */
const firstDue = (a: ClaimRow, b: ClaimRow): number => Number(a.until) - Number(b.until) || (a.id < b.id ? -1 : 1)

const isSoldOut = ({ stock, sold }: DropRow): boolean => sold === stock
