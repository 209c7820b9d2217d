import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  'sign.password.show': 'Show',
  'sign.password.hide': 'Hide',
} as const

export const id: Translation<typeof en> = {
  'sign.password.show': 'Lihat',
  'sign.password.hide': 'Sembunyikan',
}

export const { useSay } = speak({ en, id })
