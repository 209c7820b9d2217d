/** What the search finds: pages, conversations and actions, as one list. Pure but for what an action does. */
import type { Role } from '../../protocol/roles'
import type { Channel } from '../../services/discussion/model'
import type { IconName } from '../ui/icons'
import { waysFor } from './navigation'
import { lang, theme } from './settings'
import type { useSay } from './words'

export interface Find {
  key: string
  group: `find.${'pages' | 'channels' | 'actions' | 'messages' | 'reports' | 'sessions' | 'drops'}`
  name: string
  /** In smaller letters below it. */
  about?: string
  icon: IconName
  /** Where it leads, or what it does. */
  to: string | (() => void)
}

type Say = ReturnType<typeof useSay>

export function findsFor(
  role: Role,
  isDemo: boolean,
  channels: readonly Pick<Channel, 'id' | 'name'>[],
  say: Say,
): Find[] {
  const pages = waysFor(role, isDemo).map(({ path, name, icon }): Find => ({
    key: path,
    group: 'find.pages',
    name: say(name),
    icon,
    to: path,
  }))
  const talks = channels.map(({ id, name }): Find => ({
    key: `channel ${id}`,
    group: 'find.channels',
    name,
    icon: 'hash',
    to: `/c/${encodeURIComponent(id)}`,
  }))
  return [...pages, ...talks, ...actions(say)]
}

function actions(say: Say): Find[] {
  const looks = (['light', 'dark', 'system'] as const).map((look): Find => ({
    key: look,
    group: 'find.actions',
    name: `${say('theme.switch')}: ${say(`theme.${look}`)}`,
    icon: 'gear',
    to: () => theme.set(look),
  }))
  const other = lang.get() === 'en' ? 'id' : 'en'
  const language: Find = {
    key: 'lang',
    group: 'find.actions',
    name: say(`find.speak.${other}`),
    icon: 'gear',
    to: () => lang.set(other),
  }
  return [language, ...looks]
}

/** To the page that searches messages alone, by more than words. */
export const searchMessages = (query: string, say: Say): Find => ({
  key: 'search messages',
  group: 'find.messages',
  name: say('find.messagesOf', { q: query.trim() }),
  icon: 'search',
  to: `/search?q=${encodeURIComponent(query.trim())}`,
})

/** Those in whose name every word of the query begins a word; without a query, all. In their order. */
export function search(finds: readonly Find[], query: string): Find[] {
  const wanted = wordsOf(query)
  return finds.filter(({ name }) => {
    const words = wordsOf(name)
    return wanted.every((part) => words.some((word) => word.startsWith(part)))
  })
}

/** Without accents and case, as people type. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
