/**
 * G9, without the database: writes end in a plain answer (done, refused, ask again), never in a fault of ours; what is
 * connected stays connected; and once it is back, writing goes on by itself.
 */
import type { Fault, History } from '../history'
import type { Verdict } from '../verdict'

/** After its return, by then somebody must have been answered. */
const healMs = 5000
const plain = new Set(['unavailable', 'overloaded', 'limited', 'lost', 'late'])

export function outages(history: History): Verdict {
  const faults = history.of('fault')
  const away = faults.filter(({ fault }) => fault === 'kill database' || fault === 'freeze database')
  const calls = history.of('call')
  const broken: string[] = []
  for (const { method, key, outcome, code = '' } of calls) {
    if (outcome === 'unknown' && !plain.has(code)) broken.push(`${method} ${key} ended with ${code || 'nothing'}`)
    if (outcome === 'refused' && code === 'internal') broken.push(`${method} ${key} met a fault of the server`)
  }
  for (const outage of away) {
    const quiet = faults.every((fault) => fault === outage || !overlaps(fault, outage))
    const cut = history.of('left').filter(({ at }) => at > outage.start && at < outage.end)
    if (quiet && cut.length > 0) broken.push(`${cut.length} subscriptions ended while only the database was away`)
    const healed = calls.some(
      ({ outcome, end, start }) =>
        outcome === 'ok' && start > outage.start && end > outage.end && end < outage.end + healMs,
    )
    const tried = calls.some(({ start }) => start > outage.end && start < outage.end + healMs)
    if (tried && !healed) broken.push(`nobody was answered within ${healMs} ms of the return of the ${outage.target}`)
  }
  const looked = faults.some(({ fault }) => fault === 'cut bus') || away.length > 0 ? calls.length : 0
  return { promise: 'G9', what: 'plain refusals, sockets stay, all heals', looked, broken }
}

const overlaps = (a: Fault, b: Fault): boolean => a.start < b.end + healMs && b.start < a.end + healMs
