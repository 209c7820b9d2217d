/** In which order files run, and which of them beside another: an order for the clock, never for what tests say. */
import { availableParallelism } from 'node:os'

/** How many files run at the same time. They wait for each other's processes half of the time: more would only be late. */
export const laneCount = process.env['ALUN_FULL'] ? 1 : Math.min(2, availableParallelism())

/** Files that nothing runs beside, and why: parts of paths. The others judge what happens, not how soon. */
export const alone: Record<string, string> = {
  'deploy/balancers.cluster': 'times how long a death is felt behind balancers',
  'deploy/try.cluster': 'an assembly of a dozen programs, whose alerts must keep silent',
  'prove/bench/': 'measures',
  'prove/doors/limits.cluster': 'counts what passes in a second',
  'prove/fuzz.cluster': 'keeps every core busy by itself',
  'prove/hostile.cluster': 'keeps every core busy by itself',
  'prove/promises/attendance.cluster': 'keeps every core busy by itself',
  'prove/promises/database.cluster': 'times refusals and healing',
  'prove/promises/drain.cluster': 'keeps every core busy by itself',
  'prove/promises/drops.cluster': 'keeps every core busy by itself',
  'prove/promises/failover.cluster': 'times refusals and healing, on disks that are waited for',
  'prove/promises/nodes-die.cluster': 'times what a death delays',
  'prove/promises/redis.cluster': 'times what a death delays',
  'prove/promises/storm.cluster': 'times a node that is asked for too much',
  'prove/promises/unpublished.cluster': 'times what a death delays',
  'prove/proof/plants.cluster': 'the prover judges delays',
  'web/discussion/long.e2e': 'times single frames',
  'web/faces': 'keeps every core busy by itself',
  'web/reports.e2e': 'times what is heard live',
  'web/watch/': 'the prover judges delays, the badge shows them',
}

/** Of files that take long, about how many seconds: parts of paths. What is not named is short. */
export const seconds: Record<string, number> = {
  'kernel/members.pg': 27,
  'kernel/batch/failures.pg': 20,
  'kernel/jobs.pg': 17,
  'kernel/db.pg': 13,
  'kernel/bus.pg': 6,
  'services/drops/organise.pg': 6,
  'services/people/auth.pg': 6,
  'services/people/reset.pg': 5,
  'services/people/outage.pg': 4,
  'cluster/supervisor.cluster': 40,
  'cluster/postgres.cluster': 23,
  'kernel/bus.redis.cluster': 21,
  'prove/promises/reports.cluster': 20,
  'main/backup.cluster': 16,
  'prove/promises/jobs.cluster': 16,
  'prove/doors/leaving.cluster': 15,
  'web/conversation': 42,
  'web/attendance': 37,
  'web/drops': 34,
  'web/campus/people': 28,
}

const named = <T>(table: Record<string, T>, path: string): T | undefined =>
  Object.entries(table).find(([part]) => path.startsWith(part))?.[1]

export const mayHaveCompany = (path: string): boolean => named(alone, path) === undefined

/** The longest first, so that none of them is what all wait for in the end; the others as they stand. */
export const longestFirst = (files: readonly string[]): string[] =>
  files.toSorted((one, other) => (named(seconds, other) ?? 0) - (named(seconds, one) ?? 0))

/** What `bun test --timings` reads, to share files out evenly: it heeds it only where every file is named. */
export const timingsOf = (files: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    files: Object.fromEntries(files.map((path) => [path, (named(seconds, path) ?? 1) * 1000])),
  })

/**
 * Runs each item, in this order, in whichever lane is free first.
 * @throws what a run throws; none is begun after that, and those under way are waited for.
 */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  run: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const walk = async (lane: number): Promise<void> => {
    try {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item, lane)
    } finally {
      // After an error the other lanes end early; without one nothing is left.
      waiting.length = 0
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, lane) => walk(lane)))
  const broken = ends.find((end) => end.status === 'rejected')
  if (broken) throw broken.reason
}
