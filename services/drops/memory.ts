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
import type { Budget } from '../../kernel/budget'
import type { Sql } from '../../kernel/db'
import type { Ground } from '../../kernel/service'
import { keyPattern } from '../../protocol/ids'
import type { Actor } from '../../protocol/roles'
import { claimPace, Gate } from './budget'
import { Fold } from './fold'
import { topicOf, type ClaimInput, type Claimed } from './model'
import { mayClaim } from './policy'
import { readDrops, toDrop } from './rows'
import { tallyOf, type Tally } from './tally'

/** Drops that a node remembers; beyond it the one that was asked for longest ago is forgotten. */
const mostFolds = 100
/** A node's idea of the database's clock is right within this. */
const clockErrorMs = 500

type Refused = 'sold_out' | 'not_open'
/** Always the same ones, and frozen: the door writes them out once. */
const refusals: Record<Refused, Claimed> = {
  sold_out: Object.freeze({ verdict: 'sold_out' }),
  not_open: Object.freeze({ verdict: 'not_open' }),
}

/** What one node has standing before the batch. */
interface Front {
  memory: Memory | undefined
  budget: Budget | undefined
  gate: Gate
  tally: Tally
}

const fronts = new WeakMap<Ground, Front>()

/**
 * What `drops.claim` is told at once: come back later, or what a crowd is refused with. Everything that can be asked for
 * is understood here; what isn't well formed is for the schema to complain of.
 */
export function refused(
  actor: Actor,
  { drop, key, quantity = 1 }: Record<string, unknown>,
  sql: Sql,
  ground: Ground,
): Promise<Claimed | undefined> | Claimed | undefined {
  if (typeof drop !== 'string' || typeof key !== 'string' || !keyPattern.test(key)) return undefined
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) return undefined
  const { memory, budget, tally } = frontOf(sql, ground)
  // Read once: for who is refused from memory, the clock is a part of the cost that shows.
  const nowMs = ground.now()
  try {
    budget?.spend(actor.id)
  } catch (error) {
    tally.failed(drop, error, nowMs)
    throw error
  }
  return memory?.answer(actor, drop, quantity, nowMs)
}

/** Stands before the batch of `drops.claim`: lets in as many as it can answer soon, and counts every answer. */
export async function answered(
  next: () => Promise<Claimed>,
  { input }: Call<ClaimInput>,
  sql: Sql,
  ground: Ground,
): Promise<Claimed> {
  const { gate, tally } = frontOf(sql, ground)
  let isInside = false
  try {
    gate.enter()
    isInside = true
    const output = await next()
    tally.answered(input.drop, output.verdict)
    return output
  } catch (error) {
    tally.failed(input.drop, error)
    throw error
  } finally {
    if (isInside) gate.leave()
  }
}

function frontOf(sql: Sql, ground: Ground): Front {
  let front = fronts.get(ground)
  if (!front) {
    const tally = tallyOf(ground, sql)
    const memory = ground.follow && new Memory(sql, tally, ground.follow)
    const budget = ground.budget?.('claims', claimPace)
    fronts.set(ground, (front = { memory, budget, gate: new Gate(), tally }))
  }
  return front
}

type Follow = NonNullable<Ground['follow']>

class Memory {
  private readonly folds = new Map<string, Fold | 'opening'>()

  constructor(
    private readonly sql: Sql,
    private readonly tally: Tally,
    private readonly follow: Follow,
  ) {}

  /** Nothing when the batch has to decide; else it is counted. */
  answer(
    actor: Actor,
    id: string,
    quantity: number,
    nowMs: number,
  ): Claimed | Promise<Claimed | undefined> | undefined {
    const fold = this.folds.get(id)
    if (!fold) return this.open(id)
    if (fold === 'opening') return undefined
    const latest = nowMs + clockErrorMs
    fold.usedAtMs = latest
    // While something is free and nothing is paused, nobody is refused: nothing to read up for.
    if (!fold.mightRefuse(latest)) return undefined
    const { drop } = fold
    if (drop.rehearsal || quantity > drop.perPerson || !mayClaim(actor, drop)) return undefined
    const who = fold.nameOf(actor.id)
    if (fold.knows(who)) return undefined
    // When it opens is part of its terms, which never change.
    if (latest < fold.opensAtMs) return this.tell(id, 'not_open', nowMs)
    const verdict = fold.refuses()
    return verdict && this.confirmed(fold, who, verdict, nowMs)
  }

  private tell(drop: string, verdict: Refused, nowMs: number): Claimed {
    this.tally.answered(drop, verdict, nowMs)
    return refusals[verdict]
  }

  private async confirmed(fold: Fold, who: string, verdict: Refused, nowMs: number): Promise<Claimed | undefined> {
    if (await fold.atHead()) {
      // What was true of the past may have changed while the head was read.
      return fold.knows(who) || fold.refuses() !== verdict ? undefined : this.tell(fold.drop.id, verdict, nowMs)
    }
    if (fold.isOfThePast) this.forget(fold.drop.id)
    return undefined
  }

  private open(id: string): undefined {
    this.folds.set(id, 'opening')
    void this.load(id).then(
      (fold) => {
        this.folds.delete(id)
        if (!fold) return
        this.folds.set(id, fold)
        if (this.folds.size > mostFolds) this.forgetOne()
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

  /** Of those that are whole, the one that was asked for longest ago. */
  private forgetOne(): void {
    const whole = [...this.folds.values()].filter((fold) => fold !== 'opening')
    const { drop } = whole.reduce((oldest, fold) => (fold.usedAtMs < oldest.usedAtMs ? fold : oldest))
    this.forget(drop.id)
  }

  private forget(id: string): void {
    const fold = this.folds.get(id)
    this.folds.delete(id)
    if (fold && fold !== 'opening') fold.follower?.stop()
  }
}
