/** What goes in and out of the watch's methods, and what its topic carries. */
import { z } from 'zod'
import { id } from '../../protocol/ids'
import { breakages } from './model'

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

export const nodeFigures = z.object({
  id: z.string(),
  version: z.string(),
  state: z.enum(['alive', 'suspected']),
  startedAt: z.string(),
  connections: z.number(),
  load: z.number(),
  figures: figures.optional(),
})

export const nodes = z.object({
  nodes: z.array(nodeFigures),
  /** The node that won the last tick of duties; absent while none did. */
  leader: z.string().optional(),
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

export const events = {
  /** `target`: the node that is meant. */
  broken: z.object({ what: z.enum(breakages), target: z.string().optional() }),
  probed: z.object({ n: z.number().int(), key: z.string() }),
}
