/** What goes in and out of the watch's methods, and what its topic carries. */
import { z } from 'zod'
import { id } from '../../protocol/ids'
import { abouts, verdicts } from './model/health'
import { breakages, mostBots, proofStages, saleStages, scenarios } from './model'

/** One node in its last whole second. */
export const figures = z.object({
  /** HTTP requests and commands over realtime. */
  requests: z.number(),
  /** 95 of 100 were answered within. */
  p95Ms: z.number(),
  /** Messages to sockets. */
  deliveries: z.number(),
  topics: z.number(),
  /** Commands that wait for their batch. */
  waiting: z.number(),
  memoryMb: z.number(),
  databaseUp: z.boolean(),
  busUp: z.boolean(),
})

/** How far what a node shows was behind what is confirmed, at the worst of the last ten seconds. Absent: it can't tell. */
const lagMs = z.number().int().nonnegative().optional()

export const here = z.object({ node: z.string(), lagMs })

export const nodeFigures = z.object({
  id: z.string(),
  version: z.string(),
  state: z.enum(['alive', 'suspected']),
  startedAt: z.string(),
  connections: z.number(),
  load: z.number(),
  lagMs,
  figures: figures.optional(),
})

export const nodes = z.object({
  nodes: z.array(nodeFigures),
  /** The node that won the last tick of duties; absent while none did. */
  leader: z.string().optional(),
})

const text = z.object({ en: z.string(), id: z.string() })
export const health = z.object({
  /** Whose machine was looked at. */
  node: z.string(),
  findings: z.array(
    z.object({
      about: z.enum(abouts),
      verdict: z.enum(verdicts),
      found: text,
      todo: text.optional().describe('what to do about it'),
    }),
  ),
})

export const breakInput = z.object({
  what: z.enum(breakages),
  node: id.optional().describe('which node is killed or hangs'),
})
export const probeInput = z.object({ n: z.number().int().min(0) })
export const empty = z.object({})

export const queueCount = z.object({
  queue: z.string(),
  waiting: z.number(),
  running: z.number(),
  done: z.number().describe('since the count before'),
  failed: z.number(),
})
export const failedJob = z.object({
  id: z.string(),
  queue: z.string(),
  /** What it was asked to do. */
  data: z.string(),
  at: z.string(),
  attempts: z.number().int(),
  error: z.string(),
})
export const jobs = z.object({ queues: z.array(queueCount), failed: z.array(failedJob) })
export const jobInput = z.object({ queue: id, id: z.uuid() })

const count = z.number().int().nonnegative()
export const sellInput = z.object({
  buyers: z.number().int().min(1).max(mostBots).default(mostBots),
  stock: z.number().int().min(1).max(mostBots).default(100),
})
export const run = z.object({ run: z.uuid() })

/** A sale to bots, as far as it has come. */
export const sale = run.extend({
  stage: z.enum(saleStages),
  stock: count,
  buyers: count,
  /** The drop, once it is there. */
  drop: z.string().optional(),
  /** Bots that have asked. */
  asked: count,
  /** Told that they have one. */
  acknowledged: count,
  /** Told that they have none. */
  refused: count,
  /** Got no answer within their patience. */
  unanswered: count,
  /** Answers by the node that gave them. */
  nodes: z.record(z.string(), count),
  /** What the log says once all is over: units sold there … */
  sold: count.optional(),
  /** … acknowledged, but not in it … */
  lost: count.optional(),
  /** … in it more than once for the same bot … */
  doubled: count.optional(),
  /** … and in it beyond the stock. */
  oversold: count.optional(),
  /** From the first question to the last answer. */
  tookMs: count.optional(),
})
export const lastSale = z.object({ sale: sale.optional() })

export const proveInput = z.object({ scenario: z.enum(scenarios) })
export const verdict = z.object({
  /** `G1` to `G10`. */
  promise: z.string(),
  verdict: z.enum(['held', 'broken', 'untried']),
  /** Facts that were looked at. */
  looked: count,
})

/** A proof, as far as it has come. */
export const proof = run.extend({
  stage: z.enum(proofStages),
  scenario: z.enum(scenarios),
  /** What it said last. */
  line: z.string().optional(),
  promises: z.array(verdict),
})
export const lastProof = z.object({ proof: proof.optional() })

export const events = {
  sale,
  proof,
  /** `target`: the node that is meant. */
  broken: z.object({ what: z.enum(breakages), target: z.string().optional() }),
  probed: z.object({ n: z.number().int(), key: z.string() }),
}
