/** What services find: each is asked for itself and says what it may show; one that can't answer doesn't keep the others. */
import { useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import type { Hit } from '../../protocol/search'
import type { IconName } from '../ui/icons'
import { agoOf } from '../ui/times'
import type { Find } from './finds'
import type { Lang } from '../../protocol/errors'

/** A letter or two begins half of all words. */
const leastLetters = 3
/** Of each service. */
const most = 5
/** While somebody types nobody is asked. */
const restMs = 250

type Ask = (client: Client, q: string, signal: AbortSignal, lang: Lang) => Promise<Find[]>

const messages: Ask = async (client, q, signal, lang) => {
  const found = await client.query('discussion.search', { q, limit: most }, { signal })
  return found.messages.map(({ id, channel, offset, channelName, author, text, at }) => ({
    ...{ key: `message ${id}`, group: 'find.messages', icon: 'chat', name: text.replace(/\s+/g, ' ') },
    about: `${author.name} · ${channelName} · ${agoOf(at, lang)}`,
    to: `/c/${encodeURIComponent(channel)}?at=${offset}`,
  }))
}

const service =
  (name: 'reports' | 'attendance' | 'drops', group: Find['group'], icon: IconName): Ask =>
  async (client, q, signal, lang) => {
    const { hits } = await client.query(`${name}.search`, { q, limit: most }, { signal })
    return hits.map(({ id, title, about, at }: Hit) => ({
      ...{ key: `${name} ${id}`, group, icon, name: title },
      about: about ? `${about} · ${agoOf(at, lang)}` : agoOf(at, lang),
      to: `/${name}/${encodeURIComponent(id)}`,
    }))
  }

const sources: readonly Ask[] = [
  service('reports', 'find.reports', 'wrench'),
  service('attendance', 'find.sessions', 'present'),
  service('drops', 'find.drops', 'ticket'),
  messages,
]

export interface Hits {
  finds: readonly Find[]
  state: 'idle' | 'asking' | 'found' | 'partly'
}

const nothing: Hits = { finds: [], state: 'idle' }

/** What all services find, a moment after the last letter. What was found stays until the next answer. */
export function useHits(client: Client, query: string, lang: Lang): Hits {
  const [hits, setHits] = useState(nothing)
  const q = query.trim()
  useEffect(() => {
    if (q.length < leastLetters && !/^#?\d+$/.test(q)) return setHits(nothing)
    const stop = new AbortController()
    setHits(({ finds }) => ({ finds, state: 'asking' }))
    const timer = setTimeout(() => {
      void Promise.allSettled(sources.map((ask) => ask(client, q, stop.signal, lang))).then((answers) => {
        if (stop.signal.aborted) return
        const finds = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
        setHits({ finds, state: answers.every(({ status }) => status === 'fulfilled') ? 'found' : 'partly' })
      })
    }, restMs)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, q, lang])
  return hits
}
