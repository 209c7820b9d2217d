/** Lines over time. The library that draws them is loaded when the first chart is seen. */
import { useId } from 'react'
import { usePlot } from './chart/use-plot'
import { Skeleton } from './spinner'
import { useWords } from './words'

export interface Series {
  label: string
  /** One of the colours of `styles.css`. */
  colour: 'accent' | 'ok' | 'warn' | 'bad' | 'muted'
  /** One for each moment; missing where nothing is known. */
  values: readonly (number | null)[]
}

interface ChartProps {
  title: string
  /** Moments in seconds since 1970, rising. */
  times: readonly number[]
  series: readonly Series[]
  /** Written after each number of the legend. */
  unit?: string
  height?: number
}

export function Chart({ title, times, series, unit = '', height = 180 }: ChartProps) {
  const { say, lang } = useWords()
  const id = useId()
  const { box, isReady } = usePlot({ times, series, height, lang })
  const numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 })
  return (
    <figure className="min-w-0 rounded-2xl border border-line bg-surface p-4">
      <figcaption id={id} className="mb-2 font-semibold">
        {title}
      </figcaption>
      <div aria-hidden="true" ref={box} className="overflow-hidden" />
      {!isReady && <Skeleton label={say('chart.loading')} lines={['w-full', 'w-2/3', 'w-3/4']} />}
      {/* The legend says the newest numbers: all that a chart tells at a glance. */}
      <dl aria-labelledby={id} className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {series.map(({ label, colour, values }) => (
          <div key={label} className="flex items-center gap-2">
            <span aria-hidden="true" className={`h-1 w-4 rounded ${backgrounds[colour]}`} />
            <dt className="text-muted">{label}</dt>
            <dd className="font-medium tabular-nums">
              {numbers.format(values.at(-1) ?? 0)}
              {unit && ` ${unit}`}
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}

const backgrounds: Record<Series['colour'], string> = {
  accent: 'bg-accent',
  ok: 'bg-ok',
  warn: 'bg-warn',
  bad: 'bg-bad',
  muted: 'bg-muted',
}
