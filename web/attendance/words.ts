import { speak } from '../i18n/speak'
import * as learn from './words/learn'
import * as teach from './words/teach'

export const en = { ...learn.en, ...teach.en }
export const id = { ...learn.id, ...teach.id }

export const { useSay, useWords } = speak({ en, id })
