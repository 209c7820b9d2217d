/**
 * G2: all answers to one key are the same but for the node, and the key's effect is there once. Who was told once that it is
 * done never hears anything else.
 */
import { digestOf, type Call, type History } from '../history'
import type { Verdict } from '../verdict'

export function keys(history: History): Verdict {
  const answers = history.of('call').filter(({ outcome, key }) => outcome !== 'unknown' && key !== '')
  const broken: string[] = []
  for (const [intent, same] of Map.groupBy(answers, ({ user, method, key }) => `${method} ${key} of ${user}`)) {
    const done = same.filter(hadEffect)
    const told = new Set(done.map(({ output }) => digestOf({ ...output, node: '' })))
    if (told.size > 1) broken.push(`${intent} was answered in ${told.size} ways`)
    const doneMs = Math.min(...done.map(({ end }) => end))
    const denied = same.find((call) => call.start > doneMs && !hadEffect(call))
    if (denied) broken.push(`${intent} was done, and then told ${denied.code ?? String(denied.output?.['verdict'])}`)
  }
  for (const { topic, events } of history.of('final')) {
    const keyed = events.filter(({ data }) => typeof data['key'] === 'string')
    for (const [key, same] of Map.groupBy(keyed, ({ actor, data }) => `${actor} ${String(data['key'])}`)) {
      const offsets = same.map(({ offset }) => offset).join(' and ')
      if (same.length > 1) broken.push(`the key ${key} has ${same.length} effects on ${topic}: offsets ${offsets}`)
    }
  }
  return { promise: 'G2', what: 'same key, same answer, one effect', looked: answers.length, broken }
}

/** Refusals without an effect may turn out better later: their answers are not kept. Never worse. */
const passing = new Set(['sold_out', 'not_open', 'limit_reached'])
const hadEffect = ({ outcome, output }: Call): boolean => outcome === 'ok' && !passing.has(String(output?.['verdict']))
