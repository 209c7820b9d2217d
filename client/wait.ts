export interface BackoffOptions {
  minMs: number
  maxMs: number
}

/** How long to wait before a further attempt: doubling, with full jitter above `minMs`, so that a crowd spreads out. */
export function backoffMs(
  attempt: number,
  { minMs, maxMs }: BackoffOptions,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(attempt + 1, 30))
  return Math.min(minMs, ceiling) + random() * Math.max(0, ceiling - minMs)
}

/** @throws the signal's reason when it is aborted meanwhile. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
