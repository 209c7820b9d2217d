/** What may be asked and what is answered, as schemas. Types and the fold are in `model.ts`, where pages can have them alone. */
import { z } from 'zod'
import { position as topicPosition } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { words } from '../../protocol/text'
import { day, moment } from '../../protocol/time'
import { directions, recordStates, statuses } from './model'

const count = z.number().int().nonnegative()
export const sessionId = id.max(40)
export const recordId = z.uuid()
/** As everywhere: the person's own topic is named by it, and a thread takes no other. */
export const userId = id
export const direction = z.enum(directions)
export const status = z.enum(statuses)
/** An IANA time zone, or one of Indonesia's three. */
export const zone = z.string().max(40).refine(isZone, 'a time zone such as WIB, WITA, WIT or Asia/Jakarta')

function isZone(name: string): boolean {
  if (['WIB', 'WITA', 'WIT'].includes(name)) return true
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

const lat = z.number().min(-90).max(90)
const lng = z.number().min(-180).max(180)
export const place = z.object({ lat, lng, radius: z.number().min(5).max(50_000), name: words(120).optional() })
export const fix = z.object({
  lat,
  lng,
  accuracy: z.number().min(0).max(10_000_000),
  /** Milliseconds since the device took it, by its own clock: no matter how wrong that is. */
  age: z.number().min(0).max(1e12).optional(),
})

export const rulesInput = z.object({
  code: z.boolean().optional(),
  codeSeconds: z.number().int().min(5).max(120).default(10),
  location: z.boolean().optional(),
  network: z.array(z.string().max(50)).max(50).optional(),
  rollCall: z.boolean().optional(),
  need: z.enum(['any', 'all']).default('any'),
})
export const rules = rulesInput.extend({ codeSeconds: count, need: z.enum(['any', 'all']) })

export const person = z.object({ id: userId, name: words(240) })

/** What all sessions of a timetable entry share. */
export const termsInput = z.object({
  title: words(120),
  class: id.optional(),
  /** Who is expected, where there is no class. */
  roster: z.array(person).max(5000).optional(),
  teachers: z.array(person).max(50).optional(),
  zone: zone.optional(),
  lateAfterMinutes: z.number().int().min(0).max(1440).optional(),
  /** How long before its start one can check in. */
  earlyMinutes: z.number().int().min(0).max(1440).default(0),
  once: z.boolean().optional(),
  walkIns: z.enum(['accept', 'review', 'refuse']).optional(),
  place: place.optional(),
  rules: rulesInput.default({ codeSeconds: 10, need: 'any' }),
  warnBelow: z.number().int().min(1).max(100).optional(),
  /** A thread in Discussion for those who are in it. */
  thread: z.boolean().default(false),
})
export const openInput = termsInput.extend({
  opensAt: moment.optional(),
  startsAt: moment.optional(),
  closesAt: moment.optional(),
  /** From midnight to midnight of the session's zone, for daily check-in and check-out. */
  wholeDay: day.optional(),
})
export const editInput = z.object({
  session: sessionId,
  title: words(120).optional(),
  opensAt: moment.optional(),
  startsAt: moment.optional(),
  closesAt: moment.optional(),
  lateAfterMinutes: z.number().int().min(0).max(1440).nullable().optional(),
  once: z.boolean().optional(),
  walkIns: z.enum(['accept', 'review', 'refuse']).optional(),
  place: place.nullable().optional(),
  rules: rulesInput.optional(),
  warnBelow: z.number().int().min(1).max(100).nullable().optional(),
})

export const session = z.object({
  id: sessionId,
  title: z.string(),
  class: z.string().optional(),
  zone: z.string(),
  opensAt: z.string(),
  startsAt: z.string(),
  lateAt: z.string().optional(),
  closesAt: z.string(),
  status: z.enum(['scheduled', 'open', 'closed']),
  once: z.boolean(),
  walkIns: z.enum(['accept', 'review', 'refuse']),
  place: place.optional(),
  rules,
  warnBelow: count.optional(),
  thread: z.boolean(),
})

export const checkInput = z.object({
  session: sessionId,
  direction: direction.default('in'),
  position: fix.optional(),
  /** What is shown, typed or scanned; or the ticket that a scan was exchanged for. */
  code: z.string().max(200).optional(),
  /** From `GET /attendance/network/<session>`: that one calls from the campus network. */
  network: z.string().max(200).optional(),
  /** The device's clock: kept as evidence, decides nothing. */
  capturedAt: moment.optional(),
})
export type CheckInput = z.infer<typeof checkInput>

export const text = z.object({ en: z.string(), id: z.string() })
export const winner = z.object({ id: recordId, at: z.string(), node: z.string() })
export const checked = z.object({
  verdict: z.enum(['accepted', 'duplicate', 'refused']),
  reason: z.string().optional(),
  say: text,
  ways: z.array(z.string()).optional(),
  record: winner.optional(),
  pending: z.boolean().optional(),
  late: z.boolean().optional(),
  flags: z.array(z.string()).optional(),
  distance: z.number().optional(),
})

export const entry = z.object({
  id: recordId,
  user: z.string(),
  name: z.string(),
  direction,
  at: z.string(),
  node: z.string(),
  state: z.enum(recordStates),
  late: z.boolean(),
  how: z.string(),
  band: z.string().optional(),
  flags: z.array(z.string()),
})
export const mark = z.object({
  user: z.string(),
  name: z.string(),
  status,
  by: z.object({ id: z.string(), name: z.string() }),
  at: z.string(),
  reason: z.string().optional(),
})
export const refused = z.object({
  ...{ user: z.string(), name: z.string(), direction, reason: z.string(), at: z.string() },
})
export const counts = z.object({
  ...{ expected: count, present: count, late: count, pending: count, excused: count, absent: count, waiting: count },
  out: count,
})
export const people = z.array(z.object({ id: z.string(), name: z.string() }))
export const board = z.object({
  session,
  people,
  records: z.array(entry),
  /** Taken back or declined. */
  undone: z.array(entry),
  marks: z.array(mark),
  refusals: z.array(refused),
  counts,
  position: topicPosition,
  seq: count,
  hash: z.string(),
})

const head = { seq: count, hash: z.string() }
export const sessionEvents = {
  opened: z.object({ session, people, ...head }),
  edited: z.object({ session, ...head }),
  closed: z.object({ session, ...head }),
  checked: z.object({ records: z.array(entry), refusals: z.array(refused), ...head }),
  changed: z.object({ record: entry, reason: z.string().optional(), ...head }),
  marked: z.object({ marks: z.array(mark), ...head }),
}
/** On `attendance`: something about this session is new. */
export const directoryEvents = { session: z.object({ session: sessionId }) }

export const attempt = z.object({
  ...{ seq: count, at: z.string(), kind: z.string(), actor: z.string(), user: z.string(), name: z.string() },
  ...{ direction: z.string(), verdict: z.string(), reason: z.string(), details: z.string() },
  ...{ commitment: z.string(), hash: z.string() },
  coordinates: z.string().nullable(),
  salt: z.string().nullable(),
})

export const calendarEvents = z.object({
  nowMs: z.number(),
  events: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      description: z.string(),
      startsMs: z.number(),
      closesMs: z.number(),
    }),
  ),
})
