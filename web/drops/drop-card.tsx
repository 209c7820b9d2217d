import type { Drop } from '../../services/drops/model'
import { Link } from '../shell/router'
import { dayName, timeOf } from '../ui/times'
import { paths } from './paths'
import { useWords } from './words'

const looks: Record<Drop['status'], string> = {
  open: 'bg-accent text-on-accent',
  lobby: 'bg-accent-soft text-accent',
  scheduled: 'bg-sunken text-ink',
  paused: 'bg-warn-soft text-warn',
  sold_out: 'bg-sunken text-muted',
  closed: 'bg-sunken text-muted',
}

/** A drop in the list. All of it is the way to its page. */
export function DropCard({ drop }: { drop: Drop }) {
  const { say, lang } = useWords()
  const { title, status, stock, free, opensAt } = drop
  const opens = new Date(opensAt)
  const day = `${opens.getFullYear()}-${String(opens.getMonth() + 1).padStart(2, '0')}-${String(opens.getDate()).padStart(2, '0')}`
  const when = `${dayName(day, lang)}, ${timeOf(opensAt, lang)}`
  return (
    <Link
      href={paths.drop(drop.id)}
      data-testid="drop-card"
      className="flex w-full flex-col gap-3 rounded-2xl border border-line bg-surface p-4 transition-colors hover:border-accent"
    >
      <span className="flex flex-wrap items-center justify-between gap-2">
        <span className={`rounded-full px-3 py-0.5 text-sm font-medium ${looks[status]}`}>
          {status === 'scheduled' ? say('status.scheduled', { at: when }) : say(`status.${status}`)}
        </span>
      </span>
      <span className="text-lg leading-snug font-semibold text-balance">{title}</span>
      <span className="mt-auto flex flex-col gap-1.5 text-sm text-muted">
        {status === 'scheduled' || status === 'lobby' ? (
          say('list.stock', { n: stock })
        ) : (
          <>
            <span>{say('list.left', { n: free, stock })}</span>
            <span aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-sunken">
              <span className="block h-full bg-accent" style={{ width: `${stock > 0 ? (free / stock) * 100 : 0}%` }} />
            </span>
          </>
        )}
      </span>
    </Link>
  )
}
