/** What better-auth answers when it refuses, in the codes of the contract and in words of ours. */
import { Refusal, refuse, type Code, type Text } from '../../protocol/errors'
import { addressTaken } from './first-admin'

const known: Record<string, { code: Code; text: Text }> = {
  INVALID_EMAIL_OR_PASSWORD: {
    code: 'unauthenticated',
    text: { en: 'E-mail or password is wrong.', id: 'Surel atau kata sandi salah.' },
  },
  INVALID_PASSWORD: { code: 'forbidden', text: { en: 'The password is wrong.', id: 'Kata sandi salah.' } },
  INVALID_EMAIL: {
    code: 'invalid',
    text: { en: 'email: this is not an e-mail address.', id: 'email: ini bukan alamat surel.' },
  },
  PASSWORD_TOO_SHORT: {
    code: 'invalid',
    text: { en: 'password: at least 8 characters.', id: 'password: sedikitnya 8 karakter.' },
  },
  PASSWORD_TOO_LONG: {
    code: 'invalid',
    text: { en: 'password: at most 128 characters.', id: 'password: paling banyak 128 karakter.' },
  },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    code: 'conflict',
    text: addressTaken,
  },
  ANONYMOUS_USERS_CANNOT_SIGN_IN_AGAIN_ANONYMOUSLY: {
    code: 'conflict',
    text: {
      en: 'You are signed in as a guest already. Sign out first to use another name.',
      id: 'Anda sudah masuk sebagai tamu. Keluar dahulu untuk memakai nama lain.',
    },
  },
  INVALID_ORIGIN: {
    code: 'forbidden',
    text: {
      en: 'This request came from another site. Open the app at its own address and try again.',
      id: 'Permintaan ini datang dari situs lain. Buka aplikasi di alamatnya sendiri lalu coba lagi.',
    },
  },
}
const sameAs: Record<string, string> = {
  USER_ALREADY_EXISTS: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
  // Two sign-ups with one address at the same moment: the second meets the unique index.
  FAILED_TO_CREATE_USER: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
  MISSING_OR_NULL_ORIGIN: 'INVALID_ORIGIN',
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: 'INVALID_ORIGIN',
}

const general: Record<number, () => Refusal> = {
  401: () => refuse.unauthenticated(),
  403: () => refuse.forbidden(),
  404: () => refuse.notFound(),
  405: () => refuse.notFound(),
  429: () => refuse.limited(1000),
  503: () => refuse.unavailable(),
}

interface Body {
  code?: string
  message?: string
  /** Ours, from a hook. */
  text?: Text
  refusal?: Code
}

/** @returns what a failed answer means: a Refusal, or a fault of ours. */
export async function meaningOf(answer: Response): Promise<Error> {
  const { code = '', message = '', text, refusal: ours = 'invalid' } = (await answer.json().catch(() => ({}))) as Body
  if (text) return new Refusal(ours, text)
  const named = known[sameAs[code] ?? code]
  if (named) return new Refusal(named.code, named.text)
  const refusal = general[answer.status]?.()
  if (refusal) return refusal
  if (answer.status >= 500) return new Error(`better-auth answered ${answer.status} ${code} ${message}`)
  const [, field, words] = /^\[body\.([\w.]+)\] (.*)$/.exec(message) ?? []
  if (field) return refuse.invalid({ en: `${field}: ${words}`, id: `${field}: isian tidak sesuai (${words})` })
  return refuse.invalid({ en: message || 'The input is not valid.', id: unfit })
}

const unfit = 'Isian tidak sesuai. Periksa lalu coba lagi.'
