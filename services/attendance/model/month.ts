/** Days as months count them. */
import { addDays } from './time'

/** @param month 1 for January; may go on past 12. */
export function daysOfMonth(year: number, month: number): string[] {
  const begins = new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10)
  const many = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return Array.from({ length: many }, (_, day) => addDays(begins, day))
}

const monthLength = (day: string): number => daysOfMonth(Number(day.slice(0, 4)), Number(day.slice(5, 7))).length

/** The third day of its month, or with a minus the last but two. */
export const isNthDay = (day: string, nth: number): boolean =>
  [Number(day.slice(8)), Number(day.slice(8)) - 1 - monthLength(day)].includes(nth)

/** The second Monday of its month, or with a minus the last but one; 0 is any. */
export function isNthWeekday(day: string, nth: number): boolean {
  const date = Number(day.slice(8))
  return nth === 0 || (nth > 0 ? Math.ceil(date / 7) : -Math.ceil((monthLength(day) - date + 1) / 7)) === nth
}
