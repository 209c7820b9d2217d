/** Everybody's seat. By keyboard: arrows move, a letter says what holds, Enter opens; by touch: a tap opens. */
import { useRef, useState, type KeyboardEvent } from 'react'
import type { MarkStatus, Status } from '../../services/attendance/model'
import type { Seat } from '../../services/attendance/model/seats'
import { explain } from '../ui/explain'
import { Icon, type IconName } from '../ui/icons'
import { Problem } from '../ui/notice'
import { whenOf } from './when'
import { useWords } from './words'

export const looks: Record<Status, { box: string; icon: IconName }> = {
  present: { box: 'border-accent bg-accent-soft text-accent', icon: 'tick' },
  late: { box: 'border-warn bg-warn-soft text-warn', icon: 'clock' },
  pending: { box: 'border-warn border-dashed bg-warn-soft text-warn', icon: 'search' },
  excused: { box: 'border-line bg-sunken text-ink', icon: 'edit' },
  absent: { box: 'border-bad bg-bad-soft text-bad', icon: 'close' },
  waiting: { box: 'border-line bg-surface text-muted', icon: 'more' },
}

const letters: Record<string, MarkStatus> = { p: 'present', l: 'late', a: 'absent', e: 'excused' }

interface SeatGridProps {
  seats: readonly Seat[]
  closed: boolean
  onOpen(user: string): void
  onSay(user: string, status: MarkStatus): Promise<void>
}

export function SeatGrid({ seats, closed, onOpen, onSay }: SeatGridProps) {
  const { say } = useWords()
  const grid = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState(0)
  const [problem, setProblem] = useState<string>()
  const focus = (nth: number): void => {
    const next = Math.min(seats.length - 1, Math.max(0, nth))
    setAt(next)
    grid.current?.querySelectorAll<HTMLElement>('[data-seat]')[next]?.focus()
  }
  const byKey = (event: KeyboardEvent): void => {
    const wide = columnsOf(grid.current)
    const moves: Record<string, number> = {
      ...{ ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + wide, ArrowUp: at - wide },
      ...{ Home: 0, End: seats.length - 1 },
    }
    const status = event.ctrlKey || event.metaKey || event.altKey ? undefined : letters[event.key.toLowerCase()]
    const seat = seats[at]
    if (moves[event.key] !== undefined) {
      event.preventDefault()
      focus(moves[event.key]!)
    } else if (status && seat && !closed) {
      event.preventDefault()
      setProblem(undefined)
      onSay(seat.id, status).catch((error: unknown) => setProblem(explain(error, say)))
      focus(at + 1)
    }
  }
  return (
    <>
      {problem && <Problem>{problem}</Problem>}
      <ul ref={grid} onKeyDown={byKey} className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5 xl:grid-cols-6">
        {seats.map((seat, nth) => (
          <li key={seat.id} className="flex" style={{ contentVisibility: 'auto', containIntrinsicSize: 'auto 5rem' }}>
            <SeatButton seat={seat} active={nth === at} onFocus={() => setAt(nth)} onOpen={() => onOpen(seat.id)} />
          </li>
        ))}
      </ul>
    </>
  )
}

function columnsOf(grid: HTMLElement | null): number {
  return grid ? getComputedStyle(grid).gridTemplateColumns.split(' ').length : 1
}

function SeatButton({
  seat,
  active,
  onFocus,
  onOpen,
}: {
  seat: Seat
  active: boolean
  onFocus(): void
  onOpen(): void
}) {
  const { say, lang } = useWords()
  const { box, icon } = looks[seat.status]
  const last = seat.records.at(-1)
  const flags = seat.records.some((one) => one.flags.length > 0) || seat.walkIn || seat.refused !== undefined
  return (
    <button
      type="button"
      data-seat={seat.id}
      data-status={seat.status}
      tabIndex={active ? 0 : -1}
      onFocus={onFocus}
      onClick={onOpen}
      className={`flex min-h-18 w-full min-w-0 flex-col justify-between gap-1 rounded-2xl border-2 px-3 py-2 text-left ${box}`}
    >
      <span className="line-clamp-2 font-semibold break-words text-ink" dir="auto">
        {seat.name}
      </span>
      <span className="flex items-center gap-1.5 text-sm">
        <Icon name={icon} className="size-4 shrink-0" />
        <span className="truncate">
          {say(last?.direction === 'out' && seat.status === 'present' ? 'seat.out' : `seat.${seat.status}`)}
          {last && ` ${whenOf(last.at, lang)}`}
        </span>
        {flags && <Icon name="alert" className="ml-auto size-4 shrink-0" />}
        {flags && <span className="sr-only">{say('board.review')}</span>}
      </span>
    </button>
  )
}
