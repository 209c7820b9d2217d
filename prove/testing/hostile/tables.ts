/** Files that people bring, nearly as they should be: rosters, tables of lessons, calendars. A schema says of them only that they are text. */
import type { Random } from '../random'
import { wicked } from './words'

/** Cells that have a meaning somewhere, and some that look as if they had. */
const cells = {
  email: ['a@campus.test', 'A@Campus.test', 'b@campus.test', 'c@alun.invalid', 'd@', ''],
  number: ['7', '7', 'n-1', 'N-1', 'İ1', 'ΑΣ', 'ασ', 'ﬃ', '１', '-', ''],
  role: ['student', 'Dosen', '', 'constructor', '__proto__', 'admin', 'guest'],
  class: ['K1', 'k1|K1', 'İst', 'i̇st', 'K|', '|', '', 'a'.repeat(79) + '😀'],
  date: [
    '2026-11-25',
    '25/11/2026',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '2026-02-30',
    '31.12.2999',
    '1900-01-01',
  ],
  day: ['mon', 'Jumat', "jum'at", 'x', ''],
  start: ['08:00', '7.15', '00:00', '23:59', '24:00', '99:99'],
  end: ['09:40', '23:59', '00:00', '8:00'],
} satisfies Record<string, string[]>

const stamps = [
  '20261125T080000',
  '20261125T090000Z',
  '20261125',
  '20269999T999999',
  '00000101T000000',
  '99991231T235960',
]
const steps = ['', '1', '2', '0', '-1', '99999999', '1e9', '0.5', '4000']

export function roster(random: Random): string {
  return table(random, ['name', 'email', 'number', 'role', 'class'])
}

export function lessons(random: Random): string {
  return random.chance(0.5) ? calendar(random) : table(random, ['title', 'class', 'day', 'date', 'start', 'end'])
}

function table(random: Random, columns: readonly string[]): string {
  const part = random.pick([',', ',', ';', '\t'])
  const kept = columns.filter(() => random.chance(0.85))
  const cell = (column: string): string => {
    const text = column in cells && random.chance(0.9) ? random.pick(cells[column as keyof typeof cells]) : word(random)
    return random.chance(0.8) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const rows = Array.from({ length: random.int(9) }, () => kept.map(cell).join(part))
  return [kept.join(part), ...rows].join(random.pick(['\n', '\r\n', '\r']))
}

function calendar(random: Random): string {
  const stamp = (): string => (random.chance(0.5) ? stamps[0]! : random.pick(stamps))
  const step = (): string => random.pick(steps)
  const rule = (): string =>
    `RRULE:FREQ=${random.pick(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'])};${random.pick([
      () => `INTERVAL=${step()}`,
      () => `COUNT=${step()}`,
      () => `UNTIL=${stamp()}`,
      () => `INTERVAL=${step()};COUNT=${step()}`,
      () => `BYDAY=${random.pick(['MO', '5MO', '-1SU', 'XX', '999999TU', ''])};COUNT=9`,
      () => `BYMONTHDAY=${step()};BYSETPOS=${step()};COUNT=${step()}`,
    ])()}`
  const lines = [
    () => `DTSTART:${stamp()}`,
    () => `DTSTART;TZID=${random.pick(['Asia/Jakarta', 'Mars/Olympus', 'constructor', '+07:00'])}:${stamp()}`,
    () => `DTEND:${stamp()}`,
    () => `DURATION:P${step()}DT${step()}H`,
    rule,
    rule,
    () => `EXDATE:${stamp()},${stamp()}`,
    () => `RECURRENCE-ID:${stamp()}`,
    () => `SUMMARY:${word(random)}`,
  ]
  const event = (): string[] => [
    ...['BEGIN:VEVENT', `UID:${random.int(2)}`, 'DTSTART:20261125T080000'].slice(0, 2 + random.int(2)),
    ...Array.from({ length: 1 + random.int(5) }, () => random.pick(lines)()),
    ...['DTEND:20261125T093000', 'END:VEVENT'].slice(random.int(2)),
  ]
  return ['BEGIN:VCALENDAR', ...Array.from({ length: 1 + random.int(3) }, event).flat(), 'END:VCALENDAR'].join('\r\n')
}

const word = (random: Random): string => random.pick(wicked).replaceAll('\u0000', '') || 'x'
