/**
 * G5 and the first half of G9: whoever is subscribed when an event is committed has it 2 s later, with or without the
 * bus, published or not. Counted from the commit, or from when the reader came back, whichever is later. While the
 * database is away nothing can be asked of it, so that time does not count; nor does what the prover itself slept through.
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
  // Nothing reaches who reads on a machine that nothing reaches.
  const away = faults.filter((fault) => isAway(fault) || fault.fault === 'cut machine')
  const bad = faults.filter(({ fault }) => fault.endsWith('network'))
  const asleep = history.of('lag')
  const broken: string[] = []
  let looked = 0
  for (const { delay, client, topic, offset, far } of delaysOf(history)) {
    looked++
    const lateness = delay.end - delay.start - overlap(delay, [...withGrace(far ? [...away, ...bad] : away), ...asleep])
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

const withGrace = (faults: readonly Fault[]): Span[] =>
  faults.map((fault) => ({ start: fault.start, end: fault.end + graceMs }))

/** How much of a time is covered; what several cover counts once. */
function overlap({ start, end }: Span, spans: readonly Span[]): number {
  let covered = 0
  let upTo = start
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const [from, to] = [Math.max(upTo, span.start), Math.min(end, span.end)]
    if (to <= from) continue
    covered += to - from
    upTo = to
  }
  return covered
}
