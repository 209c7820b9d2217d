import { useEffect, useRef, useState, type RefObject } from 'react'
import type uPlot from 'uplot'
import { theme } from '../../shell/settings'
import type { Series } from '../chart'

interface PlotInput {
  times: readonly number[]
  series: readonly Series[]
  height: number
  lang: string
}

/** The drawing in `box`, as wide as its place, in the colours of the theme, with the newest numbers. */
export function usePlot({ times, series, height, lang }: PlotInput): {
  box: RefObject<HTMLDivElement | null>
  isReady: boolean
} {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const [isReady, setReady] = useState(false)
  const newest = useRef({ times, series })
  newest.current = { times, series }
  const shape = series.map(({ label, colour }) => `${label} ${colour}`).join()
  useEffect(() => {
    const element = box.current!
    let gone = false
    let quit: (() => void) | undefined
    void import('uplot').then(({ default: Plot }) => {
      if (gone) return
      plot.current = new Plot(
        optionsOf(newest.current.series, element.clientWidth, height, lang),
        dataOf(newest.current),
        element,
      )
      quit = follow(plot.current, element, height)
      setReady(true)
    })
    return () => {
      gone = true
      quit?.()
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [shape, height, lang])
  useEffect(() => plot.current?.setData(dataOf({ times, series })), [times, series])
  return { box, isReady }
}

const dataOf = ({ times, series }: Pick<PlotInput, 'times' | 'series'>): uPlot.AlignedData => [
  [...times],
  ...series.map(({ values }) => [...values]),
]

/** Keeps to the width of its place and to the theme. @returns what ends that. */
function follow(plot: uPlot, element: HTMLElement, height: number): () => void {
  const sizes = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
  const redraw = (): void => plot.redraw(false)
  const media = matchMedia('(prefers-color-scheme: dark)')
  const leave = theme.subscribe(() => requestAnimationFrame(redraw))
  sizes.observe(element)
  media.addEventListener('change', redraw)
  return () => {
    sizes.disconnect()
    media.removeEventListener('change', redraw)
    leave()
  }
}

/** As it is where the chart stands: each service has an accent of its own, and the legend wears it. */
const colour =
  (name: string) =>
  ({ root }: uPlot): string =>
    getComputedStyle(root).getPropertyValue(`--${name}`)

/** Between two moments that are written: never less than a second, or the same would stand there twice. */
const wholeSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]

function optionsOf(series: readonly Series[], width: number, height: number, lang: string): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  }
  const time = new Intl.DateTimeFormat(lang, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const number = new Intl.NumberFormat(lang, { notation: 'compact' })
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      {
        ...axis,
        space: 80,
        incrs: wholeSeconds,
        values: (_plot, moments) => moments.map((at) => time.format(at * 1000)),
      },
      { ...axis, size: 44, values: (_plot, values) => values.map((value) => number.format(value)) },
    ],
    series: [
      {},
      ...series.map((one) => ({ label: one.label, stroke: colour(one.colour), width: 2, points: { show: false } })),
    ],
  }
}
