/** Carries out a schedule: what stands apart is broken at the same time, so that nobody waits for what heals by itself. */
import { setTimeout } from 'node:timers/promises'
import { readDescription } from '../../cluster/description'
import { isStill } from '../../cluster/processes'
import type { Arena } from './arena'
import { breakIt, isOfNodes, type Planned } from './faults'
import type { FaultKind, History } from './history'
import { allOf } from './scenario'

/** @param signal ends it. */
export const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  setTimeout(Math.max(0, ms), undefined, { signal }).catch(() => undefined)

/**
 * Each as planned, or as soon as what was broken before it in its lane is whole again. Resolves when all is whole.
 * @param signal nothing more is broken then.
 */
export async function breakAll(
  arena: Arena,
  history: History,
  faults: readonly Planned[],
  signal?: AbortSignal,
): Promise<void> {
  const begun = Date.now()
  const lanes = Map.groupBy(faults, ({ fault }) => laneOf(arena, fault))
  const lane = async (own: readonly Planned[]): Promise<void> => {
    for (const one of own) {
      await pause(begun + one.atMs - Date.now(), signal)
      if (signal?.aborted) return
      await breakIt(arena, history, one)
    }
  }
  await allOf([...lanes.values()].map(lane))()
}

/** What is in one lane can't be broken while another of it is: one needs what the other takes away, or nobody would be left. */
export function laneOf({ breaker, redis }: Arena, fault: FaultKind): string {
  // Its owner's program breaks one thing at a time.
  if (breaker) return 'owner'
  // How wrong a clock is stands in a file, on the disk that may be full; and a full disk is the database's.
  if (fault === 'skew clock' || fault === 'fill disk') return 'database'
  if (fault === 'roll' || isOfNodes(fault)) return 'nodes'
  const place = fault.split(' ').at(-1)!
  return place === 'bus' && !redis ? 'database' : place
}

const lookMs = 100

/**
 * Writes down each node that died and that nobody here broke: so it is seen from outside that the fail points are met.
 * @returns ends it.
 */
export function watchDeaths({ dataDir }: Arena, history: History): () => void {
  if (dataDir === undefined) return () => undefined
  const alive = new Map<string, number>()
  const look = (): void => {
    for (const { id, pid, birth } of readDescription(dataDir)?.nodes ?? []) {
      const before = alive.get(id)
      if (pid === undefined || pid === before || !isStill(pid, birth)) continue
      if (before !== undefined) history.add({ type: 'died', node: id, at: Date.now() })
      alive.set(id, pid)
    }
  }
  look()
  const timer = setInterval(look, lookMs)
  return () => clearInterval(timer)
}
