/** The rows of this service, and how they are read and written: many at a time. */
import type { Sql, Statement } from '../../kernel/db'
import type { Card, Entry, Kind, Photo, PlaceRef, Priority, Report, State } from './model'
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
  r.building, r.lat, r.lng, r.photos, r.private, r.hide_name, r.reporter, r.reporter_name, r.receipt, r.technician,
  r.technician_name, r.followers, r.reopens, r.merged_into, r.before, r.absorbed, r.thread, r.alarm, r.version, r.created_at, r.opened_at,
  r.finished_at, r.updated_at`

/** What `json_to_recordset` makes of rows that were written as JSON. */
const shape = `id text, number bigint, title text, details text, answers json, category text, priority text, state text,
  place_id text, place_text text, building text, lat float8, lng float8, photos json, private boolean, hide_name boolean,
  reporter text, reporter_name text, receipt text, technician text, technician_name text, followers int, reopens int,
  merged_into text, before text, absorbed int, thread text, alarm int, version int, created_at timestamptz, opened_at timestamptz,
  finished_at timestamptz, updated_at timestamptz`

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

export const insertReports = (rows: readonly ReportRow[]): Statement => ({
  text: `INSERT INTO reports.report SELECT n.id, n.number, n.title, n.details, n.answers, n.category, n.priority, n.state,
       n.place_id, n.place_text, n.building, n.lat, n.lng, n.photos, n.private, n.hide_name, n.reporter, n.reporter_name,
       n.receipt, n.technician, n.technician_name, n.followers, n.reopens, n.merged_into, n.before, n.absorbed, n.thread, n.alarm, n.version,
       n.created_at, n.opened_at, n.finished_at, n.updated_at
     FROM json_to_recordset($1::json) AS n(${shape})`,
  params: [JSON.stringify(rows)],
})

export const updateReports = (rows: readonly ReportRow[]): Statement => ({
  text: `UPDATE reports.report r SET category = n.category, priority = n.priority, state = n.state, place_id = n.place_id,
       place_text = n.place_text, building = n.building, lat = n.lat, lng = n.lng, photos = n.photos,
       technician = n.technician, technician_name = n.technician_name, followers = n.followers, reopens = n.reopens,
       merged_into = n.merged_into, before = n.before, absorbed = n.absorbed, thread = n.thread, alarm = n.alarm, version = n.version, opened_at = n.opened_at,
       finished_at = n.finished_at, updated_at = n.updated_at
     FROM json_to_recordset($1::json) AS n(${shape}) WHERE r.id = n.id`,
  params: [JSON.stringify(rows)],
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
    rows.map(({ report }) => report),
    rows.map(({ ticket }) => ticket.offset),
    rows.map(({ kind }) => kind),
    rows.map(({ ticket }) => ticket.at),
    rows.map(({ entry }) => JSON.stringify(entry)),
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
