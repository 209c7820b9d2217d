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
    const to = moved(event.key, at, columnsOf(grid.current), seats.length)
    const status = event.ctrlKey || event.metaKey || event.altKey ? undefined : letters[event.key.toLowerCase()]
    const seat = seats[at]
    if (to === undefined && (!status || !seat || closed)) return
    event.preventDefault()
    if (status && seat)
      onSay(seat.id, status).then(
        () => setProblem(undefined),
        (error: unknown) => setProblem(explain(error, say)),
      )
    focus(to ?? at + 1)
  }
  return (
    <>
      {problem && <Problem>{problem}</Problem>}
      <ul ref={grid} onKeyDown={byKey} className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5 xl:grid-cols-6">
        {seats.map((seat, nth) => (
          <li key={seat.id} className="flex [contain-intrinsic-size:auto_5rem] [content-visibility:auto]">
            <SeatButton seat={seat} active={nth === at} onFocus={() => setAt(nth)} onOpen={() => onOpen(seat.id)} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** Where a key leads, in a grid of so many columns. */
function moved(key: string, at: number, wide: number, many: number): number | undefined {
  const moves: Record<string, number> = {
    ...{ ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + wide, ArrowUp: at - wide, Home: 0, End: many - 1 },
  }
  return moves[key]
}

function columnsOf(grid: HTMLElement | null): number {
  return grid ? getComputedStyle(grid).gridTemplateColumns.split(' ').length : 1
}

interface SeatButtonProps {
  seat: Seat
  active: boolean
  onFocus(): void
  onOpen(): void
}

function SeatButton({ seat, active, onFocus, onOpen }: SeatButtonProps) {
  return (
    <button
      type="button"
      data-seat={seat.id}
      data-status={seat.status}
      tabIndex={active ? 0 : -1}
      onFocus={onFocus}
      onClick={onOpen}
      className={`flex min-h-18 w-full min-w-0 flex-col justify-between gap-1 rounded-2xl border-2 px-3 py-2 text-left ${looks[seat.status].box}`}
    >
      <span className="line-clamp-2 font-semibold break-words text-ink" dir="auto">
        {seat.name}
      </span>
      <SeatState seat={seat} />
    </button>
  )
}

function SeatState({ seat: { status, records, undone, walkIn, refused } }: { seat: Seat }) {
  const { say, lang } = useWords()
  const last = records.at(-1)
  const isFlagged = walkIn || refused !== undefined || records.some((one) => one.flags.length > 0)
  // Whoever was taken back and is neither marked nor back again: that is what there is to say.
  const gone = status === 'waiting' || status === 'absent' ? undone : undefined
  const left = last?.direction === 'out' && status === 'present'
  const word = gone ? (gone.state === 'declined' ? 'declined' : 'undone') : left ? 'out' : status
  const at = (gone ?? last)?.at
  return (
    <span className="flex items-center gap-1.5 text-sm">
      <Icon name={looks[status].icon} className="size-4 shrink-0" />
      <span className="truncate">
        {say(`seat.${word}`)}
        {at && ` ${whenOf(at, lang)}`}
      </span>
      {isFlagged && <Icon name="alert" className="ml-auto size-4 shrink-0" />}
      {isFlagged && <span className="sr-only">{say('board.review')}</span>}
    </span>
  )
}
