/** A timetable, as tables and calendars write it, turned into moments. Pure: what is today is passed in. */
import { readCsv } from '../../../protocol/csv'
import type { Text } from '../../../protocol/errors'
import { isInReach } from '../../../protocol/reach'
import { readIcal } from './ical'
import { addDays, momentOf, weekdayOf } from './time'

export interface Planned {
  title: string
  class?: string | undefined
  startsMs: number
  closesMs: number
}

export interface Skipped {
  what: string
  why: Text
}

export interface Reading {
  /** The campus's zone, by its IANA name. */
  zone: string
  /** For what is repeated every week: from this day up to and with that one. */
  from: string
  to: string
  holidays: readonly string[]
  title: string
  class?: string | undefined
}

export interface Read {
  planned: Planned[]
  skipped: Skipped[]
}

export const mostSessions = 500

const why = {
  holiday: { en: 'a holiday', id: 'hari libur' },
  day: { en: 'no day or date that can be read', id: 'hari atau tanggal tidak terbaca' },
  time: { en: 'no times that can be read, such as 08:00 and 09:40', id: 'jam tidak terbaca, misalnya 08:00 dan 09:40' },
  order: { en: 'it ends before it begins', id: 'selesai sebelum mulai' },
  title: { en: 'no title', id: 'tanpa judul' },
  many: { en: `more than ${mostSessions} sessions at once`, id: `lebih dari ${mostSessions} sesi sekaligus` },
} satisfies Record<string, Text>

export function readTimetable(format: 'csv' | 'ical' | 'weekly', text: string, reading: Reading): Read {
  const read = format === 'ical' ? readIcal(text, reading) : readRows(rowsOf(format, text), reading)
  return bounded(withoutHolidays(withinReach(read), reading))
}

/** A typing error in a year or a length makes a time that no clock shows. */
function withinReach({ planned, skipped }: Read): Read {
  const isFine = ({ startsMs, closesMs }: Planned): boolean => isInReach(startsMs) && isInReach(closesMs)
  const away = planned.filter((one) => !isFine(one)).map(({ title }) => ({ what: title, why: why.day }))
  return { planned: planned.filter(isFine), skipped: [...skipped, ...away] }
}

function withoutHolidays({ planned, skipped }: Read, { holidays, zone }: Reading): Read {
  const free = new Set(holidays)
  const day = (ms: number): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(ms)
  const away = planned.filter(({ startsMs }) => free.has(day(startsMs)))
  return {
    planned: planned.filter((one) => !away.includes(one)).toSorted((a, b) => a.startsMs - b.startsMs),
    skipped: [
      ...skipped,
      ...away.map(({ title, startsMs }) => ({ what: `${title} ${day(startsMs)}`, why: why.holiday })),
    ],
  }
}

function bounded({ planned, skipped }: Read): Read {
  const over = planned.slice(mostSessions)
  const last = over[0] ? [{ what: `${over[0].title} …`, why: why.many }] : []
  return { planned: planned.slice(0, mostSessions), skipped: [...skipped, ...last].slice(0, 200) }
}

type Row = Partial<Record<Column, string>> & { line: string }
type Column = 'title' | 'class' | 'day' | 'date' | 'start' | 'end'

/** As tables head their columns, in both languages. */
const headers: Record<Column, RegExp> = {
  title: /^(title|judul|course|subject|mata ?kuliah|mata ?pelajaran|nama)$/i,
  class: /^(class|kelas|group|kelompok)$/i,
  day: /^(day|weekday|hari)$/i,
  date: /^(date|tanggal|tgl)$/i,
  start: /^(start|starts|from|mulai|jam ?mulai)$/i,
  end: /^(end|ends|to|until|selesai|jam ?selesai)$/i,
}

/** `weekly`: lines such as `mon 08:00-09:40`. */
function rowsOf(format: 'csv' | 'weekly', text: string): Row[] {
  if (format === 'weekly') {
    return text.split(/[\n;]+/).flatMap((line) => {
      const [day = '', start = '', end = ''] = line.trim().split(/[\s–-]+/)
      return day === '' ? [] : [{ line: line.trim(), day, start, end }]
    })
  }
  const [head = [], ...body] = readCsv(text)
  const columns = head.map((cell) =>
    (Object.keys(headers) as Column[]).find((column) => headers[column].test(cell.trim())),
  )
  return body.map((cells) => {
    const row: Row = { line: cells.join(' ').trim() }
    columns.forEach((column, at) => {
      if (column && cells[at]?.trim()) row[column] = cells[at].trim()
    })
    return row
  })
}

function readRows(rows: readonly Row[], reading: Reading): Read {
  const read: Read = { planned: [], skipped: [] }
  for (const row of rows) {
    const planned = planRow(row, reading)
    if (Array.isArray(planned)) read.planned.push(...planned)
    else read.skipped.push({ what: row.line.slice(0, 120), why: planned })
  }
  return read
}

function planRow(row: Row, reading: Reading): Planned[] | Text {
  const title = row.title ?? reading.title
  if (title === '') return why.title
  const [start, end] = [row.start, row.end].map(timeOf)
  if (!start || !end) return why.time
  if (end <= start) return why.order
  const days = row.date ? [dateOf(row.date)] : daysOf(weekdayNamed(row.day ?? ''), reading)
  if (days.length === 0 || days.some((day) => day === undefined)) return why.day
  const klass = row.class ?? reading.class
  return (days as string[]).map((day) => ({
    ...{ title: title.slice(0, 120), ...(klass ? { class: klass } : {}) },
    startsMs: momentOf(`${day}T${start}`, reading.zone),
    closesMs: momentOf(`${day}T${end}`, reading.zone),
  }))
}

function timeOf(text: string | undefined): string | undefined {
  const [, hours, minutes] = /^(\d{1,2})[.:](\d{2})(?::\d{2})?$/.exec(text ?? '') ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined
  return `${hours.padStart(2, '0')}:${minutes}`
}

/** `2026-11-21`, or as people here write it: `21/11/2026`. */
function dateOf(text: string): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const ours = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text)
  const [year, month, day] = iso ? iso.slice(1) : ours ? [ours[3], ours[2], ours[1]] : []
  if (year === undefined) return undefined
  const date = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  const ms = Date.parse(`${date}T00:00:00Z`)
  return isInReach(ms) && new Date(ms).toISOString().slice(0, 10) === date ? date : undefined
}

const weekdays = [
  /^(mon|monday|sen|senin)$/i,
  /^(tue|tuesday|sel|selasa)$/i,
  /^(wed|wednesday|rab|rabu)$/i,
  /^(thu|thursday|kam|kamis)$/i,
  /^(fri|friday|jum|jumat|jum'at)$/i,
  /^(sat|saturday|sab|sabtu)$/i,
  /^(sun|sunday|min|minggu|ahad)$/i,
]

const weekdayNamed = (text: string): number => weekdays.findIndex((name) => name.test(text)) + 1

function daysOf(weekday: number, { from, to }: Reading): string[] {
  if (weekday === 0) return []
  const first = addDays(from, (weekday - weekdayOf(from) + 7) % 7)
  const days: string[] = []
  for (let day = first; day <= to && days.length <= mostSessions; day = addDays(day, 7)) days.push(day)
  return days
}
