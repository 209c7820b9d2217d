/** Curves over time with the faults marked, drawn as SVG without a script. */
import { delaysOf } from './checkers/arrivals'
import type { Fault } from './history'
import type { Run } from './run'

const width = 900
const height = 220
const left = 56
const bottom = 24
const stepMs = 250

interface Series {
  label: string
  /** Each has its colour on light and on dark in the page's style. */
  ink: 'half' | 'tail' | 'good' | 'bad'
  /** A value for each step; nothing happened where there is none. */
  values: (number | undefined)[]
}

interface Frame {
  start: number
  steps: number
  faults: readonly Fault[]
}

export function plotsOf({ history, played }: Run): string {
  const start = played[0]!.start
  const steps = Math.max(1, Math.ceil((Math.max(...played.map(({ end }) => end)) - start) / stepMs))
  const frame = { start, steps, faults: history.of('fault') }
  const answered = history.of('call').filter(({ outcome }) => outcome === 'ok')
  const latency = answered.map(({ end, start: asked }) => ({ at: end, value: end - asked }))
  const delays = delaysOf(history).map(({ delay }) => ({ at: delay.end, value: delay.end - delay.start }))
  const unknown = history.of('call').filter(({ outcome }) => outcome === 'unknown')
  return [
    plot('Answers, milliseconds from call to answer', frame, [
      { label: 'half', ink: 'half', values: percentiles(latency, frame, 0.5) },
      { label: '99 %', ink: 'tail', values: percentiles(latency, frame, 0.99) },
    ]),
    plot('Delivery, milliseconds from commit to a reader', frame, [
      { label: 'half', ink: 'half', values: percentiles(delays, frame, 0.5) },
      { label: '99 %', ink: 'tail', values: percentiles(delays, frame, 0.99) },
    ]),
    plot('Calls in a second: answered, and to be asked again', frame, [
      { label: 'answered', ink: 'good', values: rates(answered, frame) },
      { label: 'asked again', ink: 'bad', values: rates(unknown, frame) },
    ]),
  ].join('\n')
}

interface Point {
  at: number
  value: number
}

const stepOf = (at: number, { start, steps }: Frame): number =>
  Math.min(steps - 1, Math.max(0, Math.floor((at - start) / stepMs)))

function percentiles(points: readonly Point[], frame: Frame, part: number): (number | undefined)[] {
  const steps = Array.from({ length: frame.steps }, (): number[] => [])
  for (const { at, value } of points) steps[stepOf(at, frame)]!.push(value)
  return steps.map((values) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)])
}

function rates(calls: readonly { end: number }[], frame: Frame): number[] {
  const counts = Array.from({ length: frame.steps }, () => 0)
  for (const { end } of calls) counts[stepOf(end, frame)]!++
  return counts.map((count) => count * (1000 / stepMs))
}

function plot(title: string, frame: Frame, series: readonly Series[]): string {
  const top = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const x = (step: number): number => left + (step / frame.steps) * (width - left)
  const y = (value: number): number => (height - bottom) * (1 - value / top)
  const bands = frame.faults.map((fault) => {
    const from = x((fault.start - frame.start) / stepMs)
    const to = Math.max(from + 2, x((fault.end - frame.start) / stepMs))
    const box = `<rect x="${from.toFixed(1)}" y="0" width="${(to - from).toFixed(1)}" height="${height - bottom}" class="fault"/>`
    return `<g>${box}<title>${fault.fault} ${fault.target}: ${fault.end - fault.start} ms</title></g>`
  })
  const seconds = (frame.steps * stepMs) / 1000
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (part) =>
      `<text x="${x(part * frame.steps) - (part === 1 ? 30 : 0)}" y="${height - 8}">${(part * seconds).toFixed(0)} s</text>`,
  )
  const scale = [0.5, 1].map((part) => `<text x="4" y="${y(top * part) + 12}">${Math.round(top * part)}</text>`)
  const lines = series.map(({ values, ink }) => line(values, ink, x, y))
  const legend = series.map(({ label, ink }) => `<span class="${ink}">■</span> ${label}`).join(' · ')
  return `<figure><div class="wide"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${bands.join('')}${lines.join('')}${ticks.join('')}${scale.join('')}</svg></div><figcaption>${title}: ${legend} · <span class="bad">▒</span> something is broken</figcaption></figure>`
}

/** Broken where nothing happened. */
function line(
  values: Series['values'],
  ink: Series['ink'],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let path = ''
  let pen = 'M'
  values.forEach((value, step) => {
    if (value === undefined) return void (pen = 'M')
    path += `${pen}${x(step + 0.5).toFixed(1)} ${y(value).toFixed(1)}`
    pen = 'L'
  })
  return `<path d="${path}" class="${ink}"/>`
}
