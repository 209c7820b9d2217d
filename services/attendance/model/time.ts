/** Wall-clock time and moments, in the zones of campuses. */

const short: Record<string, string> = { WIB: 'Asia/Jakarta', WITA: 'Asia/Makassar', WIT: 'Asia/Jayapura' }
export const zones = Object.keys(short)

/** `WITA` is `Asia/Makassar`; other names stay. */
export const zoneName = (zone: string): string => short[zone] ?? zone

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...fields, second: '2-digit', hourCycle: 'h23' })
    formats.set(zone, format)
  }
  return format
}

/** `2026-11-21T08:00:00`, as clocks on the wall of that zone showed it. */
export const wallTime = (ms: number, zone: string): string => formatOf(zone).format(ms).replace(' ', 'T').slice(0, 19)

export const dayOf = (ms: number, zone: string): string => wallTime(ms, zone).slice(0, 10)

/** The moment at which clocks on the wall of that zone show this. Where they show it twice, the first. */
export function momentOf(wall: string, zone: string): number {
  const asUtc = Date.parse(`${wall.length === 10 ? `${wall}T00:00:00` : wall.length === 16 ? `${wall}:00` : wall}Z`)
  const offsetAt = (ms: number): number => Date.parse(`${wallTime(ms, zone)}Z`) - Math.floor(ms / 1000) * 1000
  const guess = asUtc - offsetAt(asUtc)
  return asUtc - offsetAt(guess)
}

/** The day so many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
