import { useEffect, useId, useRef, type MouseEvent, type ReactNode } from 'react'
import { IconButton } from './button'
import { Icon } from './icons'
import { useSay } from './words'

const shapes = {
  /** In the middle. */
  dialog: 'm-auto w-[calc(100%-2rem)] max-w-md rounded-2xl',
  /** From below on a phone, at the side on a wide screen. */
  sheet:
    'mt-auto mb-0 w-full max-w-full rounded-t-2xl md:my-0 md:mr-0 md:ml-auto md:h-full md:max-h-full md:w-96 md:rounded-none md:rounded-l-2xl',
} as const

interface DialogProps {
  title: string
  shape?: keyof typeof shapes
  onClose(): void
  children: ReactNode
}

/** The browser's own dialog: it keeps the focus inside, closes on Escape and gives the focus back. Open while mounted. */
export function Dialog({ title, shape = 'dialog', onClose, children }: DialogProps) {
  const say = useSay()
  const heading = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) {
      dialog.showModal()
      // The browser would choose the button that closes it.
      dialog.querySelector<HTMLElement>('input, textarea, select')?.focus()
    }
    return () => dialog?.close()
  }, [])
  const outside = (event: MouseEvent): void => {
    if (event.target === ref.current) onClose()
  }
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={outside}
      className={`max-h-[85dvh] overflow-hidden border border-line bg-raised p-0 shadow-float ${shapes[shape]}`}
    >
      <div className="flex max-h-[inherit] flex-col">
        <div className="flex items-center justify-between gap-2 py-2 pr-2 pl-5">
          <h2 id={heading} className="text-lg font-semibold">
            {title}
          </h2>
          <IconButton label={say('app.close')} onClick={onClose}>
            <Icon name="close" />
          </IconButton>
        </div>
        <div className="overflow-y-auto px-5 pt-1 pb-5">{children}</div>
      </div>
    </dialog>
  )
}
