/** Time until something, and how it is written. */
import { useEffect, useState } from 'react'

/** Milliseconds until then by the server's clock, never less than nothing; a new look each second, on the second. */
export function useLeft(until: string | undefined, nowMs: () => number): number {
  const end = until === undefined ? 0 : Date.parse(until)
  const [left, setLeft] = useState(() => Math.max(0, end - nowMs()))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const look = (): void => {
      const rest = Math.max(0, end - nowMs())
      setLeft(rest)
      if (rest > 0) timer = setTimeout(look, rest % 1000 || 1000)
    }
    look()
    return () => clearTimeout(timer)
  }, [end, nowMs])
  return left
}

export interface Parts {
  days: number
  hours: number
  minutes: number
  seconds: number
}

/** Whole seconds, the one that has begun counted: at 0 it is over. */
export function partsOf(leftMs: number): Parts {
  const all = Math.ceil(leftMs / 1000)
  return {
    days: Math.floor(all / 86_400),
    hours: Math.floor(all / 3600) % 24,
    minutes: Math.floor(all / 60) % 60,
    seconds: all % 60,
  }
}

const two = (n: number): string => String(n).padStart(2, '0')

/** `4:09`, `1:04:09` */
export function clockOf(leftMs: number): string {
  const { days, hours, minutes, seconds } = partsOf(leftMs)
  const allHours = days * 24 + hours
  return allHours > 0 ? `${allHours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}
