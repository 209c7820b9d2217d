/**
 * G1 as a set: whatever was acknowledged is a subset of what is there in the end. A topic that is read back more than once is
 * looked at as it was last, for what was acknowledged until then.
 */
import type { Call, Final, History } from '../history'
import type { Verdict } from '../verdict'

export function acknowledged(history: History): Verdict {
  const finals = new Map<string, Final>()
  const broken: string[] = []
  let looked = 0
  // Backwards, so that each call meets the readings that came after it.
  for (const record of history.records.toReversed()) {
    if (record.type === 'final' && !finals.has(record.topic)) finals.set(record.topic, record)
    if (record.type !== 'call' || record.outcome !== 'ok') continue
    const effect = effectOf(record)
    const final = effect && finals.get(effect.topic)
    if (!final) continue
    looked++
    const fault = effect.missing(final)
    const { method, key, user, node } = record
    if (fault) broken.push(`${method} ${key} of ${user} was acknowledged by ${node}, but ${fault}`)
  }
  return { promise: 'G1', what: 'acknowledged ⊆ final', looked, broken }
}

interface Effect {
  topic: string
  /** Why the effect isn't there, if it isn't. */
  missing(final: Final): string | undefined
}

/** Where the contract says that the effect of a call is to be found. */
function effectOf({ method, input, output = {}, key }: Call): Effect | undefined {
  if (method === 'discussion.post') {
    const offset = Number(output['offset'])
    return {
      topic: `discussion:${String(input['channel'])}`,
      missing: (final) => {
        const event = final.events.find((one) => one.offset === offset)
        if (!event) return `offset ${offset} is not in the log`
        return event.data['text'] === input['text'] ? undefined : `offset ${offset} holds something else (key ${key})`
      },
    }
  }
  if (method === 'drops.claim' && ['sold', 'held', 'waiting'].includes(String(output['verdict'])))
    return told(`drops:${String(input['drop'])}`, 'claim', output['claim'])
  if (method === 'attendance.check' && output['verdict'] === 'accepted') {
    const id = (output['record'] as { id?: unknown } | undefined)?.id
    return told(`attendance:${String(input['session'])}`, 'record', id)
  }
  return method === 'reports.submit' ? told('reports:board', 'report', output['id']) : undefined
}

const told = (topic: string, what: string, id: unknown): Effect => ({
  topic,
  missing: (final) =>
    textOf(final).includes(JSON.stringify(id)) ? undefined : `${what} ${String(id)} is not in the log`,
})

/** All that a log says, as one text: there are many to look for. */
function textOf(final: Final): string {
  let text = texts.get(final)
  if (text === undefined) texts.set(final, (text = JSON.stringify(final.events.map(({ data }) => data))))
  return text
}
const texts = new WeakMap<Final, string>()
