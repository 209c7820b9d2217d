/** Moments in the words and the order of the language, in the device's time zone. */
import type { Lang } from '../../protocol/errors'

interface Formats {
  time: Intl.DateTimeFormat
  full: Intl.DateTimeFormat
  day: Intl.DateTimeFormat
  dayOfYear: Intl.DateTimeFormat
  relative: Intl.RelativeTimeFormat
}

const made = new Map<Lang, Formats>()

function formats(lang: Lang): Formats {
  let known = made.get(lang)
  if (!known) {
    known = {
      time: new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
      full: new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeStyle: 'medium' }),
      day: new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long' }),
      dayOfYear: new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', year: 'numeric' }),
      relative: new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }),
    }
    made.set(lang, known)
  }
  return known
}

export const timeOf = (at: string | number, lang: Lang): string => formats(lang).time.format(new Date(at))
export const fullTimeOf = (at: string | number, lang: Lang): string => formats(lang).full.format(new Date(at))

/** Today, yesterday, a weekday with its date, or a date with its year. @param day `2026-01-31` */
export function dayName(day: string, lang: Lang, now: Date = new Date()): string {
  const date = new Date(`${day}T00:00`)
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const ago = Math.round((today.getTime() - date.getTime()) / 86_400_000)
  const { relative, day: thisYear, dayOfYear } = formats(lang)
  if (ago === 0 || ago === 1) return capital(relative.format(-ago, 'day'), lang)
  return (date.getFullYear() === now.getFullYear() ? thisYear : dayOfYear).format(date)
}

const capital = (text: string, lang: Lang): string => text.charAt(0).toLocaleUpperCase(lang) + text.slice(1)

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** How long ago, or how soon, in the largest fitting unit: “5 minutes ago”. */
export function agoOf(at: string | number, lang: Lang, nowMs: number = Date.now()): string {
  const seconds = (new Date(at).getTime() - nowMs) / 1000
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60]
  const rounded = Math.round(seconds / size)
  return capital(formats(lang).relative.format(rounded === 0 ? 0 : rounded, unit), lang)
}
