import { useId, type ReactNode } from 'react'
import { Link } from '../shell/router'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { Skeleton } from '../ui/spinner'
import type { Queried } from '../ui/use-query'
import { useSay } from './words'

interface SectionProps<T> {
  title: string
  /** Where all of them are, and what that is called. */
  more: { to: string; name: string }
  queried: Queried<T>
  /** Said when nothing waits. */
  none: string
  children: (value: T) => readonly ReactNode[]
}

/** One kind of thing that waits: its rows, or that there are none, or why that isn't known. */
export function Section<T>({ title, more, queried, none, children }: SectionProps<T>) {
  const say = useSay()
  const heading = useId()
  const { value, error } = queried
  const rows = value === undefined ? undefined : children(value)
  return (
    <section aria-labelledby={heading} className="overflow-hidden rounded-2xl border border-line bg-surface">
      <div className="flex min-h-12 items-center justify-between gap-3 py-1 pr-2 pl-4">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        <Link
          href={more.to}
          className="inline-flex min-h-11 items-center rounded-xl px-2 text-sm font-medium text-accent hover:bg-sunken"
        >
          {say('more')}
          <span className="sr-only">: {more.name}</span>
        </Link>
      </div>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!rows && error === undefined && <Skeleton label={say('loading')} lines={['w-3/4', 'w-1/2']} />}
      {rows?.length === 0 && <p className="px-4 pb-4 text-muted">{none}</p>}
      {rows && rows.length > 0 && <ul className="divide-y divide-line border-t border-line">{rows}</ul>}
    </section>
  )
}

/** One thing that waits, and what is to be known of it. */
export function Row({ to, name, children }: { to: string; name: string; children: ReactNode }) {
  return (
    <li>
      <Link href={to} className="flex min-h-12 items-center justify-between gap-3 px-4 py-2 hover:bg-sunken">
        <span className="min-w-0 truncate" dir="auto">
          {name}
        </span>
        <span className="shrink-0 text-sm text-muted">{children}</span>
      </Link>
    </li>
  )
}

/** A section shows the first of them; the rest is where all are. */
export const shown = 5
