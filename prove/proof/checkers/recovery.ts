/**
 * G4: who comes back to any node goes on exactly where they stood, or is told that they can't; and in the end everybody
 * has seen everything. A session's own writes count: who was answered finds them in what they read next.
 */
import type { History, Joined } from '../history'
import type { Verdict } from '../verdict'
import { readings } from './readers'

/** The most that is handed over to who comes back (the contract's limit). Who missed more is told so, and reads the history. */
const mostRecovered = 300

export function recovery(history: History): Verdict {
  const broken: string[] = []
  let looked = 0
  const anew = history.of('fault').filter(({ fault }) => fault === 'fail over database')
  const heads = new Map(history.of('final').map(({ topic, head }) => [topic, head]))
  for (const { client, topic, moments } of readings(history)) {
    let at: number | undefined
    let epoch: string | undefined
    for (const moment of moments) {
      if (moment.type === 'seen') at = moment.offset
      if (moment.type !== 'joined') continue
      looked++
      // A standby's history is one of its own from there on: to be told so is right, once each.
      const isTold = !moment.recovered && moment.epoch !== epoch && anew.some(({ start }) => start < moment.at)
      const fault = isTold ? undefined : faultOf(moment, at, epoch)
      if (fault) broken.push(`${client} came back to ${topic} on ${moment.node} ${fault}`)
      if (!moment.recovered || at === undefined) at = moment.offset
      epoch = moment.epoch
    }
    const head = heads.get(topic)
    if (head !== undefined && at !== head) broken.push(`${client} saw ${topic} up to ${at}, and it ends at ${head}`)
  }
  broken.push(...unreadWrites(history))
  return { promise: 'G4', what: 'recovered exactly, or told; all caught up in the end', looked, broken }
}

function faultOf(
  { resumed, recovered, offset, epoch: now }: Joined,
  at: number | undefined,
  epoch: string | undefined,
) {
  if (!resumed || at === undefined) return undefined
  if (recovered && epoch !== undefined && now !== epoch) return `as recovered, in another epoch (${now}, was ${epoch})`
  if (recovered && offset !== at) return `as recovered from ${offset}, having seen ${at}`
  if (recovered || offset - at > mostRecovered) return undefined
  // Nothing restored the database here and nothing is old: there is no reason for it.
  return `and could not be given back what followed ${at}, up to ${offset}, in epoch ${now} after ${epoch}`
}

/** Who was told an offset and then reads the history does find it there. */
function unreadWrites(history: History): string[] {
  return history.of('call').flatMap(({ outcome, output, wrote, user }) => {
    if (wrote === undefined || outcome !== 'ok') return []
    const read = Number((output?.['position'] as { offset?: number } | undefined)?.offset)
    return read < wrote ? [`${user} wrote offset ${wrote} and then read only up to ${read}`] : []
  })
}
