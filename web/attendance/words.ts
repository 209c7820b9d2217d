import { speak } from '../i18n/speak'
import * as learn from './words/learn'
import * as prepare from './words/prepare'
import * as teach from './words/teach'

export const en = { ...learn.en, ...teach.en, ...prepare.en }
export const id = { ...learn.id, ...teach.id, ...prepare.id }

export const { useSay, useWords } = speak({ en, id })
