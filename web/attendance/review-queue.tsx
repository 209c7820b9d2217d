/** What only a person can judge: records that wait, and people who were refused. */
import { useState } from 'react'
import type { Board, Entry } from '../../services/attendance/model'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { flagWord, reasonWord } from './notes'
import type { Standing } from './standing'
import { whenOf } from './when'
import { useSay, useWords } from './words'

const mostShown = 30

export function ReviewQueue({ standing, board }: { standing: Standing; board: Board }) {
  const { say, lang } = useWords()
  const waiting = board.records.filter(({ state }) => state === 'pending')
  const marked = new Set(board.marks.map(({ user }) => user))
  const refusals = board.refusals.filter(({ user }) => !marked.has(user))
  if (waiting.length + refusals.length === 0) return null
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{say('board.review')}</h2>
      <ul aria-live="polite" className="flex flex-col gap-2">
        {waiting.slice(0, mostShown).map((record) => (
          <Waiting key={record.id} standing={standing} record={record} />
        ))}
        {refusals.slice(-mostShown).map(({ user, direction, name, reason, at }) => (
          <li
            key={`${user} ${direction}`}
            data-testid="refusal"
            className="rounded-2xl border border-line bg-surface px-4 py-3"
          >
            <span className="font-medium" dir="auto">
              {name}
            </span>{' '}
            {reasonWord(say, reason)} <span className="text-muted">{whenOf(at, lang)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Waiting({ standing, record }: { standing: Standing; record: Entry }) {
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const judge = (accept: boolean): void => {
    setBusy(true)
    standing
      .review(record.id, accept)
      .catch((error: unknown) => setProblem(explain(error, say)))
      .finally(() => setBusy(false))
  }
  return (
    <li
      data-testid="review"
      className="flex flex-wrap items-center gap-3 rounded-2xl border border-warn bg-warn-soft px-4 py-3"
    >
      <span className="min-w-0 flex-1 basis-56">
        <span className="block font-semibold" dir="auto">
          {record.name}
        </span>
        <span className="text-sm">
          {record.flags.map((flag) => flagWord(say, flag)).join(', ')}
          {record.band && ` · ${say('board.band', { band: record.band })}`}
        </span>
      </span>
      <Button look="outline" disabled={busy} onClick={() => judge(false)}>
        {say('board.review.decline')}
      </Button>
      <Button disabled={busy} onClick={() => judge(true)}>
        {say('board.review.accept')}
      </Button>
      {problem && <Problem>{problem}</Problem>}
    </li>
  )
}
