/** The lobby: who enters before the drop opens is served in an order that nobody could steer. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { Desk } from './desk'
import { mayClaim, maySee } from './policy'
import { entriesBy, firstsOf, type EntryRow } from './rows'
import { pseudonym, secret } from './secrets'
import { guestsNot, noLobby, noSuchDrop } from './texts'
import { claimId, dropId, quantity } from './schemas'

/** All of a lobby is drawn in one transaction, and locks the drop for as long as that takes. */
const mostEntries = 20_000

const input = z.object({
  drop: dropId,
  quantity: quantity.default(1),
  /** Anything that the server can't know before. Without one the server draws it. */
  nonce: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, _ and -')
    .optional(),
})
const output = z.object({
  verdict: z.enum(['entered', 'not_open', 'closed', 'limit_reached', 'full']),
  /** Becomes the claim once the lobby is drawn. */
  claim: claimId.optional(),
  nonce: z.string().optional(),
  entries: z.number().int().optional(),
})
type Enter = z.infer<typeof input>
type Entered = z.infer<typeof output>

/**
 * Enters the lobby. Promised: one entry a person; its nonce stands on the public record before the order is drawn.
 * Errors: `not_found`, `forbidden` (guests), `conflict` (no lobby).
 */
export const enter = command<Enter, Entered>({
  name: 'drops.enter',
  summary: 'Enter the lobby of a drop before it opens.',
  input,
  output,
  async runMany(tx, calls) {
    const drops = calls.map((call) => call.input.drop)
    const desk = await Desk.open(tx, { drops })
    const users = calls.map(({ actor }) => actor.id)
    const [there, isFirst] = await Promise.all([entriesBy(tx, drops, users), firstsOf(tx, drops, users)])
    const fresh: EntryRow[] = []
    const entries = new Map(there.map((row) => [`${row.drop} ${row.user_id}`, row]))
    const outcomes = calls.map((call) => {
      const outcome = enterOne(desk, entries, isFirst, call)
      if (outcome.entry) fresh.push(outcome.entry)
      return outcome.answer
    })
    await desk.close(fresh)
    return outcomes
  },
})

function enterOne(
  desk: Desk,
  entries: Map<string, EntryRow>,
  isFirst: (drop: string, user: string) => boolean,
  { actor, input: asked }: Call<Enter>,
): { answer: Outcome<Entered>; entry?: EntryRow } {
  const drop = desk.drops.get(asked.drop)
  if (!drop || !maySee(actor, drop)) return { answer: refuse.notFound(noSuchDrop) }
  if (drop.mode !== 'lobby') return { answer: refuse.conflict(noLobby) }
  if (!mayClaim(actor, drop)) return { answer: refuse.forbidden(guestsNot) }
  const place = `${drop.id} ${actor.id}`
  const before = entries.get(place)
  if (before) return { answer: withoutEffect<Entered>({ ...entered(before), entries: drop.entries }) }
  const refused = refusedTo(desk, drop, asked)
  if (refused) return { answer: withoutEffect<Entered>({ verdict: refused }) }
  const entry: EntryRow = {
    ...{ drop: drop.id, user_id: actor.id, claim: Bun.randomUUIDv7(), who: pseudonym(drop.salt, actor.id) },
    ...{
      nonce: asked.nonce ?? secret().slice(0, 32),
      quantity: asked.quantity,
      first: isFirst(drop.id, actor.id),
      nth: ++drop.entries,
    },
  }
  entries.set(place, entry)
  const { claim, who, nonce, quantity: units, first, nth } = entry
  desk.tell(drop, 'entered', who, { claim, who, nonce, quantity: units, entries: nth, ...(first ? { first } : {}) })
  return { answer: done<Entered>({ ...entered(entry), entries: nth }), entry }
}

type Lobby = NonNullable<ReturnType<Desk['drops']['get']>>

function refusedTo(desk: Desk, drop: Lobby, asked: Enter): Entered['verdict'] | undefined {
  if (drop.opened) return 'closed'
  if (drop.paused || (drop.lobby_at && drop.lobby_at > desk.now)) return 'not_open'
  if (asked.quantity > drop.per_person) return 'limit_reached'
  return drop.entries >= mostEntries ? 'full' : undefined
}

const entered = ({ claim, nonce }: EntryRow): Entered => ({ verdict: 'entered', claim, nonce })
