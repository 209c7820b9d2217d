import { Chart } from '../ui/chart'
import { useStore } from '../ui/use-store'
import type { Watch } from './watch'
import { useSay } from './words'

/** The last two minutes of all nodes together. */
export function Charts({ watch }: { watch: Watch }) {
  const say = useSay()
  const { history } = useStore(watch.store)
  if (history.length < 2) return null
  const times = history.map(({ at }) => at)
  const charts = [
    { title: say('chart.requests'), values: history.map(({ requests }) => requests), unit: '' },
    { title: say('chart.p95'), values: history.map(({ p95Ms }) => p95Ms), unit: say('unit.ms') },
    { title: say('chart.connections'), values: history.map(({ connections }) => connections), unit: '' },
    { title: say('chart.deliveries'), values: history.map(({ deliveries }) => deliveries), unit: '' },
  ]
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      {charts.map(({ title, values, unit }) => (
        <Chart
          key={title}
          title={title}
          times={times}
          series={[{ label: title, colour: 'accent', values }]}
          unit={unit}
        />
      ))}
    </div>
  )
}
