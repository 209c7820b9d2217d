import { z } from 'zod'

/** Where a reader stands in a topic. `offset` 0 is before the first event. */
export const position = z.object({ topic: z.string(), offset: z.number().int().nonnegative(), epoch: z.string() })
export type Position = z.infer<typeof position>

/**
 * One committed fact on a topic, as subscribers see it: the publication's `data`. Fields of the event's own kind stand
 * beside these. `offset` is the publication's own.
 */
export const eventData = z.looseObject({
  kind: z.string(),
  /** The database's clock at commit order, ISO 8601, UTC, milliseconds. Never before the topic's previous event. */
  at: z.string(),
  /** The user who caused it; empty when the system did. */
  actor: z.string(),
  /** The node that committed it. */
  node: z.string(),
})
export type EventData = z.infer<typeof eventData>
