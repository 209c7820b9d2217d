/** The rows of this service, and how they are read and written: many at a time. */
import { bigints, instants, integers, jsons, texts, type Column, type Sql, type Statement } from '../../kernel/db'
import type { Card, Entry, Kind, Photo, Pin, PlaceRef, Priority, Report, State } from './model'
import { statusOf } from './model'

export interface ReportRow {
  id: string
  number: number
  title: string
  details: string
  answers: Record<string, string>
  category: string
  priority: Priority
  state: State
  place_id: string | null
  place_text: string
  building: string | null
  lat: number | null
  lng: number | null
  pin: Pin | null
  photos: Photo[]
  private: boolean
  hide_name: boolean
  reporter: string
  reporter_name: string
  receipt: string
  technician: string | null
  technician_name: string | null
  followers: number
  reopens: number
  merged_into: string | null
  before: State | null
  /** Followers that it brought to the one that it was merged into. */
  absorbed: number
  thread: string | null
  /** The version at which the alarm began that rings for it. */
  alarm: number
  version: number
  created_at: Date
  opened_at: Date
  finished_at: Date | null
  updated_at: Date
}

export const columns = `r.id, r.number, r.title, r.details, r.answers, r.category, r.priority, r.state, r.place_id, r.place_text,
  r.building, r.lat, r.lng, r.pin, r.photos, r.private, r.hide_name, r.reporter, r.reporter_name, r.receipt, r.technician,
  r.technician_name, r.followers, r.reopens, r.merged_into, r.before, r.absorbed, r.thread, r.alarm, r.version, r.created_at, r.opened_at,
  r.finished_at, r.updated_at`

const isNumber = (ref: string): boolean => /^[1-9][0-9]{0,15}$/.test(ref)

/** Ids and numbers, apart. */
const split = (refs: readonly string[]): [string[], number[]] => [
  refs.filter((ref) => !isNumber(ref)),
  refs.filter(isNumber).map(Number),
]

const those = `r.id = ANY ($1::text[]) OR r.number = ANY ($2::bigint[])`

/** Law 1: in one order for everybody. */
export const lockReports = (sql: Sql, refs: readonly string[]): Promise<unknown> =>
  sql.query(`SELECT 1 FROM reports.report r WHERE ${those} ORDER BY r.id FOR UPDATE`, split(refs))

export const readReports = (sql: Sql, refs: readonly string[]): Promise<(ReportRow & { now: Date })[]> =>
  sql.query(`SELECT ${columns}, clock_timestamp() AS now FROM reports.report r WHERE ${those}`, split(refs))

const textOf = (rows: readonly ReportRow[], key: keyof ReportRow): Column =>
  texts(rows.map((row) => row[key] as string | null))
const jsonOf = (rows: readonly ReportRow[], key: keyof ReportRow): Column =>
  jsons(rows.map((row) => (row[key] === null ? null : JSON.stringify(row[key]))))
const intOf = (rows: readonly ReportRow[], key: keyof ReportRow): Column =>
  integers(rows.map((row) => Number(row[key])))
const momentOf = (rows: readonly ReportRow[], key: 'opened_at' | 'finished_at'): (string | null)[] =>
  rows.map((row) => row[key]?.toISOString() ?? null)

/** Columns as arrays, since taking JSON apart there costs more than all else about a row. All are made at one moment. */
export const insertReports = (rows: readonly ReportRow[]): Statement => ({
  text: `INSERT INTO reports.report (id, number, title, details, answers, category, priority, state, place_id, place_text,
       building, lat, lng, photos, private, hide_name, reporter, reporter_name, receipt, alarm, version,
       created_at, opened_at, updated_at, pin)
     SELECT id, number, title, details, answers, category, priority, state, place_id, place_text, building, lat, lng, photos,
       private = 1, hide_name = 1, reporter, reporter_name, receipt, alarm, version, $22, $22, $22, pin
     FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::json[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::float8[], $13::float8[], $14::json[], $15::int[], $16::int[], $17::text[], $18::text[],
       $19::text[], $20::int[], $21::int[], $23::json[])
       AS n(id, number, title, details, answers, category, priority, state, place_id, place_text, building, lat, lng, photos,
         private, hide_name, reporter, reporter_name, receipt, alarm, version, pin)`,
  params: [
    ...[textOf(rows, 'id'), bigints(rows.map(({ number }) => number)), textOf(rows, 'title'), textOf(rows, 'details')],
    ...[jsonOf(rows, 'answers'), textOf(rows, 'category'), textOf(rows, 'priority'), textOf(rows, 'state')],
    ...[textOf(rows, 'place_id'), textOf(rows, 'place_text'), textOf(rows, 'building')],
    ...[rows.map(({ lat }) => lat), rows.map(({ lng }) => lng), jsonOf(rows, 'photos')],
    ...[intOf(rows, 'private'), intOf(rows, 'hide_name'), textOf(rows, 'reporter'), textOf(rows, 'reporter_name')],
    ...[textOf(rows, 'receipt'), intOf(rows, 'alarm'), intOf(rows, 'version'), rows[0]!.created_at.toISOString()],
    jsonOf(rows, 'pin'),
  ],
})

export const updateReports = (rows: readonly ReportRow[]): Statement => ({
  text: `UPDATE reports.report r SET category = n.category, priority = n.priority, state = n.state, place_id = n.place_id,
       place_text = n.place_text, building = n.building, lat = n.lat, lng = n.lng, photos = n.photos,
       technician = n.technician, technician_name = n.technician_name, followers = n.followers, reopens = n.reopens,
       merged_into = n.merged_into, before = n.before, absorbed = n.absorbed, thread = n.thread, alarm = n.alarm,
       version = n.version, opened_at = n.opened_at, finished_at = n.finished_at, updated_at = $23, pin = n.pin
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[],
       $9::float8[], $10::json[], $11::text[], $12::text[], $13::int[], $14::int[], $15::text[], $16::text[], $17::int[],
       $18::text[], $19::int[], $20::int[], $21::timestamptz[], $22::timestamptz[], $24::json[])
       AS n(id, category, priority, state, place_id, place_text, building, lat, lng, photos, technician, technician_name,
         followers, reopens, merged_into, before, absorbed, thread, alarm, version, opened_at, finished_at, pin)
     WHERE r.id = n.id`,
  params: [
    ...[textOf(rows, 'id'), textOf(rows, 'category'), textOf(rows, 'priority'), textOf(rows, 'state')],
    ...[textOf(rows, 'place_id'), textOf(rows, 'place_text'), textOf(rows, 'building')],
    ...[rows.map(({ lat }) => lat), rows.map(({ lng }) => lng), jsonOf(rows, 'photos')],
    ...[textOf(rows, 'technician'), textOf(rows, 'technician_name'), intOf(rows, 'followers'), intOf(rows, 'reopens')],
    ...[textOf(rows, 'merged_into'), textOf(rows, 'before'), intOf(rows, 'absorbed'), textOf(rows, 'thread')],
    ...[intOf(rows, 'alarm'), intOf(rows, 'version'), momentOf(rows, 'opened_at'), momentOf(rows, 'finished_at')],
    rows[0]!.updated_at.toISOString(),
    jsonOf(rows, 'pin'),
  ],
})

export interface EntryRow {
  report: string
  kind: Kind
  entry: Partial<Entry>
  ticket: { offset: number; at: string }
}

export const insertEntries = (rows: readonly EntryRow[]): Statement => ({
  text: `INSERT INTO reports.entry (report, "offset", kind, at, entry)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::json[])`,
  params: [
    texts(rows.map(({ report }) => report)),
    bigints(rows.map(({ ticket }) => ticket.offset)),
    texts(rows.map(({ kind }) => kind)),
    instants(rows.map(({ ticket }) => ticket.at)),
    jsons(rows.map(({ entry }) => JSON.stringify(entry))),
  ],
})

export async function timelineOf(sql: Sql, report: string): Promise<Entry[]> {
  const rows = await sql.query<{ offset: number; kind: Kind; at: Date; entry: Partial<Entry> }>(
    'SELECT "offset", kind, at, entry FROM reports.entry WHERE report = $1 ORDER BY "offset"',
    [report],
  )
  return rows.map(({ offset, kind, at, entry }) => ({ ...entry, offset, kind, at: at.toISOString() }))
}

export interface Recipient {
  /** The report that something happened to. */
  report: string
  /** The report by which this person knows of it: that one, or a duplicate. */
  via: string
  user_id: string
}

/** Reporters and followers of these reports and of their duplicates. */
export const recipientsOf = (sql: Sql, reports: readonly string[]): Promise<Recipient[]> =>
  sql.query<Recipient>(
    `WITH family AS (
       SELECT r.id AS report, r.id AS via, r.reporter FROM reports.report r WHERE r.id = ANY ($1::text[])
       UNION ALL SELECT d.merged_into, d.id, d.reporter FROM reports.report d WHERE d.merged_into = ANY ($1::text[]))
     SELECT report, via, reporter AS user_id FROM family
     UNION SELECT f.report, f.via, o.user_id FROM family f JOIN reports.follower o ON o.report = f.via`,
    [reports],
  )

const optional = <K extends string, V>(name: K, value: V | null): { [P in K]?: V } =>
  (value === null ? {} : { [name]: value }) as { [P in K]?: V }

export const placeOf = (row: ReportRow): PlaceRef => ({
  ...optional('id', row.place_id),
  text: row.place_text,
  ...optional('building', row.building),
  ...optional('lat', row.lat),
  ...optional('lng', row.lng),
  ...optional('pin', row.pin),
})

export const technicianOf = (row: ReportRow): Report['technician'] =>
  row.technician === null ? null : { id: row.technician, name: row.technician_name ?? '' }

/** The report as everybody may know it who may see it. */
export const toReport = (row: ReportRow, timeline: readonly Entry[]): Report => ({
  ...{ id: row.id, number: row.number, title: row.title, details: row.details, answers: row.answers },
  ...{ state: row.state, status: statusOf(row.state), priority: row.priority, category: row.category },
  ...{ place: placeOf(row), photos: row.photos, private: row.private, hideName: row.hide_name },
  ...{ technician: technicianOf(row), followers: row.followers, reopens: row.reopens },
  ...{ mergedInto: row.merged_into, thread: row.thread },
  ...{ createdAt: row.created_at.toISOString(), openedAt: row.opened_at.toISOString() },
  finishedAt: row.finished_at?.toISOString() ?? null,
  timeline,
})

export const toCard = (row: ReportRow): Card => ({
  ...{ id: row.id, number: row.number, title: row.title, state: row.state, status: statusOf(row.state) },
  ...{ priority: row.priority, category: row.category, place: placeOf(row), private: row.private },
  ...{ technician: technicianOf(row), followers: row.followers, reopens: row.reopens },
  ...{ createdAt: row.created_at.toISOString(), openedAt: row.opened_at.toISOString() },
  updatedAt: row.updated_at.toISOString(),
  ...optional('photo', row.photos.find(({ hidden }) => !hidden)?.id ?? null),
})
