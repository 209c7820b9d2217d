/**
 * Places where a test may make this process die, so that the moments that matter can be hit exactly: `after-commit:3`
 * kills it at the third commit, before anything is published or answered. Without a plan a hit costs one look-up.
 */
export const failpoints = ['before-commit', 'after-commit', 'after-publish'] as const
export type Failpoint = (typeof failpoints)[number]

export type Hit = (point: Failpoint) => void

/** @param plan `point` or `point:nth`, from the tests' environment. */
export function armFailpoints(plan: readonly string[], die: () => void): Hit {
  const left = new Map<string, number>()
  for (const entry of plan) {
    const [point, nth] = entry.split(':')
    if (!failpoints.includes(point as Failpoint))
      throw new Error(`no such fail point: ${point}; known: ${failpoints.join(', ')}`)
    left.set(point!, Number(nth ?? 1))
  }
  return (point) => {
    const count = left.get(point)
    if (count === undefined) return
    left.set(point, count - 1)
    if (count === 1) die()
  }
}
