/** Calendars (RFC 5545): timetables as they are exported elsewhere, read; sessions as a personal calendar, written. */
import type { Planned, Read, Reading, Skipped } from './timetable'
import { addDays, momentOf, wallTime, weekdayOf, zoneName } from './time'

interface Property {
  name: string
  params: Record<string, string>
  value: string
}

type VEvent = Property[]

const why = {
  rule: { en: 'a repetition that is not daily or weekly', id: 'pengulangan selain harian atau mingguan' },
  time: { en: 'no times that can be read', id: 'jam tidak terbaca' },
  allDay: { en: 'a whole day, not a lesson', id: 'sehari penuh, bukan pelajaran' },
}

const mostRepeats = 600

/** Daily and weekly repetitions, exceptions and moved single ones. What is cancelled is left out. */
export function readIcal(text: string, reading: Reading): Read {
  const events = eventsOf(text).filter((event) => valueOf(event, 'STATUS') !== 'CANCELLED')
  const moved = new Set(
    events.flatMap((event) => {
      const id = find(event, 'RECURRENCE-ID')
      return id ? [`${valueOf(event, 'UID')} ${momentIn(id, reading.zone)?.ms}`] : []
    }),
  )
  const read: Read = { planned: [], skipped: [] }
  for (const event of events) {
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
  const starts = repeated(event, start)
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

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

/** The moments of a rule; on the wall it is always the same time, also where the zone's clocks change. */
function repeated(event: VEvent, start: Moment): number[] | undefined {
  const rule = Object.fromEntries(
    valueOf(event, 'RRULE')
      .split(';')
      .map((part) => part.split('=') as [string, string]),
  )
  const { FREQ, INTERVAL = '1', COUNT, UNTIL, BYDAY } = rule
  if (FREQ === undefined) return [start.ms]
  if (FREQ !== 'DAILY' && FREQ !== 'WEEKLY') return undefined
  const [date, time] = wallTime(start.ms, start.zone).split('T') as [string, string]
  const last = UNTIL
    ? (momentIn({ name: '', params: {}, value: UNTIL }, start.zone)?.ms ?? 0) + (UNTIL.length === 8 ? 86_399_999 : 0)
    : Infinity
  const wanted = BYDAY?.split(',').map((day) => days.indexOf(day.slice(-2)) + 1) ?? [weekdayOf(date)]
  const monday = addDays(date, 1 - weekdayOf(date))
  const most = Math.min(mostRepeats, COUNT === undefined ? mostRepeats : Number(COUNT))
  const found: number[] = []
  for (let nth = 0; found.length < most && nth < 4000; nth++) {
    const day = FREQ === 'DAILY' ? addDays(date, nth * Number(INTERVAL)) : addDays(monday, nth)
    const isWeek = Math.floor(nth / 7) % Number(INTERVAL) === 0
    const isWanted =
      FREQ === 'DAILY' ? !BYDAY || wanted.includes(weekdayOf(day)) : isWeek && wanted.includes(weekdayOf(day))
    if (day < date || !isWanted) continue
    const ms = momentOf(`${day}T${time}`, start.zone)
    if (ms > last) break
    found.push(ms)
  }
  return found
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

export interface Written {
  id: string
  title: string
  startsMs: number
  closesMs: number
  description: string
  url: string
}

/** A calendar that phones subscribe to. @param nowMs when it was written. */
export function writeIcal(name: string, events: readonly Written[], nowMs: number): string {
  const at = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Alun//Attendance//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH'],
    ...[`X-WR-CALNAME:${escaped(name)}`, 'REFRESH-INTERVAL;VALUE=DURATION:PT1H', 'X-PUBLISHED-TTL:PT1H'],
    ...events.flatMap(({ id, title, startsMs, closesMs, description, url }) => [
      ...['BEGIN:VEVENT', `UID:${id}@alun`, `DTSTAMP:${at(nowMs)}`, `DTSTART:${at(startsMs)}`, `DTEND:${at(closesMs)}`],
      ...[`SUMMARY:${escaped(title)}`, ...(description ? [`DESCRIPTION:${escaped(description)}`] : [])],
      ...[`URL:${url}`, 'END:VEVENT'],
    ]),
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

const escaped = (text: string): string => text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r?\n/g, '\\n')

/** Lines of at most 75 octets; never cut within a character. */
function folded(line: string): string {
  const parts: string[] = []
  let [part, bytes] = ['', 0]
  for (const character of line) {
    const size = new TextEncoder().encode(character).length
    if (bytes + size > 73) {
      parts.push(part)
      ;[part, bytes] = ['', 0]
    }
    part += character
    bytes += size
  }
  return [...parts, part].join('\r\n ')
}
