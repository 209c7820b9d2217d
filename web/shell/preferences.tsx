import type { ReactNode } from 'react'
import type { Store } from '../../client/store'
import { useStore } from '../ui/use-store'
import { sayIn, useSay } from './words'
import { lang, langs, theme, themes } from './settings'

/** Language and appearance, as rows of buttons of which one is pressed. */
export function Preferences() {
  const say = useSay()
  return (
    <div className="flex flex-col gap-3">
      <Choice label={say('lang.switch')} store={lang} values={langs} name={(value) => sayIn(value)('lang.name')} />
      <Choice label={say('theme.switch')} store={theme} values={themes} name={(value) => say(`theme.${value}`)} />
    </div>
  )
}

/** The language alone, for pages that people see before they are signed in. */
export function LanguageChoice() {
  const say = useSay()
  return (
    <Choice
      label={say('lang.switch')}
      store={lang}
      values={langs}
      name={(value) => sayIn(value)('lang.name')}
      hideLabel
    />
  )
}

interface ChoiceProps<T extends string> {
  label: string
  store: Store<T>
  values: readonly T[]
  name(value: T): ReactNode
  hideLabel?: boolean
}

function Choice<T extends string>({ label, store, values, name, hideLabel = false }: ChoiceProps<T>) {
  const current = useStore(store)
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className={hideLabel ? 'sr-only' : 'mb-1.5 text-sm font-medium text-muted'}>{label}</legend>
      <div className="flex gap-1 rounded-xl bg-sunken p-1">
        {values.map((value) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === current}
            onClick={() => store.set(value)}
            className="min-h-9 flex-1 rounded-lg px-2 text-sm text-muted aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-sm"
          >
            {name(value)}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
