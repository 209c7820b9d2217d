/**
 * G5 and the first half of G9: whoever is subscribed when an event is committed has it 2 s later, with or without the
 * bus, published or not. Counted from the commit, or from when the reader came back, whichever is later. While the
 * database is away nothing can be asked of it, so that time does not count.
 */
import type { Fault, History } from '../history'
import type { Verdict } from '../verdict'
import { isAway } from './outages'
import { readings } from './readers'

export const arrivalMs = 2000
/** An event's time is read before its commit, and the reader's own process shares this machine with all that is broken. */
const measuringMs = 500

export function arrivals(history: History): Verdict {
  const faults = history.of('fault')
  const away = faults.filter(isAway)
  const bad = faults.filter(({ fault }) => fault.endsWith('network'))
  const broken: string[] = []
  let looked = 0
  for (const { delay, client, topic, offset, far } of delaysOf(history)) {
    looked++
    const lateness = delay.end - delay.start - overlap(delay, far ? [...away, ...bad] : away)
    if (lateness > arrivalMs + measuringMs)
      broken.push(`${client} had offset ${offset} of ${topic} after ${Math.round(lateness)} ms`)
  }
  return { promise: 'G5', what: `seen within ${arrivalMs} ms of the commit`, looked, broken }
}

interface Delay {
  client: string
  topic: string
  offset: number
  delay: Span
  /** Behind the bad network: what that takes is not the cluster's. */
  far: boolean
}

interface Span {
  start: number
  end: number
}

/** From when each event could be seen by each reader until it was. */
export function delaysOf(history: History): Delay[] {
  const delays: Delay[] = []
  for (const { client, topic, moments } of readings(history)) {
    let joined = 0
    let far = false
    for (const moment of moments) {
      if (moment.type === 'joined') ({ at: joined, far = false } = moment)
      if (moment.type !== 'seen') continue
      const start = Math.max(joined, moment.committed)
      delays.push({ client, topic, far, offset: moment.offset, delay: { start, end: Math.max(start, moment.at) } })
    }
  }
  return delays
}

/** By then a database that came back is used again: the bound that the outages are judged by, too. */
const graceMs = 5000

function overlap({ start, end }: Span, faults: readonly Fault[]): number {
  const spans = faults.map((fault) => ({ start: fault.start, end: fault.end + graceMs }))
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(end, span.end) - Math.max(start, span.start)), 0)
}
