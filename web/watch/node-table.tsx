import type { Client } from '../../client/client'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Menu } from '../ui/menu'
import { Table, type Column } from '../ui/table'
import { timeOf } from '../ui/times'
import { toast } from '../ui/toast'
import type { Row } from './watch'
import { useSay, useWords } from './words'

interface NodeTableProps {
  rows: readonly Row[]
  leader: string | undefined
  here: string | undefined
  /** To break nodes with, in a demonstration. */
  client?: Client
}

export function NodeTable({ rows, leader, here, client }: NodeTableProps) {
  const { say, lang } = useWords()
  const numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 })
  const number = (key: string, title: string, of: (row: Row) => number | undefined): Column<Row> => ({
    key,
    title,
    numeric: true,
    cell: (row) => (row.state === 'gone' ? '–' : numbers.format(of(row) ?? 0)),
  })
  const columns: Column<Row>[] = [
    {
      key: 'id',
      title: say('node.name'),
      cell: (row) => <Name row={row} leads={row.id === leader} here={row.id === here} client={client} />,
    },
    number('requests', say('node.requests'), ({ figures }) => figures?.requests),
    number('p95', say('node.p95'), ({ figures }) => figures?.p95Ms),
    {
      key: 'behind',
      title: say('node.behind'),
      numeric: true,
      cell: ({ state, lagMs }) => (state === 'gone' || lagMs === undefined ? '–' : numbers.format(lagMs)),
    },
    number('connections', say('node.connections'), ({ connections }) => connections),
    number('deliveries', say('node.deliveries'), ({ figures }) => figures?.deliveries),
    number('topics', say('node.topics'), ({ figures }) => figures?.topics),
    number('waiting', say('node.waiting'), ({ figures }) => figures?.waiting),
    number('load', say('node.load'), ({ load }) => load * 100),
    number('memory', say('node.memory'), ({ figures }) => figures?.memoryMb),
    { key: 'parts', title: say('node.parts'), cell: (row) => <Parts row={row} /> },
    { key: 'since', title: say('node.since'), cell: ({ startedAt }) => timeOf(startedAt, lang), numeric: true },
  ]
  return <Table caption={say('nodes.title')} columns={columns} rows={rows} rowKey={({ id }) => id} />
}

const dots: Record<Row['state'], string> = { alive: 'bg-ok', suspected: 'bg-warn', gone: 'bg-bad' }

interface NameProps {
  row: Row
  leads: boolean
  here: boolean
  client: Client | undefined
}

function Name({ row, leads, here, client }: NameProps) {
  const say = useSay()
  const marks = [
    row.state === 'alive' ? undefined : say(`node.${row.state}`),
    leads && say('node.leads'),
    here && say('node.here'),
  ].filter(Boolean)
  return (
    <span className="flex items-center gap-2.5 whitespace-nowrap">
      <span aria-hidden="true" className={`size-2.5 rounded-full ${dots[row.state]}`} />
      <span className="font-medium">{row.id}</span>
      {row.state === 'alive' && <span className="sr-only">{say('node.alive')}</span>}
      {client && <Break row={row} client={client} />}
      <span className="text-sm text-muted">{marks.join(', ')}</span>
    </span>
  )
}

function Parts({ row: { state, figures } }: { row: Row }) {
  const say = useSay()
  if (state === 'gone' || !figures) return '–'
  const { databaseUp, busUp } = figures
  return (
    <span className="whitespace-nowrap">
      {[databaseUp, busUp].map((isUp, index) => (
        <span key={index} className={isUp ? '' : 'font-medium text-bad'}>
          {index > 0 && ', '}
          {say(isUp ? 'part.up' : 'part.down')}
        </span>
      ))}
    </span>
  )
}

function Break({ row: { id, state }, client }: { row: Row; client: Client }) {
  const say = useSay()
  const act = (what: 'kill' | 'hang') => (): void =>
    void client.command('watch.break', { what, node: id }).catch((error: unknown) => toast(explain(error, say)))
  return (
    <Menu
      label={say('break.actions', { node: id })}
      button={<Icon name="more" />}
      items={[
        { key: 'kill', label: say('break.kill'), danger: true, disabled: state === 'gone', onSelect: act('kill') },
        { key: 'hang', label: say('break.hang'), danger: true, disabled: state === 'gone', onSelect: act('hang') },
      ]}
    />
  )
}
