/** Moments of a session, short. */
import type { Lang } from '../../protocol/errors'
import { dayName, timeOf } from '../ui/times'

const dayOf = (at: Date): string =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`

/** `08:00` today, else with its day. */
export function whenOf(at: string, lang: Lang, now: Date = new Date()): string {
  const date = new Date(at)
  return dayOf(date) === dayOf(now) ? timeOf(at, lang) : `${dayName(dayOf(date), lang, now)}, ${timeOf(at, lang)}`
}

export const dayNameOf = (at: string, lang: Lang): string => dayName(dayOf(new Date(at)), lang)

/** Today as forms write it. */
export const today = (): string => dayOf(new Date())

/** On paper: the whole date and the time, as clocks on the wall of the campus show them. */
export const dateOf = (at: string, lang: Lang, zone: string): string =>
  new Intl.DateTimeFormat(lang === 'id' ? 'id' : 'en-GB', { dateStyle: 'full', timeZone: zone }).format(new Date(at))
export const clockOf = (at: string, lang: Lang, zone: string): string =>
  new Intl.DateTimeFormat(lang === 'id' ? 'id' : 'en-GB', { timeStyle: 'short', timeZone: zone }).format(new Date(at))
