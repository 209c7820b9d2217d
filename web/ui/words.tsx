/** The words of the chosen language, for every component below. */
import { createContext, use, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type { Lang } from '../../protocol/errors'
import { sayIn, type Say } from '../i18n/text'
import { lang } from '../shell/settings'

interface Words {
  say: Say
  lang: Lang
}

const WordsContext = createContext<Words>({ say: sayIn('en'), lang: 'en' })

export function WordsProvider({ children }: { children: ReactNode }) {
  const current = useSyncExternalStore(lang.subscribe, lang.get)
  const words = useMemo(() => ({ say: sayIn(current), lang: current }), [current])
  return <WordsContext value={words}>{children}</WordsContext>
}

export const useWords = (): Words => use(WordsContext)
export const useSay = (): Say => use(WordsContext).say
