/** The one place of the tests that waits by the clock: for a condition, never for a time to pass. */

export interface Patience {
  /** How long the condition may take. */
  timeoutMs?: number
  /** What is waited for, in words: it stands in the error. */
  what?: string
  /** The pause between two looks. */
  everyMs?: number
}

/**
 * Looks until `condition` gives something truthy, and returns it. A condition that throws is looked at again.
 * @throws after `timeoutMs` (15 s: for what hangs, on a machine that does other things too), with what was waited for and what the last look gave.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 15_000, what = 'the condition', everyMs = 5 }: Patience = {},
): Promise<Exclude<T, false | undefined | null | '' | 0>> {
  const end = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value) return value as Exclude<T, false | undefined | null | '' | 0>
      last = value
    } catch (error) {
      last = error
    }
    if (performance.now() > end) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}; the last look gave ${String(last)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** Resolves with the error of a promise that must reject. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`this should have been refused, but gave ${JSON.stringify(value)}`)
}

/** Does something again and again, as a network or a clock would that the test drives. @returns how to end it. */
export function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  return () => clearInterval(timer)
}
