/** G7: one winner for each person, session and direction, and everybody else is told who it was. */
import type { Call, History } from '../history'
import type { Verdict } from '../verdict'

export function checkins(history: History): Verdict {
  const checks = history.of('call').filter(({ method, outcome }) => method === 'attendance.check' && outcome === 'ok')
  const broken: string[] = []
  for (const [who, same] of Map.groupBy(checks, placeOf)) {
    const accepted = new Set(same.filter(verdictIs('accepted')).map(recordOf))
    if (accepted.size > 1) broken.push(`${who}: ${accepted.size} were accepted (${[...accepted].join(', ')})`)
    if (accepted.size === 0 && same.some(verdictIs('duplicate'))) broken.push(`${who}: duplicates of nothing`)
    const winner = [...accepted][0]
    for (const call of same.filter(verdictIs('duplicate'))) {
      if (winner && recordOf(call) !== winner)
        broken.push(`${who}: ${call.key} was told of ${recordOf(call)}, not ${winner}`)
    }
  }
  return { promise: 'G7', what: 'one winner for each check-in', looked: checks.length, broken }
}

const placeOf = ({ user, input }: Call): string => `${user} ${String(input['direction'])} ${String(input['session'])}`
const recordOf = ({ output }: Call): string => String((output?.['record'] as { id?: unknown } | undefined)?.id)
const verdictIs =
  (verdict: string) =>
  ({ output }: Call): boolean =>
    output?.['verdict'] === verdict
