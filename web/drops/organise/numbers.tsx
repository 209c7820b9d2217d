import type { Drop, Tallies } from '../../../services/drops/model'
import { Chart, type Series } from '../../ui/chart'
import { Table, type Column } from '../../ui/table'
import { useStore } from '../../ui/use-store'
import type { Desk } from './desk'
import { useSay } from './words'

/** What happens now: the stock, claims a second, and the answers by node. */
export function Numbers({ desk, drop }: { desk: Desk; drop: Drop }) {
  const say = useSay()
  const tallies = useStore(desk.tallies)
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {(['free', 'held', 'sold', 'waiting'] as const).map((name) => (
          <div key={name} className="rounded-2xl border border-line bg-surface p-4">
            <dt className="text-muted">{say(`stock.${name}`)}</dt>
            <dd data-testid={`desk-${name}`} className="text-3xl font-semibold tabular-nums">
              {drop[name]}
            </dd>
          </div>
        ))}
      </dl>
      {tallies && tallies.seconds.length > 0 && <Rate tallies={tallies} />}
      {tallies && <Answers totals={tallies.totals} />}
    </>
  )
}

function Rate({ tallies }: { tallies: Tallies }) {
  const say = useSay()
  const filled = everySecond(tallies.seconds)
  const series: Series[] = [
    { label: say('desk.accepted'), colour: 'ok', values: filled.map(({ accepted }) => accepted) },
    { label: say('desk.refused'), colour: 'bad', values: filled.map(({ refused }) => refused) },
  ]
  return <Chart title={say('desk.chart')} times={filled.map(({ second }) => second)} series={series} unit="/s" />
}

/** A second without claims is none in the table, and a nought in the chart. */
function everySecond(seconds: Tallies['seconds']): Tallies['seconds'] {
  const [first, last] = [seconds[0]!.second, seconds.at(-1)!.second]
  const known = new Map(seconds.map((one) => [one.second, one]))
  return Array.from(
    { length: last - first + 2 },
    (_, nth) => known.get(first + nth) ?? { second: first + nth, accepted: 0, refused: 0 },
  )
}

const verdicts = [
  ...(['sold', 'held', 'waiting', 'sold_out', 'limit_reached', 'not_open'] as const),
  ...(['limited', 'overloaded', 'unavailable', 'forbidden'] as const),
] as const
type Verdict = (typeof verdicts)[number] | 'other'

interface Row {
  verdict: Verdict
  byNode: Map<string, number>
}

/** A row an answer, a column a node. */
function Answers({ totals }: { totals: Tallies['totals'] }) {
  const say = useSay()
  const nodes = [...new Set(totals.map(({ node }) => node))]
  const rows = new Map<Verdict, Row>()
  for (const { node, verdict, count } of totals) {
    const known = verdicts.find((one) => one === verdict) ?? 'other'
    const row = rows.get(known) ?? { verdict: known, byNode: new Map<string, number>() }
    row.byNode.set(node, (row.byNode.get(node) ?? 0) + count)
    rows.set(known, row)
  }
  const sum = ({ byNode }: Row): number => [...byNode.values()].reduce((all, one) => all + one, 0)
  const columns: Column<Row>[] = [
    { key: 'verdict', title: say('desk.verdict'), cell: ({ verdict }) => say(`verdict.${verdict}`) },
    { key: 'all', title: say('desk.all'), numeric: true, cell: sum, sortBy: sum },
    ...nodes.map((node) => ({
      ...{ key: node, title: node, numeric: true },
      cell: ({ byNode }: Row) => byNode.get(node) ?? 0,
    })),
  ]
  return (
    <Table
      caption={say('desk.verdicts')}
      showCaption
      columns={columns}
      rows={[...rows.values()]}
      rowKey={({ verdict }) => verdict}
      empty={say('desk.verdicts.none')}
    />
  )
}
