/** Nodes that nobody here broke, and that died nevertheless: what the fail points are for. */
import type { Died, Fault, FaultKind, History } from '../history'

/** Between the death of a node and the moment when its successor is seen. */
const successorMs = 5000
/** And until whoever looks has seen it. */
const seenMs = 500
const all: readonly FaultKind[] = ['roll']

export function deathsAlone(history: History): Died[] {
  const faults = history.of('fault')
  const isOurs = ({ node, at }: Died): boolean =>
    faults.some(
      ({ fault, target, start, end }) => (target === node || all.includes(fault)) && at >= start && at <= end + seenMs,
    )
  return history.of('died').filter((death) => !isOurs(death))
}

/** When connections may have ended with a process or in the network, whatever else was away at that time. */
export function cuttingTimes(history: History): { start: number; end: number }[] {
  const cuts = ({ fault }: Fault): boolean =>
    fault === 'roll' || ['node', 'worker', 'machine', 'balancer', 'network'].includes(fault.split(' ').at(-1)!)
  const died = deathsAlone(history).map(({ at }) => ({ start: at - successorMs, end: at }))
  return [...history.of('fault').filter(cuts), ...died]
}
