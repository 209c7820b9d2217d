/** What a client that comes back has missed: all of it, or a plain no. Never a part. */
import { redactedJson, type LogEvent, type Page } from '../log'
import type { Source } from './source'
import type { Topic } from './topic'

export interface From {
  offset: number
  epoch: string
}

export interface Cut {
  offset: number
  recovered: boolean
  events: LogEvent[]
}

/** The client's position, if it belongs to this life of the offsets. */
export function sameLife(from: From | undefined, epoch: string): From | undefined {
  return from && (from.epoch === '' || from.epoch === epoch) ? from : undefined
}

/** What the ring doesn't reach back to, read from the log. */
export async function readMissed(
  source: Source,
  topic: Topic,
  from: From | undefined,
  limit: number,
): Promise<Page | undefined> {
  if (!from || from.offset >= topic.delivered || topic.delivered - from.offset > limit) return undefined
  if (topic.ring.reaches(from.offset)) return undefined
  return source.read(topic.name, from.offset, limit)
}

/**
 * Synchronous with joining: what stands between the position and what was delivered here by now.
 * @returns `again` when `read` and the ring don't meet any more: the topic went on meanwhile.
 */
export function cut(
  topic: Topic,
  from: From | undefined,
  read: readonly LogEvent[] | undefined,
  limit: number,
): Cut | 'again' {
  const top = topic.delivered
  const fresh: Cut = { offset: top, recovered: false, events: [] }
  if (!from || from.offset > top || top - from.offset > limit) return fresh
  if (topic.ring.reaches(from.offset)) return { ...fresh, recovered: true, events: topic.ring.after(from.offset) }
  if (!read) return 'again'
  if (read[0]?.offset !== from.offset + 1) return fresh
  const last = read[read.length - 1]!.offset
  if (last < top && !topic.ring.reaches(last)) return 'again'
  const events = [...read.filter((event) => event.offset <= top), ...topic.ring.after(Math.min(last, top))]
  return { ...fresh, recovered: true, events: withoutRedacted(events) }
}

/** What was read before a redaction that it is now handed over with still has its content. */
function withoutRedacted(events: readonly LogEvent[]): LogEvent[] {
  const gone = new Set(events.flatMap(({ effects }) => effects?.redacts ?? []))
  return events.map((event) => (gone.has(event.offset) ? { ...event, json: redactedJson(event.json) } : event))
}
