/** The other ways to enter something: longer texts, one of several, yes or no. All with label, hint and error. */
import { useId, type ComponentProps, type ReactNode } from 'react'

interface Around {
  label: string
  hint?: string
  /** What is wrong with it, in words. */
  error?: string
}

interface Wired {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

const frame =
  'w-full rounded-xl border border-field bg-surface px-3.5 outline-none focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent aria-invalid:border-bad'

export function TextArea({
  label,
  hint,
  error,
  className = '',
  ...rest
}: Around & Omit<ComponentProps<'textarea'>, 'id'>) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(wired) => <textarea rows={4} {...wired} className={`py-3 ${frame} ${className}`} {...rest} />}
    </Labelled>
  )
}

export interface Option<T extends string> {
  value: T
  label: string
  disabled?: boolean
}

interface SelectProps<T extends string> extends Around, Omit<ComponentProps<'select'>, 'id' | 'onChange' | 'value'> {
  options: readonly Option<NoInfer<T>>[]
  value?: T
  onChange?(value: NoInfer<T>): void
}

/** The browser's own: on a phone nothing is better to use. */
export function Select<T extends string>({
  label,
  hint,
  error,
  options,
  onChange,
  className = '',
  ...rest
}: SelectProps<T>) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(wired) => (
        <select
          {...wired}
          className={`min-h-12 ${frame} ${className}`}
          onChange={(event) => onChange?.(event.target.value as T)}
          {...rest}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}

/** Yes or no, with its label beside it. */
export function Checkbox({
  label,
  hint,
  ...rest
}: Omit<Around, 'error'> & Omit<ComponentProps<'input'>, 'id' | 'type'>) {
  const id = useId()
  return (
    <div className="flex items-start gap-3">
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-6 shrink-0 accent-accent"
        {...rest}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block min-h-6 font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

function Labelled({
  label,
  hint,
  error,
  children,
}: {
  [K in keyof Around]: Around[K] | undefined
} & { children: (wired: Wired) => ReactNode }) {
  const id = useId()
  const told = error ?? hint
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': told ? `${id}-told` : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {told && (
        <p id={`${id}-told`} className={`text-sm ${error === undefined ? 'text-muted' : 'text-bad'}`}>
          {told}
        </p>
      )}
    </div>
  )
}
