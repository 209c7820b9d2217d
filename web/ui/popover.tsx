import { useEffect, useId, useRef, useState, type ReactNode } from 'react'

interface PopoverProps {
  /** What the button is called for those who can't see it. */
  label: string
  button: ReactNode
  buttonClassName?: string
  /** Where it opens, from the button. */
  place?: 'below-right' | 'above-left'
  children: (close: () => void) => ReactNode
}

const places = {
  'below-right': 'top-full right-0 mt-2',
  'above-left': 'bottom-full left-0 mb-2',
} as const

/** A button and what it discloses. Closes on Escape, on a click elsewhere and when the focus leaves it. */
export function Popover({ label, button, buttonClassName = '', place = 'below-right', children }: PopoverProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const elsewhere = (event: Event): void => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) setOpen(false)
    }
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      setOpen(false)
      trigger.current?.focus()
    }
    const events = ['pointerdown', 'focusin'] as const
    for (const name of events) document.addEventListener(name, elsewhere)
    document.addEventListener('keydown', escape)
    return () => {
      for (const name of events) document.removeEventListener(name, elsewhere)
      document.removeEventListener('keydown', escape)
    }
  }, [open])
  return (
    <div ref={ref} className="relative">
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className={buttonClassName}
      >
        {button}
      </button>
      {open && (
        <div
          id={id}
          className={`absolute z-20 w-80 max-w-[calc(100vw-1.5rem)] rounded-2xl border border-line bg-raised p-4 shadow-float ${places[place]}`}
        >
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  )
}
