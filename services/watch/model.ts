/**
 * The cluster as people watch it: figures of its nodes, probes that go through it, and what is broken on purpose in a
 * demonstration. Pure; schemas stand in `schemas.ts`.
 */
import type { z } from 'zod'
import type * as schemas from './schemas'

export const watchTopic = 'watch'

/** What can be broken: a node dies, a node hangs, all nodes are deaf on the bus for a while. */
export const breakages = ['kill', 'hang', 'bus'] as const
export type Breakage = (typeof breakages)[number]

/** For how long the bus is broken. */
export const busBrokenMs = 15_000

/** How soon the same kind may be broken again, by whomever: what was broken before should be whole by then. */
export const breakEveryMs: Record<Breakage, number> = { kill: 5000, hang: 5000, bus: busBrokenMs + 5000 }

/**
 * A sale to bots (`watch.sell_to_bots`): wanted by somebody, selling, and judged by reading the log back. The topic
 * carries the whole sale with each step, as events of kind `sale`; `watch.sale` answers the last one.
 */
export const saleStages = ['wanted', 'selling', 'judged', 'failed'] as const
export const mostBots = 500
/** How soon after one the next may begin. */
export const saleEveryMs = 15_000
export type Sale = z.infer<typeof schemas.sale>
export const isOver = ({ stage }: Pick<Sale, 'stage'>): boolean => stage === 'judged' || stage === 'failed'

/** What the log says of a sale, beside what bots were told. */
export function judged(
  acknowledged: readonly string[],
  log: readonly { claim: string; who: string }[],
  stock: number,
): Required<Pick<Sale, 'sold' | 'lost' | 'doubled' | 'oversold'>> {
  const known = new Set(log.map(({ claim }) => claim))
  return {
    sold: log.length,
    lost: acknowledged.filter((claim) => !known.has(claim)).length,
    // Each bot wants one, once: whatever else the same one has is too much.
    doubled: log.length - new Set(log.map(({ who }) => who)).size,
    oversold: Math.max(0, log.length - stock),
  }
}

/**
 * A proof (`watch.prove`): wanted by somebody, running in a cluster of its own, and its verdict. The topic carries the
 * whole of it with each step, as events of kind `proof`; `watch.proof` answers the last one.
 */
export const scenarios = ['balance', 'chat', 'sale', 'attendance', 'reports', 'upgrade', 'chaos'] as const
export type Scenario = (typeof scenarios)[number]
export const proofStages = ['wanted', 'running', 'held', 'broken', 'failed'] as const
/** How soon after one the next may begin. */
export const proofEveryMs = 10_000
export type Proof = z.infer<typeof schemas.proof>
export type Verdict = z.infer<typeof schemas.verdict>
export const isProving = ({ stage }: Pick<Proof, 'stage'>): boolean => stage === 'wanted' || stage === 'running'

export type Figures = z.infer<typeof schemas.figures>
export type NodeFigures = z.infer<typeof schemas.nodeFigures>
export type QueueCount = z.infer<typeof schemas.queueCount>
export type FailedJob = z.infer<typeof schemas.failedJob>
export type Broken = z.infer<(typeof schemas.events)['broken']>

/** What became of probes: each is answered, and then seen in the stream. */
export interface Tally {
  sent: number
  acknowledged: number
  seen: number
  doubled: number
  /** The longest time that a probe waited for its answer. */
  slowestMs: number
  /** Answered, and not seen yet: by key, when it was answered. */
  awaited: ReadonlyMap<string, number>
  /** Seen, with or without an answer yet. */
  known: ReadonlySet<string>
}

export const noTally: Tally = {
  sent: 0,
  acknowledged: 0,
  seen: 0,
  doubled: 0,
  slowestMs: 0,
  awaited: new Map(),
  known: new Set(),
}

/** After this long an answered probe that was not seen counts as lost. The sweep promises two seconds. */
export const lostAfterMs = 10_000

export const sent = (tally: Tally): Tally => ({ ...tally, sent: tally.sent + 1 })

export function acknowledged(tally: Tally, key: string, atMs: number, tookMs: number): Tally {
  const awaited = tally.known.has(key) ? tally.awaited : new Map([...tally.awaited, [key, atMs]])
  const slowestMs = Math.max(tally.slowestMs, tookMs)
  return { ...tally, acknowledged: tally.acknowledged + 1, slowestMs, awaited }
}

export function seen(tally: Tally, key: string): Tally {
  if (tally.known.has(key)) return { ...tally, doubled: tally.doubled + 1 }
  const awaited = new Map(tally.awaited)
  awaited.delete(key)
  return { ...tally, seen: tally.seen + 1, awaited, known: new Set([...tally.known, key]) }
}

/** Answered for so long that they should have been seen. */
export const lost = (tally: Tally, nowMs: number): number =>
  [...tally.awaited.values()].filter((atMs) => nowMs - atMs > lostAfterMs).length
