import { useId, type ReactNode } from 'react'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { Skeleton } from '../ui/spinner'
import type { Queried } from '../ui/use-query'
import { useSay } from './words'

interface SectionProps<T> {
  title: string
  /** Leads to all of them. */
  more: ReactNode
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
      <div className="flex min-h-12 items-center justify-between gap-3 pr-2 pl-4">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        {more}
      </div>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!rows && error === undefined && <Skeleton label={say('loading')} lines={['w-3/4', 'w-1/2']} />}
      {rows?.length === 0 && <p className="px-4 pb-4 text-muted">{none}</p>}
      {rows && rows.length > 0 && <ul className="divide-y divide-line border-t border-line">{rows}</ul>}
    </section>
  )
}
