/**
 * The words of one folder, and the hooks that say them. A folder's `words.ts` is imported by its own components only, so
 * that a page that is loaded late brings its words along:
 *
 *   export const en = { 'list.unread': { one: '{n} unread report', other: '{n} unread reports' } } as const
 *   export const id: Translation<typeof en> = { 'list.unread': { other: '{n} laporan belum dibaca' } }
 *   export const { useSay, useWords } = speak({ en, id })
 *
 *   const say = useSay()                 // in a component
 *   say('list.unread', { n: 3 })         // a missing key, value or translation doesn't compile
 */
import { useSyncExternalStore } from 'react'
import type { Lang } from '../../protocol/errors'
import { lang } from '../shell/settings'
import type { English, Say, Translation } from './catalogue'
import { en, id } from './common'
import { sayIn } from './text'

const common = { en, id }
type Common = typeof en

export interface Words<E extends English> {
  say: Say<E & Common>
  lang: Lang
}

export interface Speech<E extends English> {
  useWords(): Words<E>
  useSay(): Say<E & Common>
  /** Outside of components. */
  sayIn(lang: Lang): Say<E & Common>
}

/** @param own this folder's words. The common ones (`i18n/common.ts`) may be said everywhere. */
export function speak<E extends English>(own: { en: E; id: Translation<E> }): Speech<E> {
  const inLang = (of: Lang): Words<E> => {
    const catalogue = { ...common[of], ...own[of] } as unknown as Translation<E & Common>
    return { say: sayIn<E & Common>(of, catalogue), lang: of }
  }
  const words: Record<Lang, Words<E>> = { en: inLang('en'), id: inLang('id') }
  const useWords = (): Words<E> => words[useSyncExternalStore(lang.subscribe, lang.get)]
  return { useWords, useSay: () => useWords().say, sayIn: (of) => words[of].say }
}
