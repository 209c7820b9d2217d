import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { useQuery } from '../ui/use-query'
import { useWords } from './words'

interface TemplatesProps {
  client: Client
  category: string
  onPick(text: string): void
}

/** What is said again and again, one tap away. */
export function Templates({ client, category, onPick }: TemplatesProps) {
  const { say, lang } = useWords()
  const { value } = useQuery(useCallback((signal) => client.query('reports.categories', {}, { signal }), [client]))
  const templates = value?.categories.find(({ id }) => id === category)?.templates ?? []
  if (templates.length === 0) return null
  return (
    <ul aria-label={say('reply.pick')} className="flex flex-col gap-2">
      {templates.map(({ id, text }) => (
        <li key={id}>
          <button
            type="button"
            onClick={() => onPick(text[lang])}
            className="min-h-9 rounded-xl bg-sunken px-3 py-1.5 text-left text-sm hover:bg-accent-soft"
          >
            {text[lang]}
          </button>
        </li>
      ))}
    </ul>
  )
}
