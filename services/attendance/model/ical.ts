/** Calendars (RFC 5545), read: timetables as they are exported elsewhere. */
import { isInReach } from '../../../protocol/reach'
import { daysOfRule, type Bounds } from './repeat'
import type { Planned, Read, Reading, Skipped } from './timetable'
import { momentOf, wallTime, zoneName } from './time'

interface Property {
  name: string
  params: Record<string, string>
  value: string
}

type VEvent = Property[]

const why = {
  rule: {
    en: 'a repetition that cannot be read: only daily, weekly and monthly ones can',
    id: 'pengulangan tidak terbaca: hanya harian, mingguan, dan bulanan yang terbaca',
  },
  time: { en: 'no times that can be read', id: 'jam tidak terbaca' },
  allDay: { en: 'a whole day, not a lesson', id: 'sehari penuh, bukan pelajaran' },
}

const mostEvents = 1000
const mostPlanned = 1000

/** Daily, weekly and monthly repetitions, exceptions and moved single ones. What is cancelled is left out. */
export function readIcal(text: string, reading: Reading): Read {
  const events = eventsOf(text)
    .filter((event) => valueOf(event, 'STATUS') !== 'CANCELLED')
    .slice(0, mostEvents)
  const moved = new Set(
    events.flatMap((event) => {
      const id = find(event, 'RECURRENCE-ID')
      return id ? [`${valueOf(event, 'UID')} ${momentIn(id, reading.zone)?.ms}`] : []
    }),
  )
  const read: Read = { planned: [], skipped: [] }
  for (const event of events) {
    // More than anybody takes at once.
    if (read.planned.length > mostPlanned) break
    const planned = plan(event, reading, moved)
    if (Array.isArray(planned)) read.planned.push(...planned)
    else read.skipped.push(planned)
  }
  return read
}

function plan(event: VEvent, reading: Reading, moved: ReadonlySet<string>): Planned[] | Skipped {
  const title = unescaped(valueOf(event, 'SUMMARY')) || reading.title
  const start = momentIn(find(event, 'DTSTART'), reading.zone)
  if (!start) return { what: title, why: why.time }
  if (start.day) return { what: title, why: why.allDay }
  const end = momentIn(find(event, 'DTEND'), reading.zone)?.ms ?? start.ms + durationMs(valueOf(event, 'DURATION'))
  if (end <= start.ms) return { what: title, why: why.time }
  const starts = repeated(event, start, reading)
  if (!starts) return { what: title, why: why.rule }
  const without = new Set(
    event
      .filter(({ name }) => name === 'EXDATE')
      .flatMap((one) => one.value.split(',').map((value) => momentIn({ ...one, value }, start.zone)?.ms)),
  )
  const isMoved = (ms: number): boolean => !find(event, 'RECURRENCE-ID') && moved.has(`${valueOf(event, 'UID')} ${ms}`)
  return starts
    .filter((ms) => !without.has(ms) && !isMoved(ms))
    .map((startsMs) => ({
      ...{ title: title.slice(0, 120), startsMs, closesMs: startsMs + end - start.ms },
      ...(reading.class ? { class: reading.class } : {}),
    }))
}

interface Moment {
  ms: number
  zone: string
  day: boolean
}

/** A floating time is the campus's. */
function momentIn(property: Property | undefined, campus: string): Moment | undefined {
  const [, y, mo, d, h, mi, s, utc] =
    /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(property?.value.trim() ?? '') ?? []
  if (y === undefined) return undefined
  const zone = utc ? 'UTC' : knownZone(property!.params['TZID'], campus)
  const wall = `${y}-${mo}-${d}T${h ?? '00'}:${mi ?? '00'}:${s ?? '00'}`
  if (!isInReach(Date.parse(`${wall}Z`))) return undefined
  return { ms: momentOf(wall, zone), zone, day: h === undefined }
}

function knownZone(name: string | undefined, campus: string): string {
  if (name === undefined) return campus
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zoneName(name) }).resolvedOptions().timeZone
  } catch {
    return campus
  }
}

/** The moments of a rule; on the wall it is always the same time, also where the zone's clocks change. */
function repeated(event: VEvent, start: Moment, bounds: Bounds): number[] | undefined {
  const rule = valueOf(event, 'RRULE')
  if (rule === '') return [start.ms]
  const [date, time] = wallTime(start.ms, start.zone).split('T') as [string, string]
  const value = /(?:^|;)UNTIL=([^;]+)/i.exec(rule)?.[1]
  const until = value === undefined ? undefined : momentIn({ name: '', params: {}, value }, start.zone)
  if (value !== undefined && !until) return undefined
  const lastMs = until ? until.ms + (until.day ? 86_399_999 : 0) : Infinity
  const last = until && wallTime(lastMs, start.zone).slice(0, 10)
  const moments = daysOfRule(rule, date, last, bounds)?.map((day) => momentOf(`${day}T${time}`, start.zone))
  return moments?.filter((ms) => ms <= lastMs)
}

function durationMs(text: string): number {
  const [, d = 0, h = 0, m = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/.exec(text) ?? []
  return ((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60_000
}

function eventsOf(text: string): VEvent[] {
  const events: VEvent[] = []
  let current: VEvent | undefined
  // A line that begins with white space goes on with the one before.
  for (const line of text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    if (/^BEGIN:VEVENT$/i.test(line)) events.push((current = []))
    else if (/^END:VEVENT$/i.test(line)) current = undefined
    else if (current) current.push(propertyOf(line))
  }
  return events
}

function propertyOf(line: string): Property {
  const [, head = '', value = ''] = /^((?:[^":]|"[^"]*")*):(.*)$/.exec(line) ?? []
  const [name = '', ...params] = head.split(';')
  return {
    ...{ name: name.toUpperCase(), value },
    params: Object.fromEntries(
      params.map((param) => {
        const [key = '', text = ''] = param.split('=')
        return [key.toUpperCase(), text.replaceAll('"', '')]
      }),
    ),
  }
}

const find = (event: VEvent, name: string): Property | undefined => event.find((one) => one.name === name)
const valueOf = (event: VEvent, name: string): string => find(event, name)?.value ?? ''
const unescaped = (text: string): string =>
  text.replaceAll(/\\([nN,;\\])/g, (_, sign: string) => (/n/i.test(sign) ? ' ' : sign)).trim()
