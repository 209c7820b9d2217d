/**
 * G3: offsets are dense in the log; every reader sees them one after the other, and what they see is what is there. An
 * event's own time follows the order and never runs ahead, whatever the clock of the node that took it says.
 */
import type { Final, History } from '../history'
import type { Verdict } from '../verdict'
import { readings } from './readers'

export function order(history: History): Verdict {
  const broken: string[] = []
  let looked = 0
  const until = latest(history) + clocksMs
  const finals = new Map(
    history.of('final').map((final) => {
      const { topic, events, head } = final
      broken.push(...timesOf(final, until))
      events.forEach(({ offset }, index) => {
        if (offset !== index + 1) broken.push(`${topic}: offset ${index + 1} of the log is ${offset}`)
      })
      if (events.length !== head) broken.push(`${topic}: the head is ${head}, the log has ${events.length} events`)
      return [topic, new Map(events.map(({ offset, digest }) => [offset, digest]))]
    }),
  )
  for (const { client, topic, moments } of readings(history)) {
    const log = finals.get(topic)
    let at: number | undefined
    for (const moment of moments) {
      // Where it can't be given back, the reader starts anew and knows it; that is judged elsewhere.
      if (moment.type === 'joined' && !moment.recovered) at = moment.offset
      if (moment.type !== 'seen') continue
      looked++
      const { offset, digest } = moment
      if (at !== undefined && offset !== at + 1) broken.push(`${client} saw offset ${offset} of ${topic} after ${at}`)
      if (log && log.get(offset) !== digest)
        broken.push(`${client} saw at ${offset} of ${topic} what is not in the log`)
      at = offset
    }
  }
  return { promise: 'G3', what: 'dense offsets, one order for every reader', looked, broken }
}

/** Between this machine's clock and the database's, which may be another's. */
const clocksMs = 2000

const latest = (history: History): number => history.of('call').reduce((most, { end }) => Math.max(most, end), 0)

function timesOf({ topic, events }: Final, until: number): string[] {
  const broken: string[] = []
  let before = 0
  for (const { offset, data } of events) {
    if (typeof data['at'] !== 'string') continue
    const at = Date.parse(data['at'])
    if (at < before) broken.push(`${topic}: offset ${offset} was ${before - at} ms before the one before it`)
    if (at > until) broken.push(`${topic}: offset ${offset} is ${at - until} ms ahead of its time`)
    before = Math.max(before, at)
  }
  return broken
}
