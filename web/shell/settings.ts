/** What a person chose on this device: language and appearance. Kept here; `profile.ts` tells their other devices. */
import type { Lang } from '../../protocol/errors'
import { Store } from '../../client/store'
import type { Theme } from '../../client/methods/people'
import { recall, remember } from './device'

export const themes: readonly Theme[] = ['system', 'light', 'dark']
export const langs: readonly Lang[] = ['id', 'en']

const isTheme = (value: string | undefined): value is Theme => themes.includes(value as Theme)
const isLang = (value: string | undefined): value is Lang => langs.includes(value as Lang)

export const theme = new Store<Theme>(firstTheme())
export const lang = new Store<Lang>(firstLang())

function firstTheme(): Theme {
  const kept = recall('theme')
  return isTheme(kept) ? kept : 'system'
}

/** The first of the device's languages that we speak. */
function firstLang(): Lang {
  const kept = recall('lang')
  if (isLang(kept)) return kept
  // Old browsers, and programs that are none, don’t say.
  const spoken = (navigator.languages ?? []).map((tag) => tag.slice(0, 2).toLowerCase())
  // `in` is what old Android says for Indonesian.
  return spoken.map((tag) => (tag === 'in' ? 'id' : tag)).find(isLang) ?? 'en'
}

/** A language that the person chose on another device, unless one was chosen on this one. */
export function adoptLang(value: Lang): void {
  if (recall('lang') === undefined) lang.set(value)
}

/** As above, of how pages look. */
export function adoptTheme(value: Theme): void {
  if (recall('theme') === undefined) theme.set(value)
}

/** Makes the page look and speak as chosen, now and whenever it changes. */
export function applySettings(): void {
  const apply = (): void => {
    const root = document.documentElement
    root.lang = lang.get()
    if (theme.get() === 'system') delete root.dataset['theme']
    else root.dataset['theme'] = theme.get()
  }
  apply()
  theme.subscribe(() => {
    apply()
    remember('theme', theme.get())
  })
  lang.subscribe(() => {
    apply()
    remember('lang', lang.get())
  })
}
