/** How sessions are made out of what was asked for, and written, many at a time. */
import type { z } from 'zod'
import { callOne, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { refuse, type Text } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { secret, sha256 } from './codes'
import type { Person, Rules } from './model'
import { genesis } from './model/chain'
import { enabled } from './model/decide'
import { parseCidr } from './model/network'
import { zoneName } from './model/time'
import { mayCall } from './policy'
import type { SessionRow } from './rows'
import type { rulesInput, termsInput } from './schemas'
import * as texts from './texts'

export type Terms = z.infer<typeof termsInput>

export interface Setting {
  location_days: number
  zone: string
  holidays: string[]
  networks: string[]
  now: Date
}

export const settingOf = async (sql: Sql): Promise<Setting> =>
  (
    await sql.query<Setting>(
      `SELECT location_days, zone, holidays, networks, date_trunc('milliseconds', clock_timestamp()) AS now
       FROM attendance.setting`,
    )
  )[0]!

/** What is wrong with these rules, if anything is. */
export function usable({ rules, place }: { rules: z.infer<typeof rulesInput>; place?: unknown }): Text | undefined {
  if (rules.location && !place) return texts.locationWithoutPlace
  const alone = enabled(rulesOf(rules, place)).join() === 'location'
  if (alone && rules.rollCall === false) return texts.locationAlone
  const unknown = rules.network?.find((text) => !parseCidr(text))
  return unknown === undefined ? undefined : texts.notNetwork(unknown)
}

/** A place that is given is meant; location is never the only way. */
export function rulesOf(rules: z.infer<typeof rulesInput>, place: unknown): Rules {
  const location = rules.location ?? place !== undefined
  const only = location && !rules.code && !rules.network?.length
  return { ...rules, location, ...(only ? { rollCall: true } : {}) }
}

export interface Made {
  row: SessionRow
  people: Person[]
  teachers: Person[]
}

export interface Roster {
  students: Person[]
  teachers: Person[]
}

/** A class's people as they are now. @throws Refusal when there is no such class, or the actor doesn't teach it. */
export async function rosterOf(tx: Tx, actor: Actor, key: string, id: string): Promise<Roster> {
  const asked = { actor, key: `${key}:roster`, input: { class: id } }
  const roster = await callOne<Roster>(tx, 'people.class_roster', asked)
  if (!mayCall(actor, roster.teachers)) throw refuse.forbidden(texts.notYourClass)
  return roster
}

export interface Placed {
  opensMs: number
  startsMs: number
  closesMs: number
  setting: Setting
  series?: string
  /** Read once for all sessions of a class. */
  roster?: Roster
}

/** @throws Refusal when there is no such class. */
export async function rowOf(tx: Tx, actor: Actor, key: string, terms: Terms, placed: Placed): Promise<Made> {
  const { opensMs, startsMs, closesMs, setting } = placed
  const roster = placed.roster ?? (terms.class === undefined ? undefined : await rosterOf(tx, actor, key, terms.class))
  const people = unique([...(roster?.students ?? []), ...(terms.roster ?? [])])
  const teachers = unique([...(roster?.teachers ?? []), ...(terms.teachers ?? [])])
  const id = Bun.randomUUIDv7()
  const { now } = setting
  const row: SessionRow = {
    ...{ id, title: terms.title, class: terms.class ?? null, series: placed.series ?? null },
    ...{ zone: zoneName(terms.zone ?? setting.zone), opens_at: new Date(opensMs), starts_at: new Date(startsMs) },
    late_at: terms.lateAfterMinutes === undefined ? null : new Date(startsMs + terms.lateAfterMinutes * 60_000),
    ...{ closes_at: new Date(closesMs), opened: opensMs <= now.getTime(), closed: false },
    once: terms.once ?? terms.class !== undefined,
    walk_ins: terms.walkIns ?? (people.length > 0 ? 'review' : 'accept'),
    ...{ place: terms.place ?? null, rules: rulesOf(terms.rules, terms.place), warn_below: terms.warnBelow ?? null },
    ...{ thread: terms.thread, secret: secret(), created_by: actor.id, seq: 0, hash: genesis(id, sha256), now },
    ...{ location_days: setting.location_days, has_list: people.length > 0 },
  }
  return { row, people, teachers }
}

const unique = (people: readonly Person[]): Person[] => [...new Map(people.map((one) => [one.id, one])).values()]

export async function insertSessions(tx: Tx, made: readonly Made[]): Promise<void> {
  const rows = made.map(({ row }) => row)
  await tx.query(
    `INSERT INTO attendance.session (id, title, class, series, zone, opens_at, starts_at, late_at, closes_at, opened,
       once, walk_ins, place, rules, warn_below, thread, secret, created_by)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
       $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::boolean[], $11::boolean[], $12::text[], $13::json[],
       $14::json[], $15::int[], $16::boolean[], $17::text[], $18::text[])`,
    [
      ...[rows.map(({ id }) => id), rows.map(({ title }) => title), rows.map((row) => row.class)],
      ...[rows.map(({ series }) => series), rows.map(({ zone }) => zone), rows.map((row) => row.opens_at)],
      ...[rows.map((row) => row.starts_at), rows.map((row) => row.late_at), rows.map((row) => row.closes_at)],
      ...[rows.map(({ opened }) => opened), rows.map(({ once }) => once), rows.map((row) => row.walk_ins)],
      rows.map(({ place }) => (place ? JSON.stringify(place) : null)),
      rows.map(({ rules }) => JSON.stringify(rules)),
      ...[rows.map((row) => row.warn_below), rows.map(({ thread }) => thread), rows.map((row) => row.secret)],
      rows.map((row) => row.created_by),
    ],
  )
  await tx.query(
    `INSERT INTO attendance.chain (session, seq, hash, at)
     SELECT id, 0, hash, at FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS n(id, hash, at) ORDER BY id`,
    [rows.map(({ id }) => id), rows.map(({ hash }) => hash), rows.map(({ now }) => now)],
  )
  for (const one of made) await setMembers(tx, one.row.id, one)
}

/** Adds who is not there yet; who left a class stays where they were expected. */
export async function setMembers(
  tx: Tx,
  session: string,
  { people, teachers }: Pick<Made, 'people' | 'teachers'>,
): Promise<void> {
  const members = new Map(people.map((one) => [one.id, { ...one, teaches: false }]))
  for (const one of teachers) members.set(one.id, { ...one, teaches: true })
  if (members.size === 0) return
  const list = [...members.values()]
  await tx.query(
    `INSERT INTO attendance.member (session, user_id, name, teaches)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::boolean[]) ON CONFLICT (session, user_id) DO NOTHING`,
    [session, list.map(({ id }) => id), list.map(({ name }) => name), list.map(({ teaches }) => teaches)],
  )
}
