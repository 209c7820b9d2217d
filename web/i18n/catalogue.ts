/** The shape of words: the English ones decide which keys there are and which values a text needs. */

/** Plural forms by the names of `Intl.PluralRules`; `other` is what every language has. */
export type Plural = { readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string }

export type English = Readonly<Record<string, string | Plural>>

/** The same keys in another language: one that is missing, or too much, doesn't compile. */
export type Translation<E extends English> = { readonly [K in keyof E]: E[K] extends string ? string : Plural }

type NamesIn<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never

/** The values that a text needs. A plural also needs `n`. */
type NeededBy<Entry> = Entry extends string ? NamesIn<Entry> : NamesIn<Entry[keyof Entry]> | 'n'

export type Values<Entry> = [NeededBy<Entry>] extends [never]
  ? []
  : [values: { [N in NeededBy<Entry>]: N extends 'n' ? number : string | number }]

/** `say('unread', { n: 3 })` */
export type Say<E extends English> = <K extends keyof E & string>(key: K, ...values: Values<E[K]>) => string
