import { until } from '../../prove/testing/until'

/** For a fault that lasts for a time, and to show that for a time nothing happens. Never to wait for something. */
export async function elapsed(ms: number): Promise<void> {
  const end = performance.now() + ms
  await until(() => performance.now() >= end, { what: 'time to pass', timeoutMs: ms + 5000 })
}
