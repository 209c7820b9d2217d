import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import { useSay } from './words'

interface FieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  label: string
  hint?: string
  /** Beside the input, inside its frame. */
  after?: ReactNode
}

export function Field({ label, hint, after, className = '', ...rest }: FieldProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex items-center rounded-xl border border-field bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <input
          id={id}
          aria-describedby={hint ? `${id}-hint` : undefined}
          className={`min-h-12 w-full min-w-0 rounded-xl bg-transparent px-3.5 outline-none ${className}`}
          {...rest}
        />
        {after}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  )
}

/** A password that can be looked at: nobody should have to type one blindly on a phone. */
export function PasswordField(props: Omit<FieldProps, 'type' | 'after'>) {
  const say = useSay()
  const [shown, setShown] = useState(false)
  const toggle = (
    <button
      type="button"
      aria-pressed={shown}
      onClick={() => setShown(!shown)}
      className="min-h-11 shrink-0 rounded-lg px-3 text-sm font-medium text-accent"
    >
      {say(shown ? 'sign.password.hide' : 'sign.password.show')}
    </button>
  )
  return <Field {...props} type={shown ? 'text' : 'password'} autoCapitalize="none" spellCheck={false} after={toggle} />
}
