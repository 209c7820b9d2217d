/**
 * G5 and the first half of G9: whoever is subscribed when an event is committed has it 2 s later, with or without the
 * bus, published or not. Counted from the commit, or from when the reader came back, whichever is later. While the
 * database is away nothing can be asked of it, so that time does not count; nor does the time in which the prover itself stood
 * still, by its own clock: that is told, and if it is much there is no verdict.
 */
import type { Fault, History } from '../history'
import type { Verdict } from '../verdict'
import { isAway } from './outages'
import { readings } from './readers'

export const arrivalMs = 2000
/** An event's time is read before its commit, and the reader's own process shares this machine with all that is broken. */
const measuringMs = 500
const lateMs = arrivalMs + measuringMs

/** Above this part of the time in which the prover stood still, or of what was late only by that, nobody can judge. */
const mostStill = 0.25
const mostSpared = 0.05

export function arrivals(history: History): Verdict {
  const faults = history.of('fault')
  // Nothing reaches who reads on a machine that nothing reaches.
  const away = withGrace(faults.filter((fault) => isAway(fault) || fault.fault === 'cut machine'))
  const bad = withGrace(faults.filter(({ fault }) => fault.endsWith('network')))
  const still = apart(history.of('lag'))
  const notCounted = { near: apart(away), far: apart([...away, ...bad]) }
  const besidesStill = { near: apart([...away, ...still]), far: apart([...away, ...bad, ...still]) }
  const delays = delaysOf(history)
  const broken: string[] = []
  let spared = 0
  for (const { delay, client, topic, offset, far } of delays) {
    const whom = far ? 'far' : 'near'
    const latenessMs = (spans: readonly Span[]): number => delay.end - delay.start - overlap(delay, spans)
    if (latenessMs(notCounted[whom]) <= lateMs) continue
    const late = latenessMs(besidesStill[whom])
    if (late <= lateMs) spared++
    else broken.push(`${client} had offset ${offset} of ${topic} after ${Math.round(late)} ms`)
  }
  return {
    ...{ promise: 'G5', what: `seen within ${arrivalMs} ms of the commit`, looked: delays.length, broken },
    ...excuseOf(delays, still, spared),
  }
}

/** What is not held against the cluster because of ourselves, and whether it is so much that nothing can be said. */
function excuseOf(
  delays: readonly Delay[],
  still: readonly Span[],
  spared: number,
): Pick<Verdict, 'excused' | 'unjudged'> {
  if (still.length === 0 || delays.length === 0) return {}
  const whole = { start: Infinity, end: -Infinity }
  for (const { delay } of delays) {
    whole.start = Math.min(whole.start, delay.start)
    whole.end = Math.max(whole.end, delay.end)
  }
  const stillMs = overlap(whole, still)
  const part = stillMs / Math.max(1, whole.end - whole.start)
  const excused = `the prover itself stood still for ${(stillMs / 1000).toFixed(1)} s of ${((whole.end - whole.start) / 1000).toFixed(1)} s (${Math.round(part * 100)} %); late only by that: ${spared} of ${delays.length}`
  return part > mostStill || spared / delays.length > mostSpared ? { excused, unjudged: excused } : { excused }
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

/** The same times, in order, and none of them overlapping another. */
function apart(spans: readonly Span[]): Span[] {
  const all: Span[] = []
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = all.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else all.push({ start, end })
  }
  return all
}

/** How much of a time is covered by times that are apart. */
function overlap({ start, end }: Span, spans: readonly Span[]): number {
  let covered = 0
  for (const span of spans) {
    if (span.start >= end) break
    covered += Math.max(0, Math.min(end, span.end) - Math.max(start, span.start))
  }
  return covered
}
