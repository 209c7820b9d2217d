/** Who was where, over many sessions. */
import { useCallback, useState } from 'react'
import type { TableRow } from '../../services/attendance/model/lists'
import type { Lang } from '../../protocol/errors'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { Table, type Column } from '../ui/table'
import { timeOf } from '../ui/times'
import { useQuery } from '../ui/use-query'
import { flagWord } from './notes'
import { paths } from './paths'
import { FileLink } from './file-link'
import { dayNameOf, today } from './when'
import { useSay, useWords } from './words'

interface Filter {
  from: string
  to: string
  status: string
  q: string
}

const states = ['present', 'late', 'absent', 'excused', 'pending', 'waiting'] as const

/** As the server asks for it: whole days of this device, nothing that is empty. */
function askedOf({ from, to, status, q }: Filter): Record<string, string> {
  const start = new Date(`${from}T00:00`)
  const end = new Date(`${to}T24:00`)
  return {
    ...(Number.isNaN(start.getTime()) ? {} : { from: start.toISOString() }),
    ...(Number.isNaN(end.getTime()) ? {} : { to: end.toISOString() }),
    ...(status === '' ? {} : { status }),
    ...(q.trim() === '' ? {} : { q: q.trim() }),
  }
}

export default function TablePage({ signedIn: { client } }: PageProps) {
  const { say, lang } = useWords()
  const [filter, setFilter] = useState<Filter>({ from: today(), to: today(), status: '', q: '' })
  const { value, error } = useQuery(
    useCallback((signal) => client.query('attendance.table', askedOf(filter), { signal }), [client, filter]),
  )
  const query = new URLSearchParams(askedOf(filter)).toString()
  const actions = (
    <>
      <FileLink href={`/attendance/export/table/csv?${query}`} text={say('table.csv')} />
      <FileLink href={`/attendance/export/table/xlsx?${query}`} text={say('table.xlsx')} />
    </>
  )
  return (
    <PageBody title={say('list.table')} width="wide" actions={actions}>
      <Filters filter={filter} onChange={(more) => setFilter({ ...filter, ...more })} />
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!value && !error && <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-full']} />}
      {value && (
        <Table
          caption={say('table.caption')}
          columns={columnsIn(say, lang)}
          rows={value.rows}
          rowKey={({ session, user }) => `${session} ${user}`}
          empty={say('table.none')}
        />
      )}
      {value?.more && <p className="text-muted">{say('table.more')}</p>}
    </PageBody>
  )
}

function Filters({ filter, onChange }: { filter: Filter; onChange(more: Partial<Filter>): void }) {
  const say = useSay()
  return (
    <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <Field
        label={say('table.from')}
        type="date"
        value={filter.from}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <Field
        label={say('table.to')}
        type="date"
        value={filter.to}
        onChange={(event) => onChange({ to: event.target.value })}
      />
      <Select
        label={say('table.status')}
        value={filter.status}
        onChange={(status: string) => onChange({ status })}
        options={[
          { value: '', label: say('table.any') },
          ...states.map((one) => ({ value: one, label: say(`seat.${one}`) })),
        ]}
      />
      <Field
        label={say('table.find')}
        type="search"
        value={filter.q}
        onChange={(event) => onChange({ q: event.target.value })}
      />
    </div>
  )
}

type Say = ReturnType<typeof useSay>

const columnsIn = (say: Say, lang: Lang): Column<TableRow>[] => [...whoAndWhere(say, lang), ...whatHolds(say, lang)]

const whoAndWhere = (say: Say, lang: Lang): Column<TableRow>[] => [
  {
    key: 'name',
    title: say('table.name'),
    cell: ({ name }) => <span dir="auto">{name}</span>,
    sortBy: ({ name }) => name,
  },
  { key: 'session', title: say('table.session'), cell: SessionLink, sortBy: ({ title }) => title },
  {
    key: 'day',
    title: say('table.day'),
    cell: ({ startsAt }) => dayNameOf(startsAt, lang),
    sortBy: ({ startsAt }) => startsAt,
  },
]

const whatHolds = (say: Say, lang: Lang): Column<TableRow>[] => [
  {
    key: 'status',
    title: say('table.status'),
    cell: ({ status }) => say(`seat.${status}`),
    sortBy: ({ status }) => status,
  },
  { key: 'in', title: say('table.in'), cell: (row) => row.in && timeOf(row.in, lang), sortBy: (row) => row.in ?? '' },
  { key: 'out', title: say('table.out'), cell: ({ out }) => out && timeOf(out, lang), sortBy: ({ out }) => out ?? '' },
  {
    key: 'flags',
    title: say('table.flags'),
    cell: ({ flags, reason }) => [...flags.map((flag) => flagWord(say, flag)), reason].filter(Boolean).join(', '),
  },
]

const SessionLink = ({ session, title }: TableRow) => (
  <Link href={paths.board(session)} className="inline-block min-h-6 text-accent underline underline-offset-4">
    {title}
  </Link>
)
