/** What a device can say about where it is: a scan, a position, the network it is on. Each may be missing. */
import { recall, remember } from '../shell/device'

const ticketMs = 9.5 * 60_000
const positionMs = 12_000

const place = (session: string): string => `scan.${session}`

/** The ticket that a scan was exchanged for, as long as it is good. */
export function keptTicket(session: string): string | undefined {
  const [at, ticket] = (recall(place(session)) ?? '').split(' ')
  return ticket && Date.now() - Number(at) < ticketMs ? ticket : undefined
}

export const dropTicket = (session: string): void => remember(place(session), undefined)

/** Exchanges a scanned code at once, signed in or not. @returns why not, in words. */
export async function exchange(session: string, code: string, lang: string): Promise<string | undefined> {
  const response = await fetch('/attendance/scan', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': lang },
    body: JSON.stringify({ session, code }),
  })
  const body = (await response.json()) as { ticket?: string; detail?: string }
  if (body.ticket) remember(place(session), `${Date.now()} ${body.ticket}`)
  return response.ok ? undefined : (body.detail ?? '')
}

export interface Fix {
  lat: number
  lng: number
  accuracy: number
  age: number
}

/** One fix, now. Nothing where there is none to be had. */
export function askPosition(): Promise<Fix | undefined> {
  return new Promise((resolve) => {
    if (!window.isSecureContext || !('geolocation' in navigator)) return resolve(undefined)
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude: lat, longitude: lng, accuracy }, timestamp }) =>
        resolve({ lat, lng, accuracy, age: Math.max(0, Date.now() - timestamp) }),
      () => resolve(undefined),
      { enableHighAccuracy: true, timeout: positionMs, maximumAge: 0 },
    )
  })
}

/** The server's word that one calls from the campus network. */
export async function askNetwork(session: string): Promise<string | undefined> {
  try {
    const response = await fetch(`/attendance/network/${session}`, { credentials: 'same-origin' })
    return response.ok ? ((await response.json()) as { network: string }).network : undefined
  } catch {
    return undefined
  }
}
