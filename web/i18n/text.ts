/** A text of a catalogue, with its values filled in the way of the language. */
import type { Lang } from '../../protocol/errors'
import type { English, Plural, Say, Translation } from './catalogue'

const plurals: Record<Lang, Intl.PluralRules> = { en: new Intl.PluralRules('en'), id: new Intl.PluralRules('id') }
const numbers: Record<Lang, Intl.NumberFormat> = { en: new Intl.NumberFormat('en'), id: new Intl.NumberFormat('id') }

export function sayIn<E extends English>(lang: Lang, catalogue: Translation<E>): Say<E> {
  return (key, ...[values]) => fill(lang, form(lang, catalogue[key], values), values ?? {})
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
