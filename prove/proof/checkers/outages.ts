/**
 * G9, without the database: writes end in a plain answer (done, refused, ask again), never in a fault of ours; what is
 * connected stays connected; and once it is back, writing goes on by itself.
 */
import type { Fault, FaultKind, History } from '../history'
import type { Verdict } from '../verdict'
import { cuttingTimes } from './deaths'

/** After its return, by then somebody must have been answered. */
const healMs = 5000
/** While this lasts nobody can write. */
const away: readonly FaultKind[] = ['kill database', 'freeze database', 'fail over database', 'fill disk']
export const isAway = ({ fault }: Fault): boolean => away.includes(fault)

const plain = new Set(['unavailable', 'overloaded', 'limited', 'lost', 'late'])

export function outages(history: History): Verdict {
  const faults = history.of('fault')
  const gone = faults.filter(isAway)
  const calls = history.of('call')
  const cutting = cuttingTimes(history)
  const broken: string[] = []
  for (const { method, key, outcome, code = '', node = '', end } of calls) {
    const where = `${method} ${key} on ${node} at ${new Date(end).toISOString().slice(11, 23)}`
    if (outcome === 'unknown' && !plain.has(code)) broken.push(`${where} ended with ${code || 'nothing'}`)
    if (outcome === 'refused' && code === 'internal') broken.push(`${where} met a fault of the server`)
  }
  for (const outage of gone) {
    // A standby that takes over has a history of its own, and everybody is told to read it anew.
    const isSame = outage.fault !== 'fail over database'
    const quiet = isSame && cutting.every(({ start, end }) => start > outage.end || end + healMs < outage.start)
    const cut = history.of('left').filter(({ at }) => at > outage.start && at < outage.end)
    if (quiet && cut.length > 0) broken.push(`${cut.length} subscriptions ended while only the database was away`)
    const healed = calls.some(
      ({ outcome, end, start }) =>
        outcome === 'ok' && start > outage.start && end > outage.end && end < outage.end + healMs,
    )
    const tried = calls.some(({ start }) => start > outage.end && start < outage.end + healMs)
    if (tried && !healed) broken.push(`nobody was answered within ${healMs} ms of the return of the ${outage.target}`)
  }
  const looked = faults.some(({ fault }) => fault.endsWith('bus')) || gone.length > 0 ? calls.length : 0
  return { promise: 'G9', what: 'plain refusals, sockets stay, all heals', looked, broken }
}
