/** A button and the actions behind it, by the pattern of the ARIA practices: arrows, Home, End, letters, Escape. */
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Icon, type IconName } from './icons'
import { useFloating } from './use-floating'

export interface MenuItem {
  key: string
  label: string
  icon?: IconName
  /** What can't be taken back. */
  danger?: boolean
  disabled?: boolean
  onSelect(): void
}

interface MenuProps {
  /** What the button is called for those who can't see it. */
  label: string
  button: ReactNode
  buttonClassName?: string
  items: readonly MenuItem[]
}

export const menuButton =
  'inline-flex size-11 shrink-0 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink'

export function Menu({ label, button, buttonClassName = menuButton, items }: MenuProps) {
  const id = useId()
  const trigger = useRef<HTMLButtonElement>(null)
  const { popup, isOpen, open, close } = useFloating<HTMLDivElement>(trigger)
  useEffect(() => {
    if (isOpen && !popup.current?.contains(document.activeElement)) entries(popup.current)[0]?.focus()
  }, [isOpen, popup])
  const openByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    open()
    if (event.key === 'ArrowUp') entries(popup.current).at(-1)?.focus()
  }
  const choose = (item: MenuItem): void => {
    close()
    trigger.current?.focus()
    item.onSelect()
  }
  return (
    <>
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        popoverTarget={id}
        className={buttonClassName}
        onKeyDown={openByKey}
      >
        {button}
      </button>
      <div
        ref={popup}
        id={id}
        role="menu"
        aria-label={label}
        popover="auto"
        tabIndex={-1}
        onKeyDown={(event) => move(event, popup.current, close)}
        className="m-0 min-w-44 rounded-2xl border border-line bg-raised p-1.5 text-ink shadow-float"
      >
        {items.map((item) => (
          <Entry key={item.key} item={item} onChoose={() => choose(item)} />
        ))}
      </div>
    </>
  )
}

function Entry({ item, onChoose }: { item: MenuItem; onChoose(): void }) {
  const { label, icon, danger = false, disabled = false } = item
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      disabled={disabled}
      onClick={onChoose}
      className={`flex min-h-11 w-full items-center gap-3 rounded-xl px-3 text-left hover:bg-sunken focus:bg-sunken focus:outline-none disabled:opacity-50 ${danger ? 'text-bad' : ''}`}
    >
      {icon && <Icon name={icon} className="size-5 shrink-0" />}
      {label}
    </button>
  )
}

const entries = (menu: HTMLElement | null): HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)') ?? []),
]

function move(event: KeyboardEvent, menu: HTMLElement | null, close: () => void): void {
  const all = entries(menu)
  const at = all.findIndex((entry) => entry === document.activeElement)
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
  const to = steps[event.key]
  if (to !== undefined) {
    event.preventDefault()
    all.at(to % all.length)?.focus()
  } else if (event.key === 'Tab') close()
  else if (event.key.length === 1 && event.key !== ' ') {
    const begins = (entry: HTMLElement): boolean =>
      entry.innerText.toLocaleLowerCase().startsWith(event.key.toLocaleLowerCase())
    ;[...all.slice(at + 1), ...all].find(begins)?.focus()
  }
}
