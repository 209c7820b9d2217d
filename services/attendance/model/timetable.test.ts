import { expect, test } from 'bun:test'
import { fc } from '../../../prove/testing/property'
import { readTimetable } from './timetable'

const reading = { zone: 'Asia/Jakarta', from: '2026-11-21', to: '2027-03-01', holidays: [], title: 'Fisika' }
const calendar = (...lines: string[]): string =>
  ['BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT', ''].join('\r\n').replace(/^/, 'BEGIN:VCALENDAR\r\n')
const lesson = ['DTSTART:20261125T080000', 'DTEND:20261125T090000']
const startsOf = (...lines: string[]): string[] =>
  readTimetable('ical', calendar(...lines), reading).planned.map(({ startsMs }) => new Date(startsMs).toISOString())

test.each([
  ['a month that is none', ['DTSTART:20261399T080000', 'DTEND:20261125T090000']],
  ['the year 0', ['DTSTART:00000101T080000', 'DTEND:00000101T090000']],
  ['the end of all calendars', ['DTSTART:99991231T230000', 'DTEND:99991231T235900']],
  ['a length beyond all calendars', ['DTSTART:20261125T080000', 'DURATION:P99999999999D']],
  ['steps beyond all calendars', [...lesson, 'RRULE:FREQ=DAILY;INTERVAL=99999999;COUNT=9']],
  ['months beyond all calendars', [...lesson, 'RRULE:FREQ=MONTHLY;INTERVAL=99999999;COUNT=9']],
  ['an end that is none', [...lesson, 'RRULE:FREQ=DAILY;UNTIL=20269925T080000']],
])('%s is left out, and told', (_, lines) => {
  const { planned, skipped } = readTimetable('ical', calendar(...lines), reading)
  expect([planned.length, skipped.length]).toEqual([0, 1])
})

test('an exception that is no time excepts nothing', () => {
  expect(startsOf(...lesson, 'EXDATE:20269925T080000')).toEqual(['2026-11-25T01:00:00.000Z'])
})

test('a long repetition ends where calendars do', () => {
  const starts = startsOf(...lesson, 'RRULE:FREQ=MONTHLY;INTERVAL=4000;COUNT=9')
  expect(starts).toEqual(['2026-11-25T01:00:00.000Z', '2360-03-25T01:00:00.000Z', '2693-07-25T01:00:00.000Z'])
})

test.each(['0000-01-01', '0001-01-01', '9999-12-31', '31/02/2026'])('the date %s is left out, and told', (date) => {
  const { planned, skipped } = readTimetable('csv', `date,start,end\n${date},08:00,09:00\n`, reading)
  expect([planned.length, skipped.map(({ what }) => what)]).toEqual([0, [`${date} 08:00 09:00`]])
})

test('whatever a file says, it is read or told, and every lesson has a time', () => {
  const digits = fc.stringMatching(/^\d{8}(T\d{6}Z?)?$/)
  const rule = fc
    .tuple(fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY'), fc.integer({ min: -1, max: 2 ** 40 }), fc.nat(), digits)
    .map(([freq, interval, count, until]) => `RRULE:FREQ=${freq};INTERVAL=${interval};COUNT=${count};UNTIL=${until}`)
  const stamp = fc
    .tuple(fc.constantFrom('DTSTART', 'DTEND', 'EXDATE', 'RECURRENCE-ID', 'DTSTART;TZID=America/St_Johns'), digits)
    .map(([name, value]) => `${name}:${value}`)
  const lines = fc.array(fc.oneof(stamp, rule, fc.string(), fc.constantFrom(...lesson)), { maxLength: 8 })
  fc.assert(
    fc.property(lines, (some) => {
      const { planned } = readTimetable('ical', calendar(...lesson.slice(0, some.length % 3), ...some), reading)
      const iso = (ms: number): string => new Date(ms).toISOString()
      expect(planned.filter(({ startsMs, closesMs }) => iso(startsMs) >= iso(closesMs))).toEqual([])
    }),
    { numRuns: 300 },
  )
})
