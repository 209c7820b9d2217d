/** Words in the user's language. `text('channels.unread', { n: 3 })`; a missing key or value doesn't compile. */
import type { Lang } from '../../protocol/errors'
import type { Catalogue, Key, Plural, Values } from './catalogue'
import { en } from './en'
import { id } from './id'

const catalogues: Record<Lang, Catalogue> = { en, id }
const plurals: Record<Lang, Intl.PluralRules> = { en: new Intl.PluralRules('en'), id: new Intl.PluralRules('id') }
const numbers: Record<Lang, Intl.NumberFormat> = { en: new Intl.NumberFormat('en'), id: new Intl.NumberFormat('id') }

export type Say = <K extends Key>(key: K, ...values: Values<K>) => string

export function sayIn(lang: Lang): Say {
  return (key, ...[values]) => fill(lang, form(lang, catalogues[lang][key], values), values ?? {})
}

function form(lang: Lang, entry: string | Plural, values: { n?: number } | undefined): string {
  if (typeof entry === 'string') return entry
  return entry[plurals[lang].select(values?.n ?? 0)] ?? entry.other
}

function fill(lang: Lang, text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? numbers[lang].format(value) : (value ?? whole)
  })
}
