/** Many sessions from one timetable: read first, made when it is right. */
import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse, type Text } from '../../protocol/errors'
import { day } from '../../protocol/time'
import { rosterOf, rowOf, settingOf, usable, type Made, type Roster } from './make'
import type { Timetable } from './model/lists'
import { addDays, dayOf, zoneName } from './model/time'
import { mostSessions, readTimetable, type Planned, type Skipped } from './model/timetable'
import { announce } from './organise'
import { mayOpen } from './policy'
import * as schemas from './schemas'
import * as texts from './texts'

const input = schemas.termsInput.omit({ title: true }).extend({
  /** Of rows that have none of their own. */
  title: z.string().max(120).default(''),
  format: z.enum(['csv', 'ical', 'weekly']),
  text: z.string().max(200_000),
  /** What is repeated every week begins and ends with these days; from today, for sixteen weeks. */
  from: day.optional(),
  to: day.optional(),
  /** Beside those of the campus. */
  holidays: z.array(day).max(400).default([]),
  /** What the timetable calls classes, and their ids; others are taken for ids. */
  classes: z.record(z.string().max(120), z.string().max(64)).default({}),
  /** Read and told, and nothing is made. */
  dryRun: z.boolean().default(false),
})
type Input = z.infer<typeof input>

const output = z.object({
  sessions: z.array(
    z.object({ title: z.string(), class: z.string().optional(), startsAt: z.string(), closesAt: z.string() }),
  ),
  skipped: z.array(z.object({ what: z.string(), why: schemas.text })),
  created: z.array(z.string()),
})

const weeks = 16

/**
 * Makes sessions from a table, a calendar, or weekdays with times. What is there already (title, class, start) is left as
 * it is, so the same file may come twice. Errors: `invalid`, `not_found` (a class).
 */
export const timetable = command<Input, Timetable>({
  name: 'attendance.timetable',
  summary: 'Make recurring sessions from a timetable: CSV, iCal, or weekdays and times. With `dryRun` it is only read.',
  roles: mayOpen,
  input,
  output,
  runMany: oneByOne(async (tx, { actor, input: asked, key }): Promise<Outcome<Timetable>> => {
    const wrong = usable(asked)
    if (wrong) return refuse.invalid(wrong)
    const setting = await settingOf(tx)
    const zone = zoneName(asked.zone ?? setting.zone)
    const from = asked.from ?? dayOf(setting.now.getTime(), zone)
    const reading = { ...asked, zone, from, to: asked.to ?? addDays(from, 7 * weeks - 1) }
    const read = readTimetable(asked.format, asked.text, {
      ...reading,
      holidays: [...setting.holidays, ...asked.holidays],
    })
    if (read.planned.length + read.skipped.length === 0) return refuse.invalid(texts.unreadableTimetable)
    const named = read.planned.map((one) => ({ ...one, class: classNamed(asked.classes, one.class) }))
    const { known, rosters, unknown } = await withRosters(tx, { actor, key }, named)
    const { fresh, skipped } = await newOnes(tx, known)
    const answer = { sessions: fresh.map(told), skipped: [...read.skipped, ...unknown, ...skipped], created: [] }
    if (asked.dryRun || fresh.length === 0) return withoutEffect<Timetable>(answer)
    const made: Made[] = []
    const series = Bun.randomUUIDv7()
    for (const one of fresh) {
      const roster = one.class === undefined ? undefined : rosters.get(one.class)
      const terms = { ...asked, title: one.title, class: one.class }
      const opensMs = one.startsMs - asked.earlyMinutes * 60_000
      made.push(await rowOf(tx, actor, key, terms, { ...one, opensMs, setting, series, ...(roster ? { roster } : {}) }))
    }
    await announce(tx, actor, made)
    return done({ ...answer, created: made.map(({ row }) => row.id) })
  }),
})

const told = ({ title, class: klass, startsMs, closesMs }: Planned) => ({
  ...{ title, ...(klass === undefined ? {} : { class: klass }) },
  ...{ startsAt: new Date(startsMs).toISOString(), closesAt: new Date(closesMs).toISOString() },
})

const classNamed = (classes: Input['classes'], name: string | undefined): string | undefined =>
  name && (Object.entries(classes).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1] ?? name)

/** Who is expected in each class. What is of a class that isn't there, or isn't the teacher's, is left out. */
async function withRosters(tx: Tx, { actor, key }: Pick<Call<Input>, 'actor' | 'key'>, planned: readonly Planned[]) {
  const rosters = new Map<string, Roster>()
  const why = new Map<string, Text>()
  for (const id of new Set(planned.flatMap((one) => one.class ?? []))) {
    try {
      rosters.set(id, await rosterOf(tx, actor, `${key}:${id}`, id))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      why.set(id, error.text)
    }
  }
  const known = planned.filter((one) => !one.class || rosters.has(one.class))
  const unknown: Skipped[] = [...why].map(([what, text]) => ({ what, why: text }))
  return { known, rosters, unknown }
}

const there = { en: 'it is there already', id: 'sudah ada' }

async function newOnes(tx: Tx, planned: readonly Planned[]): Promise<{ fresh: Planned[]; skipped: Skipped[] }> {
  const keyOf = (title: string, klass: string | null | undefined, ms: number): string => `${ms} ${klass ?? ''} ${title}`
  const starts = planned.map(({ startsMs }) => new Date(startsMs))
  const rows = await tx.query<{ title: string; class: string | null; starts_at: Date }>(
    `SELECT title, class, starts_at FROM attendance.session WHERE starts_at = ANY ($1::timestamptz[]) LIMIT ${mostSessions * 20}`,
    [starts],
  )
  const known = new Set(rows.map((row) => keyOf(row.title, row.class, row.starts_at.getTime())))
  const isKnown = (one: Planned): boolean => known.has(keyOf(one.title, one.class, one.startsMs))
  return {
    fresh: planned.filter((one) => !isKnown(one)),
    skipped: planned
      .filter(isKnown)
      .slice(0, 100)
      .map(({ title, startsMs }) => ({ what: `${title} ${new Date(startsMs).toISOString()}`, why: there })),
  }
}
