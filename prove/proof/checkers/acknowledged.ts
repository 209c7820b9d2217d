/** G1 as a set: whatever was acknowledged is a subset of what is there in the end. */
import type { Call, Final, History } from '../history'
import type { Verdict } from '../verdict'

export function acknowledged(history: History): Verdict {
  const finals = new Map(history.of('final').map((final) => [final.topic, final]))
  const answered = history.of('call').filter(({ outcome }) => outcome === 'ok')
  const broken: string[] = []
  let looked = 0
  for (const call of answered) {
    const effect = effectOf(call)
    const final = effect && finals.get(effect.topic)
    if (!final) continue
    looked++
    const fault = effect.missing(final)
    if (fault) broken.push(`${call.method} ${call.key} of ${call.user} was acknowledged by ${call.node}, but ${fault}`)
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
  if (method === 'drops.claim' && (output['verdict'] === 'sold' || output['verdict'] === 'held')) {
    return {
      topic: `drops:${String(input['drop'])}`,
      missing: ({ events }) =>
        events.some(({ data }) => data['claim'] === output['claim'])
          ? undefined
          : `claim ${String(output['claim'])} is not in the log`,
    }
  }
  if (method === 'attendance.check' && output['verdict'] === 'accepted') {
    const id = (output['record'] as { id?: unknown } | undefined)?.id
    return {
      topic: `attendance:${String(input['session'])}`,
      missing: ({ events }) =>
        events.some(({ data }) => JSON.stringify(data).includes(`"${String(id)}"`))
          ? undefined
          : `record ${String(id)} is not in the log`,
    }
  }
  return undefined
}
