/** One person in one session: what holds, what was recorded, and what a teacher may change. */
import { useState } from 'react'
import { statuses, type Board, type Entry, type MarkStatus } from '../../services/attendance/model'
import type { Seat } from '../../services/attendance/model/seats'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { flagWord, howWord } from './notes'
import { looks } from './seat-grid'
import type { Standing } from './standing'
import { whenOf } from './when'
import { useSay, useWords } from './words'

interface PersonDialogProps {
  standing: Standing
  board: Board
  seat: Seat
  onClose(): void
}

export function PersonDialog({ standing, board, seat, onClose }: PersonDialogProps) {
  const say = useSay()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const run = (work: () => Promise<void>): void => {
    setBusy(true)
    setProblem(undefined)
    work()
      .catch((error: unknown) => setProblem(explain(error, say)))
      .finally(() => setBusy(false))
  }
  return (
    <Dialog title={seat.name} shape="sheet" onClose={onClose}>
      <div className="flex flex-col gap-5">
        {problem && <Problem>{problem}</Problem>}
        <Marks standing={standing} seat={seat} closed={board.session.status === 'closed'} busy={busy} run={run} />
        <Records standing={standing} seat={seat} busy={busy} run={run} />
        {seat.walkIn && <Merge standing={standing} board={board} seat={seat} busy={busy} run={run} />}
      </div>
    </Dialog>
  )
}

interface PartProps {
  standing: Standing
  seat: Seat
  busy: boolean
  run(work: () => Promise<void>): void
}

function Marks({ standing, seat, closed, busy, run }: PartProps & { closed: boolean }) {
  const say = useSay()
  const [reason, setReason] = useState('')
  const mark = (status: MarkStatus): void => run(() => standing.say(seat.id, status, reason.trim()))
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{say('person.mark')}</h3>
      <Field
        label={say('person.reason')}
        hint={say('person.reason.hint')}
        value={reason}
        required={closed}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
      />
      <MarkButtons status={seat.status} disabled={busy || (closed && reason.trim() === '')} onMark={mark} />
      {seat.mark && (
        <p className="text-sm text-muted">
          {say(`seat.${seat.mark.status}`)} {say('seat.said', { name: seat.mark.by.name })}
          {seat.mark.reason && `: ${seat.mark.reason}`}
        </p>
      )}
    </section>
  )
}

function MarkButtons({
  status,
  disabled,
  onMark,
}: {
  status: string
  disabled: boolean
  onMark(status: MarkStatus): void
}) {
  const say = useSay()
  return (
    <div className="grid grid-cols-2 gap-2">
      {statuses.map((one) => (
        <Button
          key={one}
          look={status === one ? 'primary' : 'outline'}
          aria-pressed={status === one}
          disabled={disabled}
          onClick={() => onMark(one)}
        >
          <Icon name={looks[one].icon} />
          {say(`seat.${one}`)}
        </Button>
      ))}
    </div>
  )
}

function Records({ standing, seat, busy, run }: PartProps) {
  const say = useSay()
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{say('person.records')}</h3>
      {seat.records.length === 0 && <p className="text-muted">{say('person.none')}</p>}
      <ul className="flex flex-col gap-2">
        {seat.records.map((record) => (
          <li
            key={record.id}
            className="flex flex-wrap items-center justify-between gap-2 rounded-2xl border border-line p-3"
          >
            <RecordWords record={record} />
            <Button look="outline" disabled={busy} onClick={() => run(() => standing.undo(record.id))}>
              {say('person.undo')}
            </Button>
          </li>
        ))}
        {seat.undone && (
          <li className="rounded-2xl border border-line p-3 text-muted">
            <RecordWords record={seat.undone} />
          </li>
        )}
      </ul>
    </section>
  )
}

function RecordWords({ record: { direction, at, how, band, node, flags, state } }: { record: Entry }) {
  const { say, lang } = useWords()
  const gone = state === 'undone' || state === 'declined' ? say(`seat.${state}`) : undefined
  const notes = [gone, howWord(say, how), band, node, ...flags.map((flag) => flagWord(say, flag))]
  return (
    <span className="min-w-0">
      <span className="block font-medium">
        {say(direction === 'in' ? 'check.record.in' : 'check.record.out', { at: whenOf(at, lang) })}
      </span>
      <span className="text-sm text-muted">{notes.filter(Boolean).join(' · ')}</span>
    </span>
  )
}

function Merge({ standing, board, seat, busy, run }: PartProps & { board: Board }) {
  const say = useSay()
  const here = new Set(board.records.map(({ user }) => user))
  const free = board.people.filter(({ id }) => !here.has(id))
  const [user, setUser] = useState('')
  return (
    <section className="flex flex-col gap-3">
      <Select
        label={say('person.merge')}
        value={user}
        onChange={setUser}
        options={[
          { value: '', label: say('person.merge.pick') },
          ...free.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Button look="outline" disabled={busy || user === ''} onClick={() => run(() => standing.merge(seat.id, user))}>
        {say('person.merge.do')}
      </Button>
    </section>
  )
}
