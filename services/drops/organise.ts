/** What organisers do with a drop that is there: stop it, end it, change its stock, check codes at pickup. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { Desk } from './desk'
import type { Managed, Redeemed } from './model'
import { restocked } from './model/claim'
import { mayManage, mayScan } from './policy'
import { countersOf, type DropRow } from './rows'
import * as texts from './texts'
import { dropId, managed, redeemed, redeemInput } from './schemas'

const dropOnly = z.object({ drop: dropId })

/** No new claims from now on. What was held or offered stays good, and the line is served. Errors: `forbidden`. */
export const pause = command({
  name: 'drops.pause',
  summary: 'Stop new claims. What is held stays held, and those in line are served.',
  input: dropOnly,
  output: managed,
  runMany: oneByOne((tx, call: Call<{ drop: string }>) => setPaused(tx, call, true)),
})

/** Claims go on. Errors: `forbidden`. */
export const resume = command({
  name: 'drops.resume',
  summary: 'Let claims go on.',
  input: dropOnly,
  output: managed,
  runMany: oneByOne((tx, call: Call<{ drop: string }>) => setPaused(tx, call, false)),
})

async function setPaused(tx: Tx, { actor, input }: Call<{ drop: string }>, paused: boolean): Promise<Outcome<Managed>> {
  const { desk, drop, refused } = await openFor(tx, actor, input.drop)
  if (!drop) return refused
  if (drop.closed) return overFor(desk)
  const verdict = paused ? 'paused' : 'resumed'
  const changes = drop.paused !== paused
  if (changes) {
    drop.paused = paused
    desk.announce(drop, verdict, actor.id)
    await desk.openWhatIsDue()
  }
  await desk.close()
  const answer = { verdict, ...countersOf(drop) } as const
  return changes ? done<Managed>(answer) : withoutEffect<Managed>(answer)
}

/**
 * Ends a drop for good: no claims any more, and those in line are let go and told. What is held or offered can still be
 * taken in its time; what comes back then stays where it is. A second time it says the same. Errors: `forbidden`.
 */
export const close = command({
  name: 'drops.close',
  summary: 'End a drop for good. What is held can still be taken; those in line are let go.',
  input: dropOnly,
  output: managed,
  runMany: oneByOne(async (tx, { actor, input }: Call<{ drop: string }>): Promise<Outcome<Managed>> => {
    const { desk, drop, refused } = await openFor(tx, actor, input.drop)
    if (!drop) return refused
    const changes = !drop.closed
    if (changes) {
      drop.closed = true
      desk.announce(drop, 'closed', actor.id)
      await desk.letGo(drop)
    }
    await desk.close()
    const answer: Managed = { verdict: 'closed', ...countersOf(drop) }
    return changes ? done(answer) : withoutEffect(answer)
  }),
})

/** What fell due is kept, whatever was asked. */
async function overFor(desk: Desk): Promise<Refusal> {
  await desk.close()
  return refuse.conflict(texts.closed)
}

/**
 * Sets the stock. More of it goes to the line first. Errors: `forbidden`, `conflict` (fewer than are sold and held).
 */
export const restock = command({
  name: 'drops.restock',
  summary: 'Raise or lower the stock. Those in line are served first.',
  input: dropOnly.extend({ stock: z.number().int().min(0).max(100_000) }),
  output: managed,
  runMany: oneByOne(async (tx, { actor, input }: Call<{ drop: string; stock: number }>): Promise<Outcome<Managed>> => {
    const { desk, drop, refused } = await openFor(tx, actor, input.drop)
    if (!drop) return refused
    if (drop.closed) return overFor(desk)
    const after = restocked(countersOf(drop), input.stock)
    if (after && input.stock !== drop.stock) {
      Object.assign(drop, after)
      desk.tell(drop, 'restocked', actor.id)
      await desk.serve()
    }
    await desk.close()
    if (!after) return refuse.conflict(texts.belowTaken(drop.sold + drop.held))
    return done<Managed>({ verdict: 'restocked', ...countersOf(drop) })
  }),
})

type Opened = { desk: Desk; drop: DropRow; refused?: never } | { desk?: never; drop?: never; refused: Refusal }

/** @returns the desk, for who may manage the drop. */
async function openFor(tx: Tx, actor: Actor, id: string): Promise<Opened> {
  const desk = await Desk.open(tx, { drops: [id] })
  const drop = desk.drops.get(id)
  if (drop && mayManage(actor, drop)) return { desk, drop }
  // What fell due is kept, whoever came.
  await desk.close()
  return { refused: drop ? refuse.forbidden(texts.notYours) : refuse.notFound(texts.noSuchDrop) }
}

type Redeem = z.infer<typeof redeemInput>

/**
 * Hands out what was sold, once. Promised: of all scans of a code on all nodes one is the first; the others learn when
 * and where that was. Errors: `not_found`.
 */
export const redeem = command<Redeem, Redeemed>({
  name: 'drops.redeem',
  summary: 'Check a code at pickup. It is good once.',
  input: redeemInput,
  output: redeemed,
  async runMany(tx, calls) {
    const found = await tx.query<{ id: string; code: string }>(
      'SELECT id, code FROM drops.claim WHERE code = ANY ($1::text[])',
      [calls.map(({ input }) => input.code)],
    )
    const ids = new Map(found.map(({ id, code }) => [code, id]))
    const desk = await Desk.ofClaims(tx, [...ids.values()])
    const outcomes = calls.map((call) => redeemOne(desk, ids.get(call.input.code), call))
    await desk.close()
    return outcomes
  },
})

function redeemOne(desk: Desk, id: string | undefined, { actor, input }: Call<Redeem>): Outcome<Redeemed> {
  const claim = id === undefined ? undefined : desk.claims.get(id)
  const drop = claim && desk.drops.get(claim.drop)
  if (!claim || !drop || !mayScan(actor, drop)) return refuse.notFound(texts.noSuchCode)
  const first = desk.move(claim, 'redeem')
  if (first) Object.assign(claim, { redeemed_at: desk.now, redeemed_place: input.place ?? null })
  const answer: Redeemed = {
    verdict: first ? 'redeemed' : 'already_redeemed',
    ...{ claim: claim.id, drop: drop.id, title: drop.title, quantity: claim.quantity },
    at: claim.redeemed_at!.toISOString(),
    ...(claim.redeemed_place ? { place: claim.redeemed_place } : {}),
  }
  return first ? done(answer) : withoutEffect(answer)
}
