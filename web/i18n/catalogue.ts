/** The shape of a catalogue, taken from the English one: a key that is missing elsewhere fails the type check. */
import type { en } from './en'

export type Key = keyof typeof en

/** Plural forms by the names of `Intl.PluralRules`; `other` is what every language has. */
export type Plural = { readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string }

export type Catalogue = { readonly [K in Key]: (typeof en)[K] extends string ? string : Plural }

type NamesIn<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
type EntryOf<K extends Key> = (typeof en)[K]

/** The values that a text needs. A plural also needs `n`. */
export type ValuesOf<K extends Key> =
  EntryOf<K> extends string ? NamesIn<EntryOf<K>> : NamesIn<EntryOf<K>[keyof EntryOf<K>]> | 'n'

export type Values<K extends Key> = [ValuesOf<K>] extends [never]
  ? []
  : [values: { [N in ValuesOf<K>]: N extends 'n' ? number : string | number }]
