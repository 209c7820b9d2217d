/** Where somebody says to be, judged against a place. A device's report is a hint with an error, not a fact. */
import type { Place } from '../model'

export interface Fix {
  lat: number
  lng: number
  /** Metres, as the device believes (95 %). */
  accuracy: number
}

export interface Judged {
  verdict: 'inside' | 'unsure' | 'outside'
  /** Metres. */
  distance: number
  /** What is kept of it. */
  band: string
}

const earthMetres = 6_371_008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Metres along the surface (haversine). */
export function distanceBetween(a: { lat: number; lng: number }, b: { lat: number; lng: number }): number {
  const [north, east] = [radians(b.lat - a.lat), radians(b.lng - a.lng)]
  const half = Math.sin(north / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(east / 2) ** 2
  return 2 * earthMetres * Math.asin(Math.min(1, Math.sqrt(half)))
}

/**
 * Outside only where even the error can't explain it; inside only where the fix is no coarser than the place. Anything
 * else is unsure, and that is for a person to judge.
 */
export function judge(place: Place, fix: Fix): Judged {
  const distance = distanceBetween(place, fix)
  const band = bandOf(distance)
  if (distance - fix.accuracy > place.radius) return { verdict: 'outside', distance, band }
  const isFine = distance <= place.radius && fix.accuracy <= Math.max(place.radius, 30)
  return { verdict: isFine ? 'inside' : 'unsure', distance, band }
}

const bands = [50, 200, 1000, 5000, 20_000] as const

/** `<50 m`, `50 m-200 m` … `>20 km`. */
export function bandOf(metres: number): string {
  const upper = bands.findIndex((bound) => metres < bound)
  if (upper === 0) return `<${named(bands[0])}`
  if (upper < 0) return `>${named(bands.at(-1)!)}`
  return `${named(bands[upper - 1]!)}-${named(bands[upper]!)}`
}

const named = (metres: number): string => (metres < 1000 ? `${metres} m` : `${metres / 1000} km`)

/** For people: `80 m`, `1.2 km`; rounded, since nobody knows it to the metre. */
export function inWords(metres: number): string {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)} m`
  return `${metres < 10_000 ? (metres / 1000).toFixed(1) : Math.round(metres / 1000)} km`
}
