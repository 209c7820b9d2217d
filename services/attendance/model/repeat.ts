/** Rules of repetition (RFC 5545, 3.3.10) as timetables use them: by day, week or month. Days only; a lesson keeps its time. */
import { daysOfMonth, isNthDay, isNthWeekday } from './month'
import { addDays, weekdayOf } from './time'

export interface Bounds {
  /** Days, `YYYY-MM-DD`. A rule without an end of its own is read from this one up to and with that one. */
  from: string
  to: string
}

interface Rule {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY'
  interval: number
  count: number
  /** The last day. */
  until: string
  byDay: { nth: number; weekday: number }[]
  byMonthDay: number[]
  byMonth: number[]
  bySetPos: number[]
  /** On which weekday weeks begin. */
  weekStart: number
}

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const mostRepeats = 600
/** Eleven years of days, weeks or months are looked at; a rule that never comes true ends with them. */
const mostPeriods = { DAILY: 4000, WEEKLY: 572, MONTHLY: 132 }
const never = '2999-12-31'
/** More than eleven years of anything; far more would lead beyond all calendars. */
const mostInterval = 4000

/**
 * The days of a rule that begins with `first`, in order, the first one only where it fits.
 * @param until the day of its UNTIL, in the zone of its beginning.
 * @returns undefined for a rule that says something unknown here: better left out than read wrongly.
 */
export function daysOfRule(
  text: string,
  first: string,
  until: string | undefined,
  bounds: Bounds,
): string[] | undefined {
  const rule = ruleOf(text, first, until, bounds)
  if (!rule) return undefined
  const isOpen = rule.count === Infinity && until === undefined
  const days: string[] = []
  let many = 0
  for (let nth = 0; nth < mostPeriods[rule.freq] && days.length < mostRepeats; nth += 1) {
    const period = periodOf(rule, first, nth)
    if (period.begins > rule.until) break
    for (const day of chosen(rule, period.days)) {
      if (day < first || day > rule.until || ++many > rule.count) continue
      if (!isOpen || day >= bounds.from) days.push(day)
    }
    if (many >= rule.count) break
  }
  return days.slice(0, mostRepeats)
}

const known = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'WKST']

function ruleOf(text: string, first: string, until: string | undefined, { to }: Bounds): Rule | undefined {
  const given = text.toUpperCase().split(';').filter(Boolean)
  const parts = new Map(given.map((part) => part.split('=') as [name: string, value: string]))
  const get = (name: string): string | undefined => parts.get(name)
  if ([...parts.keys()].some((name) => !known.includes(name))) return undefined
  const freq = get('FREQ')
  if (freq !== 'DAILY' && freq !== 'WEEKLY' && freq !== 'MONTHLY') return undefined
  const numbers = (name: string): number[] => get(name)?.split(',').map(Number) ?? []
  const byDay = (get('BYDAY')?.split(',') ?? []).map((day) => ({
    nth: Number(/^[+-]?\d+(?=[A-Z])/.exec(day)?.[0] ?? 0),
    weekday: weekdays.indexOf(day.slice(-2)) + 1,
  }))
  const rule: Rule = {
    ...{ freq, byDay, interval: Number(get('INTERVAL') ?? 1), count: Number(get('COUNT') ?? Infinity) },
    ...{ byMonthDay: numbers('BYMONTHDAY'), byMonth: numbers('BYMONTH'), bySetPos: numbers('BYSETPOS') },
    until: until ?? (get('COUNT') === undefined ? to : never),
    weekStart: weekdays.indexOf(get('WKST') ?? 'MO') + 1,
  }
  return isReadable(rule) ? { ...rule, byDay: byDay.length > 0 ? byDay : implied(rule, first) } : undefined
}

/** Every week means: on the weekday on which it began. */
const implied = ({ freq }: Rule, first: string): Rule['byDay'] =>
  freq === 'WEEKLY' ? [{ nth: 0, weekday: weekdayOf(first) }] : []

function isReadable({ freq, interval, count, byDay, byMonthDay, byMonth, bySetPos, weekStart }: Rule): boolean {
  const isWhole = (value: number): boolean => Number.isInteger(value) && value > 0
  const numbers = [...byMonthDay, ...byMonth, ...bySetPos]
  return (
    isWhole(interval) &&
    interval <= mostInterval &&
    (count === Infinity || isWhole(count)) &&
    weekStart > 0 &&
    byDay.every(({ nth, weekday }) => weekday > 0 && (nth === 0 || freq === 'MONTHLY')) &&
    numbers.every((value) => Number.isInteger(value) && value !== 0) &&
    (freq !== 'WEEKLY' || byMonthDay.length === 0)
  )
}

interface Period {
  begins: string
  days: string[]
}

function periodOf(rule: Rule, first: string, nth: number): Period {
  const step = nth * rule.interval
  if (rule.freq === 'DAILY') {
    const day = addDays(first, step)
    return { begins: day, days: [day] }
  }
  if (rule.freq === 'WEEKLY') {
    const begins = addDays(first, 7 * step - ((weekdayOf(first) - rule.weekStart + 7) % 7))
    return { begins, days: Array.from({ length: 7 }, (_, day) => addDays(begins, day)) }
  }
  const [year, month] = first.split('-').map(Number) as [number, number]
  const days = daysOfMonth(year, month + step)
  const isPlain = rule.byDay.length === 0 && rule.byMonthDay.length === 0
  // Every month on the 31st: months that have none are left out.
  return { begins: days[0]!, days: isPlain ? days.filter((day) => day.slice(8) === first.slice(8)) : days }
}

function chosen(rule: Rule, days: readonly string[]): string[] {
  const { byDay, byMonth, byMonthDay, bySetPos } = rule
  const fits = days.filter(
    (day) =>
      (byMonth.length === 0 || byMonth.includes(Number(day.slice(5, 7)))) &&
      (byMonthDay.length === 0 || byMonthDay.some((nth) => isNthDay(day, nth))) &&
      (byDay.length === 0 || byDay.some((one) => one.weekday === weekdayOf(day) && isNthWeekday(day, one.nth))),
  )
  return bySetPos.length === 0
    ? fits
    : fits.filter((_, at) => bySetPos.some((nth) => [at + 1, at - fits.length].includes(nth)))
}
