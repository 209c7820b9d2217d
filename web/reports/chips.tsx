/** How a report stands, and how urgent it is: a word, with a colour that only underlines it. */
import type { Priority, State } from '../../services/reports/model'
import { useSay } from './words'

const looks: Record<State, string> = {
  pending: 'bg-sunken text-ink',
  reopened: 'bg-warn-soft text-ink',
  in_progress: 'bg-accent-soft text-accent',
  waiting: 'bg-warn-soft text-ink',
  done: 'bg-accent-soft text-accent',
  confirmed: 'bg-sunken text-ok',
  rejected: 'bg-sunken text-muted',
  duplicate: 'bg-sunken text-muted',
}
const chip = 'inline-flex min-h-6 items-center rounded-full px-2.5 text-sm font-medium'

export function StateChip({ state }: { state: State }) {
  const say = useSay()
  return <span className={`${chip} ${looks[state]}`}>{say(`state.${state}`)}</span>
}

/** Only what is out of the ordinary. */
export function PriorityChip({ priority }: { priority: Priority }) {
  const say = useSay()
  if (priority === 'normal') return null
  const look = priority === 'emergency' ? 'bg-bad text-on-bad' : 'border border-line'
  return <span className={`${chip} ${look}`}>{say(`priority.${priority}`)}</span>
}
