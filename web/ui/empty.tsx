import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons'

/** Nothing is here, why, and what to do next. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="m-auto flex max-w-sm flex-col items-center gap-2 p-8 text-center">
      <span className="mb-1 rounded-2xl bg-accent-soft p-3 text-accent">
        <Icon name={icon} className="size-7" />
      </span>
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="text-muted">{children}</div>
    </div>
  )
}
