import { useCallback, useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import type { Author } from '../../services/discussion/model'
import { Avatar } from '../ui/avatar'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { useQuery } from '../ui/use-query'
import { useSay } from './words'

interface PickerProps {
  client: Client
  chosen: readonly Author[]
  /** Ids of those who are not offered. */
  without: readonly string[]
  onChange(chosen: readonly Author[]): void
}

const askAfterMs = 200

/** Finds people by a part of their name, and keeps those that are chosen. */
export function PeoplePicker({ client, chosen, without, onChange }: PickerProps) {
  const say = useSay()
  const [text, setText] = useState('')
  const [q, setQuery] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQuery(text.trim()), askAfterMs)
    return () => clearTimeout(timer)
  }, [text])
  const { value } = useQuery(useCallback(() => client.query('people.find', { q, limit: 20 }), [client, q]))
  const taken = new Set([...without, ...chosen.map(({ id }) => id)])
  const found = value?.people.filter(({ id }) => !taken.has(id)) ?? []
  return (
    <div className="flex flex-col gap-2">
      {chosen.length > 0 && (
        <ul aria-label={say('direct.chosen')} className="flex flex-wrap gap-1.5">
          {chosen.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                aria-label={say('direct.remove', { name: person.name })}
                onClick={() => onChange(chosen.filter(({ id }) => id !== person.id))}
                className="inline-flex min-h-9 items-center gap-1.5 rounded-full border border-line px-3 text-sm hover:bg-sunken"
              >
                {person.name}
                <Icon name="close" className="size-4 text-muted" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field
        label={say('direct.find')}
        value={text}
        autoComplete="off"
        onChange={({ target }) => setText(target.value)}
      />
      <ul aria-live="polite" className="max-h-56 overflow-y-auto">
        {found.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => {
                onChange([...chosen, { id, name }])
                setText('')
              }}
              className="flex min-h-11 w-full items-center gap-2.5 rounded-xl px-2 text-left hover:bg-sunken"
            >
              <Avatar id={id} name={name} className="size-8 text-xs" />
              <span className="truncate">{name}</span>
            </button>
          </li>
        ))}
        {value && found.length === 0 && q !== '' && <li className="py-2 text-sm text-muted">{say('direct.none')}</li>}
      </ul>
    </div>
  )
}
