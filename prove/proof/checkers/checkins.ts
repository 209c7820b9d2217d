/** G7: one winner for each person, session and direction, in the log as in the answers, and everybody else is told who it was. */
import type { Call, Final, History } from '../history'
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
  for (const final of history.of('final')) broken.push(...winnersIn(final))
  return { promise: 'G7', what: 'one winner for each check-in', looked: checks.length, broken }
}

interface Record_ {
  id: string
  user: string
  direction: string
  state: string
}

/** Counted anew from the events: who was accepted, though perhaps nobody heard of it. */
function winnersIn({ topic, events }: Final): string[] {
  if (!topic.startsWith('attendance:')) return []
  const records = events.flatMap(({ data }) => (data['records'] ?? []) as Record_[])
  const accepted = Map.groupBy(
    records.filter(({ state }) => state === 'accepted'),
    ({ user, direction }) => `${user} ${direction}`,
  )
  return [...accepted].flatMap(([who, own]) => {
    const ids = new Set(own.map(({ id }) => id))
    return ids.size > 1 ? [`${who} ${topic}: ${ids.size} records are accepted (${[...ids].join(', ')})`] : []
  })
}

const placeOf = ({ user, input }: Call): string => `${user} ${String(input['direction'])} ${String(input['session'])}`
const recordOf = ({ output }: Call): string => String((output?.['record'] as { id?: unknown } | undefined)?.id)
const verdictIs =
  (verdict: string) =>
  ({ output }: Call): boolean =>
    output?.['verdict'] === verdict
