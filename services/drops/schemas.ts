/** What is said of drops, as schemas: checked at the doors, documented, and never loaded by a page. */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { words } from '../../protocol/text'
import { moment } from '../../protocol/time'
import { modes, statuses, verdicts, type DropKind } from './model'
import { states } from './model/claim'

export const count = z.number().int().nonnegative()
export const dropId = id.max(40)
export const claimId = z.uuid()
export const quantity = z.number().int().min(1).max(100)
/** A person, as the public record knows them: a pseudonym of this drop alone. */
const who = z.string()

export const mode = z.enum(modes)
export const status = z.enum(statuses)
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
  /** A class whose students are served before all others when the lobby is drawn. Who is in it is read now. */
  first: z.object({ class: id, name: words(60) }).optional(),
})

export const terms = z.object({
  title: z.string(),
  opensAt: z.string(),
  lobbyAt: z.string().optional(),
  perPerson: count,
  holdSeconds: count,
  mode,
  waitlist,
  guests: z.boolean(),
  /** Who is served first, and how many they are. */
  first: z.object({ name: z.string(), people: count }).optional(),
  /** A rehearsal of that drop: nothing in it is real, and it goes away. */
  rehearsal: z.string().optional(),
})

export const drop = counters.extend(terms.shape).extend({
  id: dropId,
  status,
  /** The channel in which it is talked about. */
  thread: id.optional(),
  /** How many entered the lobby. */
  entries: count,
  /** The hash of the lobby's seed, known before anybody enters, and the seed, known once it was drawn. */
  commitment: z.string().optional(),
  seed: z.string().optional(),
})

/** One's own claim. */
export const claim = z.object({
  claim: claimId,
  drop: dropId,
  state: z.enum(states),
  quantity,
  until: z.string().optional(),
  /** How many are before one in the line, and oneself. */
  place: count.optional(),
  /**
   * In the line: by then it is one's turn, if nobody before one keeps what is held for them. It rises only when units are
   * sold, the stock is lowered or what is due is late. Null: nothing is held that could come back. Absent: too far to tell.
   */
  turnBy: z.string().nullable().optional(),
  /** To be shown at pickup. */
  code: z.string().optional(),
  /** When it was handed out. */
  redeemedAt: z.string().optional(),
  title: z.string().optional(),
})

const ofClaim = z.object({ claim: claimId, who, quantity, counters })

/** Events of `drops:<drop>`, by kind. The counters are those after the event. */
export const dropEvents = {
  created: terms.extend({ counters, commitment: z.string().optional() }),
  entered: z.object({
    ...{ claim: claimId, who, nonce: z.string(), quantity, entries: count, counters },
    first: z.boolean().optional(),
  }),
  /** The lobby closed: who is served follows from the seed, the root and the entries. */
  drawn: z.object({ seed: z.string(), root: z.string(), entries: count, until: z.string().optional(), counters }),
  opened: z.object({ counters }),
  paused: z.object({ counters }),
  resumed: z.object({ counters }),
  restocked: z.object({ counters }),
  /** Over for good. Those who waited are let go after it. */
  closed: z.object({ counters }),
  held: ofClaim.extend({ until: z.string() }),
  waiting: ofClaim.extend({ place: count }),
  offered: ofClaim.extend({ until: z.string() }),
  sold: ofClaim,
  redeemed: ofClaim,
  released: ofClaim,
  declined: ofClaim,
  expired: ofClaim,
} satisfies Record<DropKind, z.ZodType>

/** Events of `drops`. */
export const directoryEvents = { created: terms.extend({ id: dropId, stock: count }) }

export const rehearseInput = z.object({
  drop: dropId,
  /** How many synthetic buyers. */
  buyers: z.number().int().min(1).max(2000).default(500),
})

export const created = z.object({ id: dropId })

export const claimInput = z.object({ drop: dropId, quantity: quantity.default(1) })

export const claimed = z.object({
  verdict: z.enum(verdicts),
  claim: claimId.optional(),
  code: z.string().optional(),
  until: z.string().optional(),
  place: count.optional(),
})

export const dropAnswer = z.object({ drop, position, mayManage: z.boolean() })
export const dropList = z.object({ drops: z.array(drop), position })
export const mine = z.object({
  claims: z.array(claim),
  /** Where one stands in lobbies that aren't drawn yet. */
  entries: z.array(z.object({ drop: dropId, claim: claimId, quantity })),
  /** Who one is on the public record of each drop asked for. */
  who: z.record(dropId, z.string()),
})

/** For a drop's organiser alone. */
export const tallies = z.object({
  totals: z.array(z.object({ node: z.string(), verdict: z.string(), count })),
  /** Seconds since 1970 in which claims were answered, of the last few minutes in which any were. */
  seconds: z.array(
    z.object({
      ...{ second: z.number().int(), accepted: count, refused: count },
      /** The same again by answer, and by node. */
      verdicts: z.record(z.string(), count),
      nodes: z.record(z.string(), count),
    }),
  ),
})

const line = z.object({
  claim: claimId,
  user: z.string(),
  who: z.string(),
  quantity,
  state: z.enum(states),
  at: z.string(),
  redeemedAt: z.string().optional(),
  redeemedPlace: z.string().optional(),
})
export const sheet = z.object({ title: z.string(), claims: z.array(line), more: z.boolean() })

export const enterInput = z.object({
  drop: dropId,
  quantity: quantity.default(1),
  /** Anything that the server can't know before. Without one the server draws it. */
  nonce: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, _ and -')
    .optional(),
})
export const entered = z.object({
  verdict: z.enum(['entered', 'not_open', 'closed', 'limit_reached', 'full']),
  /** Becomes the claim once the lobby is drawn. */
  claim: claimId.optional(),
  nonce: z.string().optional(),
  entries: z.number().int().optional(),
})

export const managed = z.object({
  verdict: z.enum(['paused', 'resumed', 'restocked', 'closed']),
  stock: z.number().int(),
  free: z.number().int(),
  held: z.number().int(),
  sold: z.number().int(),
  waiting: z.number().int(),
})

export const redeemInput = z.object({
  code: z
    .string()
    .max(40)
    .transform((code) => code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .pipe(z.string().min(1)),
  /** Where it is handed out: shown to whoever scans the same code again. */
  place: z.string().max(120).optional(),
})
export const redeemed = z.object({
  verdict: z.enum(['redeemed', 'already_redeemed']),
  claim: claimId,
  drop: dropId,
  title: z.string(),
  quantity: z.number().int(),
  /** Of the first time. */
  at: z.string(),
  place: z.string().optional(),
})
