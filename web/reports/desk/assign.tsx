import { useCallback, useState } from 'react'
import type { Client } from '../../../client/client'
import { can, type Card } from '../../../services/reports/model'
import { Button } from '../../ui/button'
import { Select } from '../../ui/inputs'
import { useQuery } from '../../ui/use-query'
import { useAct } from '../use-act'
import { useSay } from './words'

export interface Choice {
  /** Those that can still be given to somebody. */
  ids: string[]
  has(card: Card): boolean
  toggle(card: Card): void
  clear(): void
}

/** Cards that are chosen. What was closed meanwhile drops out by itself, so that it can't hold up the others. */
export function useChoice(cards: readonly Card[]): Choice {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const ids = cards.filter(({ id, state }) => chosen.has(id) && can(state, 'assign')).map(({ id }) => id)
  return {
    ids,
    has: ({ id }) => ids.includes(id),
    toggle: ({ id }) => setChosen(new Set(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id])),
    clear: () => setChosen(new Set()),
  }
}

export function Choose({ card, choice }: { card: Card; choice: Choice }) {
  const say = useSay()
  if (!can(card.state, 'assign')) return null
  return (
    <label className="inline-flex min-h-11 items-center gap-2">
      <input
        type="checkbox"
        checked={choice.has(card)}
        onChange={() => choice.toggle(card)}
        className="size-6 accent-accent"
      />
      <span className="sr-only">{say('queue.select', { number: card.number })}</span>
    </label>
  )
}

/** Gives all that is chosen to one technician, at once. */
export function AssignBar({ client, choice }: { client: Client; choice: Choice }) {
  const say = useSay()
  const { busy, act } = useAct()
  const [to, setTo] = useState('')
  const { value } = useQuery(
    useCallback((signal) => client.query('people.find', { role: 'technician', limit: 100 }, { signal }), [client]),
  )
  const people = value?.people ?? []
  const technician = to || people[0]?.id
  if (choice.ids.length === 0) return null
  const give = async (): Promise<void> => {
    if (!technician) return
    await client.command('reports.assign', { reports: choice.ids, technician })
    choice.clear()
  }
  return (
    <div className="sticky bottom-2 flex flex-wrap items-end gap-3 rounded-2xl border border-line bg-raised p-3 shadow-float">
      <p role="status" className="w-full text-sm">
        {say('queue.chosen', { n: choice.ids.length })}
        {value && people.length === 0 && ` · ${say('queue.assign.none')}`}
      </p>
      <div className="min-w-40 flex-1">
        <Select<string>
          label={say('queue.assign')}
          options={people.map(({ id, name }) => ({ value: id, label: name }))}
          value={technician ?? ''}
          onChange={setTo}
        />
      </div>
      <Button busy={busy} disabled={!technician} onClick={() => act(give)}>
        {say('queue.assign.go')}
      </Button>
    </div>
  )
}
