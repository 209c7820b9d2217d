import type { ReactNode } from 'react'
import { Virtualizer } from 'virtua'

interface VirtualListProps<T> {
  /** What the list holds. */
  label: string
  items: readonly T[]
  itemKey(item: T): string
  render(item: T, index: number): ReactNode
  className?: string
}

/** A list of any length: only what is seen is on the page. It fills the height it is given, and scrolls in it. */
export function VirtualList<T>({ label, items, itemKey, render, className = 'h-full' }: VirtualListProps<T>) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className={`overflow-y-auto ${className}`}>
      <div role="list" aria-label={label}>
        <Virtualizer data={items}>
          {(item, index) => (
            <div key={itemKey(item)} role="listitem" aria-setsize={items.length} aria-posinset={index + 1}>
              {render(item, index)}
            </div>
          )}
        </Virtualizer>
      </div>
    </div>
  )
}
