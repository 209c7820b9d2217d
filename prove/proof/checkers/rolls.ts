/** G10: nodes are drained and replaced while people work, and nobody who asks again with their key fails. */
import type { History } from '../history'
import type { Verdict } from '../verdict'

export function rolls(history: History): Verdict {
  const drains = history.of('fault').filter(({ fault }) => fault === 'roll')
  const intents = history.of('intent')
  const broken = intents
    .filter(({ settled }) => !settled)
    .map(({ client, method, key }) => `${method} ${key} of ${client} was never answered`)
  const during = intents.filter(({ start, end }) => drains.some((roll) => start < roll.end && end > roll.start))
  return { promise: 'G10', what: 'every intent is answered', looked: during.length, broken }
}
