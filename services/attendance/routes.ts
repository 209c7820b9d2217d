/** What attendance brings to the web beside its methods: scans before signing in, the network's word, calendars, tables. */
import { refuse, type Lang } from '../../protocol/errors'
import type { WebAnswer, WebRoute } from '../../protocol/web'
import { exportRoutes } from './exports'
import { writeIcal, type Written } from './model/feed'

const json = (body: object): WebAnswer => ({
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
})

/** A scan is exchanged for a ticket at once, whether or not one is signed in: the code is over before one is. */
const scan: WebRoute = {
  method: 'POST',
  path: '/attendance/scan',
  async run(_request, visit) {
    const { session, code } = await visit.body()
    return json(await visit.asSystem('attendance.exchange', { session, code }))
  },
}

const network: WebRoute = {
  method: 'GET',
  path: '/attendance/network/:session',
  async run(_request, { actor, address, params, asSystem }) {
    if (!actor) throw refuse.unauthenticated()
    return json(await asSystem('attendance.network', { session: params['session'], user: actor.id, address }))
  },
}

const calendarNames: Record<Lang, string> = { en: 'Attendance', id: 'Presensi' }

const calendar: WebRoute = {
  method: 'GET',
  path: '/attendance/calendar/:file',
  async run(_request, visit) {
    const key = (visit.params['file'] ?? '').replace(/\.ics$/, '')
    const { nowMs, events } = await visit.asSystem('attendance.calendar', { key })
    const written = (events as Omit<Written, 'url'>[]).map((one) => ({
      ...one,
      url: `${visit.origin}/attendance/${one.id}`,
    }))
    return {
      headers: { 'content-type': 'text/calendar; charset=utf-8', 'cache-control': 'private, max-age=300' },
      body: writeIcal(calendarNames[visit.lang], written, nowMs as number),
    }
  },
}

export const attendanceRoutes: readonly WebRoute[] = [scan, network, calendar, ...exportRoutes]
