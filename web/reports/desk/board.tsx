/** The dispatcher's board: all reports by how they stand, live; by building and urgency if one likes. */
import { useCallback, useState } from 'react'
import type { Card, Place, Priority, Status } from '../../../services/reports/model'
import type { PageProps } from '../../shell/page'
import type { SignedIn } from '../../shell/session'
import { Badge } from '../../ui/badge'
import { Select } from '../../ui/inputs'
import { PageBody } from '../../ui/page-body'
import { Skeleton } from '../../ui/spinner'
import { useQuery } from '../../ui/use-query'
import { useResource } from '../../ui/use-resource'
import { useStore } from '../../ui/use-store'
import { ReportCard } from '../card'
import { Failed } from '../failed'
import { AssignBar, Choose, useChoice, type Choice } from './assign'
import { liveBoard } from './live-board'
import { useSay } from './words'

const columns: readonly Status[] = ['pending', 'in_progress', 'done', 'rejected']

export default function BoardPage({ signedIn }: PageProps) {
  const live = useResource(useCallback(() => liveBoard(signedIn.client), [signedIn]))
  return live && <Board signedIn={signedIn} store={live.store} />
}

interface Filter {
  building: string
  priority: Priority | ''
}

function Board({ signedIn: { client }, store }: { signedIn: SignedIn; store: ReturnType<typeof liveBoard>['store'] }) {
  const say = useSay()
  const { state, error, phase } = useStore(store)
  const [filter, setFilter] = useState<Filter>({ building: '', priority: '' })
  const cards = state?.cards.filter((card) => fits(card, filter)) ?? []
  const choice = useChoice(cards)
  const { value } = useQuery(useCallback((signal) => client.query('reports.places', {}, { signal }), [client]))
  if (!state) {
    if (phase === 'ended') return <Failed error={error} />
    return <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-3/4']} />
  }
  return (
    <PageBody title={say('board.title')} width="wide">
      <Filters
        filter={filter}
        onFilter={setFilter}
        buildings={value?.places.filter(({ kind }) => kind === 'building') ?? []}
      />
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-4">
        {columns.map((status) => (
          <Column key={status} status={status} cards={cards.filter((card) => card.status === status)} choice={choice} />
        ))}
      </div>
      <AssignBar client={client} choice={choice} />
    </PageBody>
  )
}

const elsewhere = '-'

function fits({ place, priority }: Card, filter: Filter): boolean {
  if (filter.priority && priority !== filter.priority) return false
  return filter.building === '' || (place.building ?? elsewhere) === filter.building
}

interface FiltersProps {
  filter: Filter
  onFilter(filter: Filter): void
  buildings: readonly Place[]
}

function Filters({ filter, onFilter, buildings }: FiltersProps) {
  const say = useSay()
  const all = { value: '', label: say('board.all') } as const
  const priorities = (['emergency', 'medium', 'normal'] as const).map((value) => ({
    value,
    label: say(`priority.${value}`),
  }))
  return (
    <div className="flex flex-wrap gap-3">
      <Select<string>
        label={say('board.building')}
        options={[
          all,
          ...buildings.map(({ id, name }) => ({ value: id, label: name })),
          { value: elsewhere, label: say('board.elsewhere') },
        ]}
        value={filter.building}
        onChange={(building) => onFilter({ ...filter, building })}
      />
      <Select<Filter['priority']>
        label={say('board.priority')}
        options={[all, ...priorities]}
        value={filter.priority}
        onChange={(priority) => onFilter({ ...filter, priority })}
      />
    </div>
  )
}

function Column({ status, cards, choice }: { status: Status; cards: readonly Card[]; choice: Choice }) {
  const say = useSay()
  return (
    <section className="flex min-w-0 flex-col gap-3 rounded-2xl bg-sunken p-3">
      <h2 className="flex items-center gap-2 font-semibold">
        {say(`status.${status}`)}
        {cards.length > 0 && <Badge count={cards.length} label={say('queue.count', { n: cards.length })} />}
      </h2>
      {cards.length === 0 && <p className="text-sm text-muted">{say('board.none')}</p>}
      <ul className="flex flex-col gap-3">
        {cards.map((card) => (
          <li key={card.id}>
            <ReportCard card={card} extra={<Choose card={card} choice={choice} />} />
          </li>
        ))}
      </ul>
    </section>
  )
}
