/**
 * Drops as data: what is said on their topics, and the fold that turns a snapshot and the stream after it into what a
 * screen shows. The life of a claim is in `model/claim.ts`, the lobby's shuffle in `model/lobby.ts`, and the proof that
 * a whole drop was right in `model/verify.ts`.
 */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { words } from '../../protocol/text'
import { states } from './model/claim'

/** The topic that tells of new drops. */
export const directoryTopic = 'drops'
export const topicOf = (drop: string): string => `drops:${drop}`

const count = z.number().int().nonnegative()
const moment = z.iso.datetime({ offset: true })
export const dropId = id.max(40)
export const claimId = z.uuid()
export const quantity = z.number().int().min(1).max(100)
/** A person, as the public record knows them: a pseudonym of this drop alone. */
const who = z.string()

export const mode = z.enum(['first_come', 'lobby'])
export type Mode = z.infer<typeof mode>
export const status = z.enum(['scheduled', 'lobby', 'open', 'paused', 'sold_out'])
export type Status = z.infer<typeof status>

export const counters = z.object({ stock: count, free: count, held: count, sold: count, waiting: count })
export const waitlist = z.union([z.boolean(), z.number().int().min(1).max(100_000)])

export const createInput = z.object({
  title: words(120),
  stock: z.number().int().min(0).max(100_000),
  /** From when units can be claimed; a lobby is drawn then. */
  opensAt: moment,
  perPerson: z.number().int().min(1).max(100).default(1),
  /** How long a unit is kept for who claimed it; 0: it is sold at once. */
  holdSeconds: z.number().int().min(0).max(86_400).default(300),
  mode: mode.default('first_come'),
  /** From when a lobby can be entered; at once if absent. */
  lobbyAt: moment.optional(),
  /** Whether one can wait for units that come back, and how many can. */
  waitlist: waitlist.default(false),
  /** Whether guests may claim as well. Nobody knows who they are, so they can come twice. */
  guests: z.boolean().default(false),
})

const terms = z.object({
  title: z.string(),
  opensAt: z.string(),
  lobbyAt: z.string().optional(),
  perPerson: count,
  holdSeconds: count,
  mode,
  waitlist,
  guests: z.boolean(),
})

export const drop = counters.extend(terms.shape).extend({
  id: dropId,
  status,
  /** How many entered the lobby. */
  entries: count,
  /** The hash of the lobby's seed, known before anybody enters, and the seed, known once it was drawn. */
  commitment: z.string().optional(),
  seed: z.string().optional(),
})
export type Drop = z.infer<typeof drop>

/** One's own claim. */
export const claim = z.object({
  claim: claimId,
  drop: dropId,
  state: z.enum(states),
  quantity,
  until: z.string().optional(),
  /** How many are before one in the line, and oneself. */
  place: count.optional(),
  /** To be shown at pickup. */
  code: z.string().optional(),
})
export type Claim = z.infer<typeof claim>

const ofClaim = z.object({ claim: claimId, who, quantity, counters })

/** Events of `drops:<drop>`, by kind. The counters are those after the event. */
export const dropEvents = {
  created: terms.extend({ counters, commitment: z.string().optional() }),
  entered: z.object({ claim: claimId, who, nonce: z.string(), quantity, entries: count, counters }),
  /** The lobby closed: who is served follows from the seed, the root and the entries. */
  drawn: z.object({ seed: z.string(), root: z.string(), entries: count, until: z.string().optional(), counters }),
  opened: z.object({ counters }),
  paused: z.object({ counters }),
  resumed: z.object({ counters }),
  restocked: z.object({ counters }),
  held: ofClaim.extend({ until: z.string() }),
  waiting: ofClaim.extend({ place: count }),
  offered: ofClaim.extend({ until: z.string() }),
  sold: ofClaim,
  redeemed: ofClaim,
  released: ofClaim,
  declined: ofClaim,
  expired: ofClaim,
}

/** Events of `drops`. */
export const directoryEvents = { created: terms.extend({ id: dropId, stock: count }) }

/** On `inbox:<user>`: a claim of theirs changed without them. */
export const inboxEvents = { claim: claim.extend({ title: z.string() }) }

export interface DropState {
  drop: Drop
}

export interface DropEvent {
  kind: string
  at: string
  offset: number
  data: unknown
}

const anyEvent = z.looseObject({ counters, entries: count.optional(), seed: z.string().optional() })

/** Pure. Events the fold doesn't know leave the state as it is: a newer server may say more. */
export function apply(state: DropState, event: DropEvent): DropState {
  if (!(event.kind in dropEvents)) return state
  const parsed = anyEvent.safeParse(event.data)
  if (!parsed.success) return state
  const { counters: after, entries = state.drop.entries, seed } = parsed.data
  const next: Drop = { ...state.drop, ...after, entries, ...(seed === undefined ? {} : { seed }) }
  return { drop: { ...next, status: statusAfter(next, event) } }
}

function statusAfter(next: Drop, { kind, at }: DropEvent): Status {
  const { status: before } = next
  if (kind === 'paused' || (before === 'paused' && kind !== 'resumed')) return 'paused'
  return statusAt(next, Date.parse(at))
}

/** Of a drop that isn't paused. While a unit is only held it may come back, so that is not sold out. */
export function statusAt(
  { opensAt, lobbyAt, mode: how, sold, stock }: Pick<Drop, 'opensAt' | 'lobbyAt' | 'mode' | 'sold' | 'stock'>,
  nowMs: number,
): Status {
  if (nowMs >= Date.parse(opensAt)) return sold === stock ? 'sold_out' : 'open'
  return how === 'lobby' && nowMs >= Date.parse(lobbyAt ?? '1970-01-01') ? 'lobby' : 'scheduled'
}

export const claimInput = z.object({ drop: dropId, quantity: quantity.default(1) })
export type ClaimInput = z.infer<typeof claimInput>

export const verdicts = ['sold', 'held', 'waiting', 'sold_out', 'limit_reached', 'not_open'] as const
export const claimed = z.object({
  verdict: z.enum(verdicts),
  claim: claimId.optional(),
  code: z.string().optional(),
  until: z.string().optional(),
  place: count.optional(),
})
export type Claimed = z.infer<typeof claimed>

export const dropAnswer = z.object({ drop, position })
export const dropList = z.object({ drops: z.array(drop), position })
export const mine = z.object({
  claims: z.array(claim),
  /** Where one stands in lobbies that aren't drawn yet. */
  entries: z.array(z.object({ drop: dropId, claim: claimId, quantity })),
  /** Who one is on the public record of each drop asked for. */
  who: z.record(dropId, z.string()),
})
