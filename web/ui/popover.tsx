import { useId, useRef, type ReactNode } from 'react'
import { useFloating } from './use-floating'

interface PopoverProps {
  /** What the button is called where it shows no words. Where it does, those belong to its name: say the rest unseen. */
  label?: string
  button: ReactNode
  buttonClassName?: string
  /** More of what the button shows, for whoever points at it. */
  hover?: string | undefined
  children: (close: () => void) => ReactNode
}

/** A button and what it discloses. Closes on Escape and on a click elsewhere. */
export function Popover({ label, button, buttonClassName = '', hover, children }: PopoverProps) {
  const id = useId()
  const trigger = useRef<HTMLButtonElement>(null)
  const { popup, isOpen, close } = useFloating<HTMLDivElement>(trigger)
  return (
    <>
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        title={hover}
        aria-expanded={isOpen}
        popoverTarget={id}
        className={buttonClassName}
      >
        {button}
      </button>
      <div
        ref={popup}
        id={id}
        popover="auto"
        className="m-0 w-80 max-w-[calc(100vw-1rem)] rounded-2xl border border-line bg-raised p-4 text-ink shadow-float"
      >
        {isOpen && children(close)}
      </div>
    </>
  )
}
