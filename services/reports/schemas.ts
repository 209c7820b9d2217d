/** The shapes of what reports' commands and queries take and give, and of what is said on their topics. */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { words } from '../../protocol/text'
import { kinds, placeKinds, priorities, states, statuses } from './model'

const count = z.number().int().nonnegative()
const moment = z.string()
export const maxPhotos = 5

/** A report by its id or its number. */
export const reportRef = z.union([id.max(40), z.number().int().positive().transform(String)])
export const fileId = z.uuid()
const photoIds = z.array(fileId).max(maxPhotos)
const note = words(4000)
const lat = z.number().min(-90).max(90)
const lng = z.number().min(-180).max(180)
const metres = z.number().min(0).max(20_000)

/**
 * A place's id, what its sticker says, or one's own words; or an object with any of these and where on the map it is.
 */
export const placeInput = z.union([
  words(200),
  z
    .object({
      ...{ id: words(200).optional(), text: words(200).optional(), lat: lat.optional(), lng: lng.optional() },
      /** A spot on the plan of the place, in metres from its left and its top. */
      pin: z.object({ plan: fileId, x: metres, y: metres }).optional(),
    })
    .refine(({ id: place, text, lat: north }) => place !== undefined || text !== undefined || north !== undefined, {
      message: 'an id, a text, or lat and lng',
    })
    .refine(({ lat: north, lng: east }) => (north === undefined) === (east === undefined), {
      message: 'lat and lng go together',
    }),
])
export type PlaceInput = z.infer<typeof placeInput>

export const submitInput = z.object({
  title: words(200),
  details: z
    .string()
    .max(8000)
    .pipe(z.literal('').or(words(8000)))
    .optional(),
  place: placeInput,
  /** Without it, the category's. */
  priority: z.enum(priorities).optional(),
  category: id.max(40).optional(),
  /** By the ids of the category's questions. */
  answers: z.record(id.max(40), words(1000)).optional(),
  photos: photoIds.optional(),
  /** For handlers only. */
  private: z.boolean().default(false),
  /** The name is for handlers only. */
  hideName: z.boolean().default(false),
})
export type SubmitInput = z.infer<typeof submitInput>

export const submitted = z.object({
  id: z.string(),
  number: count,
  status: z.enum(statuses),
  /** `/reports/receipt/<receipt>`: whoever has it may follow the report. */
  receipt: z.string(),
})
export type Submitted = z.infer<typeof submitted>

const person = z.object({ id: z.string(), name: z.string() })
export const text = z.object({ en: words(500), id: words(500) })

export const photo = z.object({
  id: z.string(),
  part: z.enum(['before', 'after', 'more']),
  status: z.enum(['pending', 'ready', 'failed']),
  hidden: z.literal(true).optional(),
})
export const placeRef = z.object({
  id: z.string().optional(),
  text: z.string(),
  building: z.string().optional(),
  lat: z.number().optional(),
  lng: z.number().optional(),
  pin: z.object({ plan: z.string(), metres: z.number(), x: z.number(), y: z.number() }).optional(),
})

const common = {
  id: z.string(),
  number: count,
  title: z.string(),
  state: z.enum(states),
  status: z.enum(statuses),
  priority: z.enum(priorities),
  category: z.string(),
  place: placeRef,
  private: z.boolean(),
  technician: person.nullable().optional(),
  followers: count,
  reopens: count,
  createdAt: moment,
  openedAt: moment,
}

export const entry = z.object({
  offset: count,
  kind: z.enum(kinds),
  at: moment,
  by: person.optional(),
  note: z.string().optional(),
  reason: z.string().optional(),
  other: z.object({ id: z.string(), number: count }).optional(),
  photos: z.array(z.string()).optional(),
  status: z.enum(['pending', 'ready', 'failed']).optional(),
  alerted: count.optional(),
  round: count.optional(),
})

export const report = z.object({
  ...common,
  details: z.string(),
  answers: z.record(z.string(), z.string()),
  photos: z.array(photo).readonly(),
  hideName: z.boolean(),
  mergedInto: z.string().nullable().optional(),
  thread: z.string().nullable().optional(),
  finishedAt: moment.nullable().optional(),
  timeline: z.array(entry).readonly(),
})

export const card = z.object({ ...common, updatedAt: moment, photo: z.string().optional() })

const viewer = z.object({
  reporter: person.optional(),
  mine: z.boolean(),
  following: z.boolean(),
  receipt: z.string().optional(),
  duplicates: z.array(z.object({ id: z.string(), number: count, title: z.string() })),
  into: z.object({ id: z.string(), number: count, status: z.enum(statuses) }).optional(),
})

export const got = z.object({ report, viewer, position })
export const cards = z.object({ cards: z.array(card) })
export const boardOutput = z.object({ cards: z.array(card), position })

/** What every change answers. */
export const changed = z.object({ id: z.string(), number: count, status: z.enum(statuses), state: z.enum(states) })
export type Changed = z.infer<typeof changed>

export const reportOnly = z.object({ report: reportRef })
export const noted = reportOnly.extend({ note: note.optional() })
export const updateInput = reportOnly.extend({
  note: note.optional(),
  /** `waiting`: for a part, for somebody; `in_progress`: it goes on. */
  state: z.enum(['waiting', 'in_progress']).optional(),
  priority: z.enum(priorities).optional(),
  category: id.max(40).optional(),
  place: placeInput.optional(),
  photos: photoIds.optional(),
})
export const finishInput = reportOnly.extend({
  note,
  photos: photoIds.default([]),
  /** Why there is no photo of the repair; for admins. */
  override: note.optional(),
})
export const rejectInput = reportOnly.extend({ reason: note })
export const assignInput = z.object({ reports: z.array(reportRef).min(1).max(50), technician: id.max(64) })
export const meTooInput = noted.extend({ photos: photoIds.optional() })
export const mergeInput = reportOnly.extend({ into: reportRef })
export const receiptInput = z.object({ receipt: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/) })
export const hideInput = reportOnly.extend({ photo: fileId, reason: note.optional() })
export const dutyInput = z.object({ on: z.boolean(), team: id.max(40).nullable().optional() })
export const watchInput = z.object({
  report: id.max(40),
  photo: fileId,
  round: count,
  status: z.enum(['pending', 'ready', 'failed']),
})
export const alertInput = z.object({ report: id.max(40), round: count, alarm: count })

export const question = z.object({
  id: id.max(40),
  text,
  choices: z.array(text).max(20).optional(),
  required: z.boolean().optional(),
})
export const category = z.object({
  id: id.max(40),
  name: text,
  team: id.max(40),
  priority: z.enum(priorities),
  questions: z.array(question).max(10).default([]),
  templates: z
    .array(z.object({ id: id.max(40), text }))
    .max(20)
    .default([]),
  archived: z.boolean().optional(),
  order: z.number().int().min(0).max(10_000).default(100),
})

export const placeCode = z
  .string()
  .trim()
  .transform((code) => code.toUpperCase())
  .pipe(z.string().regex(/^[A-Z0-9][A-Z0-9._-]{0,31}$/, 'capitals, digits, . _ and -, at most 32'))
export const place = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  kind: z.enum(placeKinds),
  name: z.string(),
  code: z.string(),
  path: z.string(),
  lat: z.number().optional(),
  lng: z.number().optional(),
  plan: z.object({ file: z.string(), metres: z.number() }).optional(),
})
export const placeSave = z.object({
  /** Without it, a new one. */
  id: id.max(40).optional(),
  parent: id.max(40).nullable().default(null),
  kind: z.enum(placeKinds),
  name: words(80),
  /** Without it, one is made up. */
  code: placeCode.optional(),
  lat: lat.nullable().optional(),
  lng: lng.nullable().optional(),
})

/** Events of `reports:<report>`: what changed of it, and the entry of its timeline. */
const told = z.object({ change: report.omit({ id: true, timeline: true }).partial(), entry: entry.partial() })
export const reportEvents = {
  ...Object.fromEntries(kinds.map((kind) => [kind, told])),
  card: z.object({ card }),
  file: z.looseObject({}),
}
