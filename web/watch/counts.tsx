import type { ReactNode } from 'react'
import { useWords } from './words'

export function Counts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">{children}</dl>
}

interface CountProps {
  name: string
  /** Missing: not known yet. */
  n: number | undefined
  isBad?: boolean
  unit?: string
}

export function Count({ name, n, isBad = false, unit = '' }: CountProps) {
  const { lang } = useWords()
  const value = n === undefined ? '–' : `${new Intl.NumberFormat(lang).format(n)}${unit}`
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className={`text-2xl font-semibold tabular-nums ${isBad ? 'text-bad' : ''}`}>{value}</dd>
    </div>
  )
}
