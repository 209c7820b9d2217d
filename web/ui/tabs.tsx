import { useId, type KeyboardEvent, type ReactNode } from 'react'

export interface Tab<T extends string> {
  id: T
  label: string
  /** Beside the label, such as a number. */
  extra?: ReactNode
}

interface TabsProps<T extends string> {
  /** What one chooses between. */
  label: string
  tabs: readonly Tab<NoInfer<T>>[]
  value: T
  onChange(value: NoInfer<T>): void
  /** The chosen tab's page. */
  children: ReactNode
}

/** Pages of which one is shown. The arrow keys go from one to the next, and choose. */
export function Tabs<T extends string>({ label, tabs, value, onChange, children }: TabsProps<T>) {
  const id = useId()
  const go = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = tabs.findIndex((tab) => tab.id === value)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = tabs.at(to % tabs.length)!
    onChange(next.id)
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus()
  }
  return (
    <div className="flex min-h-0 flex-col gap-4">
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={go}
        className="flex max-w-full gap-1 overflow-x-auto border-b border-line p-1 pb-0"
      >
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            data-tab={tab.id}
            aria-selected={tab.id === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
            className="flex min-h-11 shrink-0 items-center gap-2 rounded-t-lg border-b-2 border-transparent px-3 whitespace-nowrap text-muted hover:text-ink aria-selected:border-accent aria-selected:font-medium aria-selected:text-accent"
          >
            {tab.label}
            {tab.extra}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} tabIndex={0} className="min-h-0">
        {children}
      </div>
    </div>
  )
}
