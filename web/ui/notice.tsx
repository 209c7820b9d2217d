import type { ReactNode } from 'react'
import { Icon } from './icons'

/** What went wrong and what to do, where it happened. Said aloud when it appears. */
export function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="flex items-start gap-2 rounded-xl bg-bad-soft px-3.5 py-2.5 text-bad">
      <Icon name="alert" className="mt-0.5 size-5 shrink-0" />
      <span>{children}</span>
    </p>
  )
}
