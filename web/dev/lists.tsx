import { useMemo, useState } from 'react'
import { Badge } from '../ui/badge'
import { Chart } from '../ui/chart'
import { Empty } from '../ui/empty'
import { Skeleton } from '../ui/spinner'
import { Table, type Column } from '../ui/table'
import { Tabs } from '../ui/tabs'
import { VirtualList } from '../ui/virtual-list'
import { useSay } from './words'

interface Room {
  name: string
  open: number
}

const rooms: readonly Room[] = [
  { name: 'Aula', open: 3 },
  { name: 'B2.04', open: 0 },
  { name: 'Perpustakaan', open: 12 },
]
const many = Array.from({ length: 10_000 }, (_, n) => n + 1)

type Tab = 'table' | 'list' | 'none'

export function ListsShown() {
  const say = useSay()
  const [tab, setTab] = useState<Tab>('table')
  const columns: readonly Column<Room>[] = [
    { key: 'name', title: say('table.room'), cell: ({ name }) => name, sortBy: ({ name }) => name },
    { key: 'open', title: say('table.open'), cell: ({ open }) => open, numeric: true, sortBy: ({ open }) => open },
  ]
  return (
    <>
      <Tabs
        label={say('lists')}
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'table', label: say('tab.table'), extra: <Badge count={3} label={say('row', { n: 3 })} /> },
          { id: 'list', label: say('tab.list') },
          { id: 'none', label: say('tab.none') },
        ]}
      >
        {tab === 'table' && (
          <Table caption={say('table.open')} columns={columns} rows={rooms} rowKey={({ name }) => name} />
        )}
        {tab === 'list' && <LongList />}
        {tab === 'none' && (
          <Empty icon="wrench" title={say('empty.title')}>
            {say('empty.text')}
          </Empty>
        )}
      </Tabs>
      <ChartShown />
      <Skeleton label={say('loading')} lines={['w-1/3', 'w-2/3']} />
    </>
  )
}

function LongList() {
  const say = useSay()
  return (
    <VirtualList
      label={say('tab.list')}
      items={many}
      itemKey={String}
      render={(n) => <p className="border-b border-line px-4 py-2">{say('row', { n })}</p>}
      className="h-72 rounded-2xl border border-line bg-surface"
    />
  )
}

const start = 1_800_000_000

function ChartShown() {
  const say = useSay()
  const times = useMemo(() => Array.from({ length: 60 }, (_, n) => start + n), [])
  const series = useMemo(
    () => [
      { label: say('chart.done'), colour: 'accent' as const, values: times.map((_, n) => 40 + 30 * Math.sin(n / 8)) },
      { label: say('chart.refused'), colour: 'bad' as const, values: times.map((_, n) => (n > 30 ? n - 30 : 0)) },
    ],
    [say, times],
  )
  return <Chart title={say('chart')} times={times} series={series} />
}
