/** The lobby: who enters before the drop opens is served in an order that nobody could steer. */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { Desk } from './desk'
import type { Entered } from './model'
import { mayClaim, maySee } from './policy'
import { entriesBy, firstsOf, type EntryRow } from './rows'
import { pseudonym, secret } from './secrets'
import { guestsNot, noLobby, noSuchDrop } from './texts'
import { enterInput, entered } from './schemas'

/** All of a lobby is drawn in one transaction, and locks the drop for as long as that takes. */
const mostEntries = 20_000

type Enter = z.infer<typeof enterInput>

/**
 * Enters the lobby. Promised: one entry a person; its nonce stands on the public record before the order is drawn.
 * Errors: `not_found`, `forbidden` (guests), `conflict` (no lobby).
 */
export const enter = command<Enter, Entered>({
  name: 'drops.enter',
  summary: 'Enter the lobby of a drop before it opens.',
  input: enterInput,
  output: entered,
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
  if (before) return { answer: withoutEffect<Entered>({ ...answered(before), entries: drop.entries }) }
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
  return { answer: done<Entered>({ ...answered(entry), entries: nth }), entry }
}

type Lobby = NonNullable<ReturnType<Desk['drops']['get']>>

function refusedTo(desk: Desk, drop: Lobby, asked: Enter): Entered['verdict'] | undefined {
  if (drop.opened || drop.closed) return 'closed'
  if (drop.paused || (drop.lobby_at && drop.lobby_at > desk.now)) return 'not_open'
  if (asked.quantity > drop.per_person) return 'limit_reached'
  return drop.entries >= mostEntries ? 'full' : undefined
}

const answered = ({ claim, nonce }: EntryRow): Entered => ({ verdict: 'entered', claim, nonce })
