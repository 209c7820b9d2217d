import { useCallback, useEffect, useRef, useState } from 'react'

export interface Queried<T> {
  /** Kept while it is read anew. */
  value: T | undefined
  /** Why the last reading failed. */
  error: unknown
  /** Reads again, now. */
  refresh(): void
}

/**
 * What a query answers: read when the component appears, and again when asked. For what need not be live.
 * @param read the same function (`useCallback`) as long as it asks for the same.
 */
export function useQuery<T>(read: (signal: AbortSignal) => Promise<T>): Queried<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown }>({})
  const stop = useRef<AbortController>(undefined)
  const refresh = useCallback(() => {
    stop.current?.abort()
    const current = new AbortController()
    stop.current = current
    const settle = (next: { value?: T; error?: unknown }): void => {
      if (!current.signal.aborted) setState((before) => ({ ...before, error: undefined, ...next }))
    }
    read(current.signal).then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    )
  }, [read])
  useEffect(() => {
    refresh()
    return () => stop.current?.abort()
  }, [refresh])
  return { value: state.value, error: state.error, refresh }
}
