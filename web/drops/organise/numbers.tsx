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

/** What becomes of claims, a line an answer; answers that mean the same to an organiser go together. */
const kinds = [
  { name: 'accepted', colour: 'ok', verdicts: ['sold', 'held'] },
  { name: 'queued', colour: 'accent', verdicts: ['waiting'] },
  { name: 'soldOut', colour: 'muted', verdicts: ['sold_out'] },
  { name: 'notNow', colour: 'warn', verdicts: ['limit_reached', 'not_open', 'limited', 'forbidden'] },
  { name: 'overloaded', colour: 'bad', verdicts: ['overloaded', 'unavailable', 'fault'] },
] as const

function Rate({ tallies }: { tallies: Tallies }) {
  const say = useSay()
  const filled = everySecond(tallies.seconds)
  const times = filled.map(({ second }) => second)
  const answers = kinds
    .map(({ name, colour, verdicts: all }) => {
      const values = filled.map((second) => all.reduce((sum, verdict) => sum + (second.verdicts[verdict] ?? 0), 0))
      return { label: say(`desk.${name}`), colour, values }
    })
    .filter(({ values }, nth) => nth === 0 || values.some((value) => value > 0))
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Chart title={say('desk.chart')} times={times} series={answers} unit="/s" />
      <Chart title={say('desk.chart.nodes')} times={times} series={byNode(filled, say('desk.others'))} unit="/s" />
    </div>
  )
}

const nodeColours = ['accent', 'ok', 'warn', 'bad'] as const

/** A line a node; of many the first few, and the others together. */
function byNode(seconds: Tallies['seconds'], others: string): Series[] {
  const nodes = [...new Set(seconds.flatMap((second) => Object.keys(second.nodes)))].sort()
  const series: Series[] = nodeColours.slice(0, nodes.length).map((colour, nth) => ({
    ...{ label: nodes[nth]!, colour },
    values: seconds.map((second) => second.nodes[nodes[nth]!] ?? 0),
  }))
  const rest = nodes.slice(nodeColours.length)
  if (rest.length === 0) return series
  const values = seconds.map((second) => rest.reduce((sum, node) => sum + (second.nodes[node] ?? 0), 0))
  return [...series, { label: others, colour: 'muted', values }]
}

/** A second without claims is none in the table, and a nought in the chart. */
function everySecond(seconds: Tallies['seconds']): Tallies['seconds'] {
  const [first, last] = [seconds[0]!.second, seconds.at(-1)!.second]
  const known = new Map(seconds.map((one) => [one.second, one]))
  const none = { accepted: 0, refused: 0, verdicts: {}, nodes: {} }
  return Array.from(
    { length: last - first + 2 },
    (_, nth) => known.get(first + nth) ?? { second: first + nth, ...none },
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
