/** How the campus fares, building by building, for everybody. */
import { useCallback, useEffect, useState } from 'react'
import type { Building } from '../../client/methods/reports'
import type { PageProps } from '../shell/page'
import { Select } from '../ui/inputs'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { Table } from '../ui/table'
import { useQuery } from '../ui/use-query'
import { Cards } from './card'
import { Failed } from './failed'
import { paths } from './paths'
import { useSay } from './words'

const refreshEveryMs = 20_000

export default function PublicPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const [building, setBuilding] = useState('')
  const { value, error, refresh } = useQuery(
    useCallback(
      (signal) => client.query('reports.public', building ? { building } : {}, { signal }),
      [client, building],
    ),
  )
  useEffect(() => {
    const timer = setInterval(refresh, refreshEveryMs)
    return () => clearInterval(timer)
  }, [refresh])
  if (!value) return error ? <Failed error={error} /> : <Skeleton label={say('loading')} lines={['w-full', 'w-3/4']} />
  const named = value.buildings.filter((one): one is Building & { id: string } => one.id !== undefined)
  const options = [
    { value: '', label: say('public.all') },
    ...named.map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <PageBody title={say('public.title')} actions={<Data />} width="wide">
      <Buildings buildings={value.buildings} />
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h2 className="text-lg font-semibold">{say('public.recent')}</h2>
        <Select<string> label={say('public.building')} options={options} value={building} onChange={setBuilding} />
      </div>
      {value.cards.length === 0 ? <p className="text-muted">{say('public.none')}</p> : <Cards cards={value.cards} />}
    </PageBody>
  )
}

function Buildings({ buildings }: { buildings: readonly Building[] }) {
  const say = useSay()
  const takes = useDuration()
  return (
    <Table
      caption={say('public.title')}
      rows={buildings}
      rowKey={({ id }) => id ?? ''}
      empty={say('public.none')}
      columns={[
        {
          key: 'name',
          title: say('public.building'),
          cell: ({ name }) => name || say('public.elsewhere'),
          sortBy: ({ name }) => name,
        },
        { key: 'open', title: say('public.open'), cell: ({ open }) => open, numeric: true, sortBy: ({ open }) => open },
        {
          key: 'fixed',
          title: say('public.fixed'),
          cell: ({ fixed }) => fixed,
          numeric: true,
          sortBy: ({ fixed }) => fixed,
        },
        {
          key: 'median',
          title: say('public.median'),
          cell: takes,
          numeric: true,
          sortBy: ({ medianHours = 0 }) => medianHours,
        },
      ]}
    />
  )
}

function useDuration(): (building: Building) => string {
  const say = useSay()
  return ({ medianHours }) => {
    if (medianHours === undefined) return '–'
    if (medianHours < 48) return say('public.hours', { n: Math.max(1, Math.round(medianHours)) })
    return say('public.days', { n: Math.round(medianHours / 24) })
  }
}

/** Tables to take away, with times of this device's zone. */
function Data() {
  const say = useSay()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <p className="flex flex-wrap items-center gap-x-4 text-sm">
      <span className="text-muted">{say('public.data')}</span>
      {(['csv', 'xlsx'] as const).map((format) => (
        <a
          key={format}
          href={paths.openData(format, zone)}
          className="inline-flex min-h-6 items-center font-medium text-accent underline underline-offset-4"
        >
          {format.toUpperCase()}
        </a>
      ))}
    </p>
  )
}
