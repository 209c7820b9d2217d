/**
 * What may go wrong, as the outside sees it.
 *
 * Two families of error exist. A `Refusal` is expected: it has a code from the table below, a sentence the person can
 * act on, and is told to whoever asked. Anything else is a fault of ours: it is logged, and the outside sees `internal`.
 */

/** One sentence in every language Alun speaks. `{name}`-style values are filled in before it is made. */
export interface Text {
  en: string
  id: string
}

export type Lang = keyof Text

/** `http` is the response status, `realtime` the number of the Centrifuge error. Fixed by the public contract. */
export const codes = {
  invalid: { http: 400, realtime: 400, retry: false },
  unauthenticated: { http: 401, realtime: 401, retry: false },
  forbidden: { http: 403, realtime: 403, retry: false },
  not_found: { http: 404, realtime: 404, retry: false },
  conflict: { http: 409, realtime: 409, retry: false },
  limited: { http: 429, realtime: 429, retry: true },
  overloaded: { http: 503, realtime: 453, retry: true },
  unavailable: { http: 503, realtime: 454, retry: true },
} as const satisfies Record<string, { http: number; realtime: number; retry: boolean }>

export type Code = keyof typeof codes

export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(
    readonly code: Code,
    readonly text: Text,
    /** When trying again makes sense, in milliseconds. Doors add jitter. */
    readonly retryAfterMs?: number,
  ) {
    super(`${code}: ${text.en}`)
  }

  say(lang: Lang): string {
    return this.text[lang]
  }
}

export const refuse = {
  invalid: (text: Text) => new Refusal('invalid', text),
  unauthenticated: () =>
    new Refusal('unauthenticated', { en: 'Please sign in first.', id: 'Silakan masuk terlebih dahulu.' }),
  forbidden: (text: Text = { en: 'You may not do this.', id: 'Anda tidak berhak melakukan ini.' }) =>
    new Refusal('forbidden', text),
  notFound: (
    text: Text = {
      en: 'There is nothing here by that name, or you may not see it.',
      id: 'Tidak ada yang bernama itu di sini, atau Anda tidak boleh melihatnya.',
    },
  ) => new Refusal('not_found', text),
  conflict: (text: Text) => new Refusal('conflict', text),
  keyReused: () =>
    new Refusal('conflict', {
      en: 'This key was used before with another input. Use a new key for a new intent.',
      id: 'Kunci ini sudah dipakai dengan isi lain. Gunakan kunci baru untuk maksud baru.',
    }),
  limited: (retryAfterMs: number) =>
    new Refusal(
      'limited',
      { en: 'That was too often. Wait a moment and try again.', id: 'Terlalu sering. Tunggu sebentar lalu coba lagi.' },
      retryAfterMs,
    ),
  overloaded: () =>
    new Refusal(
      'overloaded',
      {
        en: 'Many people are doing this right now. Nothing was done; try again in a moment.',
        id: 'Sedang sangat ramai. Belum ada yang tercatat; coba lagi sebentar lagi.',
      },
      1000,
    ),
  /** The outcome is unknown: the same key asks for it again. */
  unavailable: () =>
    new Refusal(
      'unavailable',
      {
        en: 'The database does not answer right now. Ask again with the same key: nothing is done twice.',
        id: 'Basis data sedang tidak menjawab. Ulangi dengan kunci yang sama: tidak akan tercatat dua kali.',
      },
      1000,
    ),
}
