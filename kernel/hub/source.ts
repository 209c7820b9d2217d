import type { Lane } from '../db'
import * as log from '../log'

/** What the hub reads: the log, behind an interface so that a simulation can stand in for it. */
export interface Source {
  /** Heads of these topics (absent: nothing ever happened there), of one moment. */
  heads(topics: readonly string[]): Promise<log.Heads>
  /** As `heads`, with the events at these places. */
  standing(places: readonly log.Place[]): Promise<log.Standing>
  read(topic: string, after: number, limit: number): Promise<log.Page>
  /** The newest `limit` events, oldest first. */
  newest(topic: string, limit: number): Promise<log.Page>
  /** `'now'` gives the cursor only. */
  changes(cursor: string): Promise<log.Changes>
  restartedSinceEpoch(): Promise<boolean>
  renewEpoch(lost: string): Promise<log.Life>
}

/** The largest offset that the wire and the database both hold exactly. */
const beyond = Number.MAX_SAFE_INTEGER

export function logSource(lane: Lane): Source {
  return {
    read: (topic, after, limit) => log.read(lane, topic, after, limit),
    async newest(topic, limit) {
      const page = await log.readBack(lane, topic, beyond, limit)
      return { ...page, events: page.events.reverse() }
    },
    heads: (topics) => log.heads(lane, topics),
    standing: (places) => log.standing(lane, places),
    changes: (cursor) => (cursor === 'now' ? log.cursorNow(lane) : log.changes(lane, cursor)),
    restartedSinceEpoch: () => log.restartedSinceEpoch(lane),
    renewEpoch: (lost) => log.renewEpoch(lane, lost),
  }
}
