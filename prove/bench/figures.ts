/** What is shown of a benchmark: one figure, and beside it what it is to be held against. */
export interface Figure {
  what: string
  unit: string
  /** Less is better: milliseconds, bytes. */
  less?: boolean
  bars: Bar[]
}

export interface Bar {
  name: string
  value: number
  /** `limit`: of the machine itself, measured in the same run; `peer`: what people would otherwise take. */
  kind: 'ours' | 'limit' | 'peer'
}

/** A benchmark as it was measured. */
export interface Measured {
  name: string
  /** What was done, on what: without it a figure means nothing. */
  conditions: string
  figures: Figure[]
  /** What could not be measured here, and why. */
  skipped: string[]
  result: unknown
}

export const ours = (value: number, name = 'Alun'): Bar => ({ name, value, kind: 'ours' })
export const limit = (name: string, value: number): Bar => ({ name, value, kind: 'limit' })
export const peer = (name: string, value: number): Bar => ({ name, value, kind: 'peer' })

/** Three digits are all that a machine which others use too can tell. */
export function told(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return Number(value.toFixed(Math.min(digits, 2))).toLocaleString('en', { maximumFractionDigits: 2 })
}
