/** The part of one core that this process used since it was last asked. */
export function loadMeter(): () => number {
  let before = process.cpuUsage()
  let at = performance.now()
  return () => {
    const used = process.cpuUsage(before)
    const now = performance.now()
    const load = (used.user + used.system) / 1000 / Math.max(1, now - at)
    before = process.cpuUsage()
    at = now
    return Math.round(load * 100) / 100
  }
}
