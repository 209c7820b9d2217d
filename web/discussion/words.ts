import { speak } from '../i18n/speak'
import { en } from './words/en'
import { id } from './words/id'

export { en, id }

export const { useSay, useWords } = speak({ en, id })
