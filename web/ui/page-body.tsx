import type { ReactNode } from 'react'
import { useTitle } from './use-title'

interface PageBodyProps {
  /** The page's heading, and the tab's title. */
  title: string
  /** Beside the heading: what one does here. */
  actions?: ReactNode
  /** How wide lines may get; tables and boards want `wide`. */
  width?: 'reading' | 'wide'
  children: ReactNode
}

/** The usual page: a heading, its actions and a column that is comfortable to read. It scrolls in the frame. */
export function PageBody({ title, actions, width = 'reading', children }: PageBodyProps) {
  useTitle(title)
  return (
    <div
      className={`mx-auto flex min-h-full w-full flex-col gap-5 px-4 py-5 md:px-6 ${width === 'wide' ? 'max-w-7xl' : 'max-w-3xl'}`}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-2xl font-bold text-balance">{title}</h1>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
