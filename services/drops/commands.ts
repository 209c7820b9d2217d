/** What people do: enter the lobby, claim, confirm, give back. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { Desk } from './desk'
import { answered, refused } from './memory'
import { type Claimed, type ClaimInput } from './model'
import { decide, isTimed, states, type Happening } from './model/claim'
import { mayClaim, maySee } from './policy'
import { termsOf, type ClaimRow } from './rows'
import { guestsNot, noSuchClaim, noSuchDrop } from './texts'
import { claimed, claimId, claimInput } from './schemas'

/**
 * Asks for units: all of them or none. Promised: one key is one claim; what is answered is committed; never more than
 * the stock; who waits is served in strict order. Errors: `not_found`, `forbidden` (guests).
 */
export const claim = command<ClaimInput, Claimed>({
  name: 'drops.claim',
  summary: 'Claim units of a drop.',
  input: claimInput,
  output: claimed,
  glance: refused,
  around: answered,
  async runMany(tx, calls) {
    const drops = calls.map(({ input }) => input.drop)
    const desk = await Desk.open(tx, { drops, people: { drops, users: calls.map(({ actor }) => actor.id) } })
    const collected: ClaimRow[] = []
    const places = new Map<string, number>()
    const outcomes = calls.map((call) => claimOne(desk, call, collected, places))
    for (const [id, place] of await desk.places(collected)) places.set(id, place)
    await desk.close()
    return outcomes
  },
})

function claimOne(
  desk: Desk,
  { actor, input }: Call<ClaimInput>,
  collected: ClaimRow[],
  places: Map<string, number>,
): Outcome<Claimed> {
  const drop = desk.drops.get(input.drop)
  if (!drop || !maySee(actor, drop)) return refuse.notFound(noSuchDrop)
  if (!mayClaim(actor, drop)) return refuse.forbidden(guestsNot)
  if (!drop.opened || drop.paused || drop.closed) return withoutEffect<Claimed>({ verdict: 'not_open' })
  const drawn = desk.uncollectedOf(drop.id, actor.id)
  if (drawn) {
    drawn.uncollected = false
    desk.touch(drawn)
    collected.push(drawn)
    return done<Claimed>(() => verdictOn(drawn, places.get(drawn.id)))
  }
  const decision = decide(termsOf(drop), drop, input.quantity, desk.unitsOf(drop.id, actor.id))
  if (decision === 'sold_out' || decision === 'limit_reached') return withoutEffect<Claimed>({ verdict: decision })
  const made = desk.begin(drop, actor.id, input.quantity)
  desk.move(made, decision)
  return done<Claimed>(verdictOn(made, drop.waiting))
}

function verdictOn({ id, state, until, code }: ClaimRow, place?: number): Claimed {
  if (state === 'waiting') return { verdict: 'waiting', claim: id, ...(place === undefined ? {} : { place }) }
  if (isTimed(state)) return { verdict: 'held', claim: id, until: until!.toISOString() }
  return { verdict: 'sold', claim: id, ...(code ? { code } : {}) }
}

const changeInput = z.object({ claim: claimId })
const changeOutput = z.object({ verdict: z.enum(states), claim: claimId, code: z.string().optional() })
type Change = z.infer<typeof changeInput>
type Changed = z.infer<typeof changeOutput>

/**
 * Takes what was held or offered for good. Promised: at or after `until` it is refused as expired, by the database's
 * clock; a second time it says the same. Errors: `not_found`.
 */
export const confirm = change('confirm', 'Take what is held for you or offered to you.')
/** Gives back what is held or offered, or leaves the line. Who waits is served at once. Errors: `not_found`. */
export const release = change('release', 'Give back what is held for you, or leave the line.')
/** Says no to an offer, or leaves the line. Who waits is served at once. Errors: `not_found`. */
export const decline = change('decline', 'Say no to what is offered to you, or leave the line.')

function change(what: Happening, summary: string) {
  return command<Change, Changed>({
    name: `drops.${what}`,
    summary,
    input: changeInput,
    output: changeOutput,
    async runMany(tx, calls) {
      const desk = await Desk.ofClaims(
        tx,
        calls.map(({ input }) => input.claim),
      )
      const outcomes = calls.map((call) => changeOne(desk, what, call))
      await desk.serve()
      await desk.close()
      return outcomes
    },
  })
}

function changeOne(desk: Desk, what: Happening, { actor, input }: Call<Change>): Outcome<Changed> {
  const row = desk.claims.get(input.claim)
  if (!row || row.user_id !== actor.id) return refuse.notFound(noSuchClaim)
  const moved = desk.move(row, what)
  const { id, state, code } = row
  const answer: Changed = { verdict: state, claim: id, ...(code ? { code } : {}) }
  return moved ? done(answer) : withoutEffect(answer)
}
