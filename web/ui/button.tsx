import type { ComponentProps } from 'react'
import { Spinner } from './spinner'

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong disabled:opacity-60',
  quiet: 'bg-transparent text-ink hover:bg-sunken disabled:opacity-60',
  danger: 'bg-bad text-on-bad hover:opacity-90 disabled:opacity-60',
  outline: 'border border-line bg-surface text-ink hover:bg-sunken disabled:opacity-60',
} as const

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks
  /** Work is under way: shown, and not to be started again. */
  busy?: boolean
}

export function Button({ look = 'primary', busy = false, className = '', children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 font-medium transition-colors disabled:cursor-default ${looks[look]} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  )
}

/** A button that shows a picture only; `label` says what it does. */
export function IconButton({ label, className = '', ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-11 shrink-0 items-center justify-center rounded-xl text-muted transition-colors hover:bg-sunken hover:text-ink ${className}`}
      {...rest}
    />
  )
}
