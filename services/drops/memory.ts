/**
 * What a node remembers of drops, so that a crowd that comes too late or too early doesn't cost the database a
 * transaction each (law 3). A fold of the drop's stream may only refuse, and only when a commit can't contradict it:
 *
 * - this person has no claim in it, so the refusal can't be told to a key that won;
 * - every unit is sold, nothing is held and nobody can wait, so nothing but more stock could change it;
 * - the log's head was read after the call came in, and the fold stands there. One small read serves all who wait.
 *
 * Anything else is for the batch to decide. One thing is not looked up: a key that this person used for another drop
 * hears this drop's refusal, where the batch would say `conflict`. Nothing is done either way.
 */
import type { Call } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { heads } from '../../kernel/log'
import type { Ground } from '../../kernel/service'
import { Budget, Gate } from './budget'
import { apply, topicOf, type ClaimInput, type Claimed, type Drop } from './model'
import { placesOf } from './model/claim'
import { mayClaim } from './policy'
import { readDrops, toDrop } from './rows'
import { pseudonym } from './secrets'
import { tallied } from './tally'

/** Drops that a node remembers; beyond it the one that was asked for longest ago is forgotten. */
const mostFolds = 100
/** A node's idea of the database's clock is right within this. */
const clockErrorMs = 500

const memories = new WeakMap<Ground, Memory>()
const budget = new Budget()
const gates = new WeakMap<Ground, Gate>()

/** Stands before the batch of `drops.claim`: refuses from memory where that is true, and counts every answer. */
export function answered(
  next: () => Promise<Claimed>,
  call: Call<ClaimInput>,
  sql: Sql,
  ground: Ground,
): Promise<Claimed> {
  return tallied(call, sql, ground, async () => {
    budget.spend(call.actor.id, performance.now())
    return (await memoryOf(sql, ground)?.answer(call)) ?? (await gateOf(ground).pass(next))
  })
}

function gateOf(ground: Ground): Gate {
  let gate = gates.get(ground)
  if (!gate) gates.set(ground, (gate = new Gate()))
  return gate
}

function memoryOf(sql: Sql, ground: Ground): Memory | undefined {
  if (!ground.follow) return undefined
  let memory = memories.get(ground)
  if (!memory) memories.set(ground, (memory = new Memory(sql, ground, ground.follow)))
  return memory
}

type Follow = NonNullable<Ground['follow']>

class Memory {
  private readonly folds = new Map<string, Fold | 'opening'>()

  constructor(
    private readonly sql: Sql,
    private readonly ground: Ground,
    private readonly follow: Follow,
  ) {}

  /** Nothing when the batch has to decide. */
  async answer({ actor, input }: Call<ClaimInput>): Promise<Claimed | undefined> {
    const fold = this.folds.get(input.drop)
    if (fold === 'opening') return undefined
    if (!fold) {
      this.open(input.drop)
      return undefined
    }
    this.folds.delete(input.drop)
    this.folds.set(input.drop, fold)
    // While something is free and nothing is paused, nobody is refused: nothing to read up for.
    if (!fold.mightRefuse(this.ground.now() + clockErrorMs)) return undefined
    const { drop } = fold
    if (drop.rehearsal || input.quantity > drop.perPerson || !mayClaim(actor, drop)) return undefined
    const who = fold.nameOf(actor.id)
    if (fold.knows(who)) return undefined
    // When it opens is part of its terms, which never change.
    if (this.ground.now() + clockErrorMs < Date.parse(drop.opensAt)) return { verdict: 'not_open' }
    const verdict = fold.refuses()
    if (!verdict || !(await fold.atHead())) {
      if (fold.isOfThePast) this.forget(input.drop)
      return undefined
    }
    // What was true of the past may have changed while the head was read.
    return fold.knows(who) || fold.refuses() !== verdict ? undefined : { verdict }
  }

  private open(id: string): void {
    this.folds.set(id, 'opening')
    void this.load(id).then(
      (fold) => {
        this.folds.delete(id)
        if (!fold) return
        this.folds.set(id, fold)
        const [oldest] = this.folds.keys()
        if (this.folds.size > mostFolds) this.forget(oldest!)
      },
      () => this.folds.delete(id),
    )
  }

  /** First follows, then reads: an event that the rows already tell of is applied once more, and says the same. */
  private async load(id: string): Promise<Fold | undefined> {
    if ((await readDrops(this.sql, [id])).length === 0) return undefined
    const fold = new Fold(this.sql, topicOf(id))
    const follower = await this.follow(
      topicOf(id),
      (event) => fold.take(event),
      () => this.forget(id),
    )
    fold.follower = follower
    fold.offset = Math.max(fold.offset, follower.offset)
    const [row] = await readDrops(this.sql, [id])
    const claims = await this.sql.query<{ who: string }>('SELECT DISTINCT who FROM drops.claim WHERE drop = $1', [id])
    fold.begin(
      toDrop(row!),
      row!.salt,
      row!.opened,
      claims.map(({ who }) => who),
    )
    return fold
  }

  private forget(id: string): void {
    const fold = this.folds.get(id)
    this.folds.delete(id)
    if (fold && fold !== 'opening') fold.follower?.stop()
  }
}

interface Heard {
  offset: number
  json: string
}

/** Kinds of which there are many, and which change counters and claimants only. */
const frequent = ['held', 'sold', 'waiting', 'offered', 'redeemed', 'released', 'declined', 'expired', 'entered']
const mostUnread = 2000

/** As the log writes events, the kind stands first. */
const of = (json: string, kinds: readonly string[]): boolean =>
  kinds.some((kind) => json.startsWith(kind, kindAt) && json[kindAt + kind.length] === '"')
const kindAt = '{"kind":"'.length

class Fold {
  drop!: Drop
  offset = 0
  /** Offsets started anew since it began. */
  isOfThePast = false
  follower: { offset: number; epoch: string; stop(): void } | undefined
  private salt = ''
  private opened = false
  private readonly claimants = new Set<string>()
  private early: Heard[] | undefined = []
  private unread: Heard[] = []
  /** A unit was free after the last event. */
  private isFree = false
  private opensAtMs = 0
  private asking: Promise<boolean> | undefined
  private flying: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly sql: Sql,
    private readonly topic: string,
  ) {}

  begin(drop: Drop, salt: string, opened: boolean, claimants: readonly string[]): void {
    Object.assign(this, { drop, salt, opened, isFree: drop.free > 0, opensAtMs: Date.parse(drop.opensAt) })
    for (const who of claimants) this.claimants.add(who)
    const { early } = this
    this.early = undefined
    for (const event of early!) this.take(event)
  }

  /** What is heard is read only when somebody might be refused: in a rush that costs nothing but keeping it. */
  take(event: Heard): void {
    this.offset = event.offset
    if (this.early) return void this.early.push(event)
    this.unread.push(event)
    this.isFree = of(event.json, frequent) && !event.json.includes('"free":0')
    if (!of(event.json, frequent) || this.unread.length > mostUnread) this.readUp()
  }

  /** False: surely nobody would be refused now. */
  mightRefuse(nowMs: number): boolean {
    return !this.isFree || !this.opened || this.drop.status === 'paused' || nowMs < this.opensAtMs
  }

  private readUp(): void {
    for (const event of this.unread.splice(0)) this.read(event)
  }

  private read(event: Heard): void {
    const data = JSON.parse(event.json) as { kind: string; at: string; who?: string }
    this.drop = apply({ drop: this.drop }, { kind: data.kind, at: data.at, offset: event.offset, data }).drop
    if (data.kind === 'opened' || data.kind === 'drawn') this.opened = true
    if (data.who !== undefined) this.claimants.add(data.who)
  }

  nameOf(user: string): string {
    return pseudonym(this.salt, user)
  }

  /** Whether this person ever had a claim or an entry here. */
  knows(who: string): boolean {
    this.readUp()
    return this.claimants.has(who)
  }

  /** What everybody who is new here is told, as far as the fold knows. */
  refuses(): 'sold_out' | 'not_open' | undefined {
    this.readUp()
    const { status, sold, stock, waiting, waitlist } = this.drop
    if (status === 'paused') return 'not_open'
    const over = this.opened && sold === stock && waiting === 0 && placesOf(waitlist) === 0
    return over ? 'sold_out' : undefined
  }

  /** Whether the fold stands at the log's head, read after this call. Calls that wait share one read. */
  atHead(): Promise<boolean> {
    this.asking ??= this.flying.then(() => {
      this.asking = undefined
      const asked = this.ask().catch(() => false)
      this.flying = asked
      return asked
    })
    return this.asking
  }

  private async ask(): Promise<boolean> {
    const { heads: found, epoch } = await heads(this.sql, [this.topic])
    this.isOfThePast = epoch !== this.follower?.epoch
    return !this.isOfThePast && (found.get(this.topic) ?? 0) <= this.offset
  }
}
