/** One report, live: the snapshot and the stream after it, and what this person may know beside it. */
import type { Client } from '../../client/client'
import type { Live } from '../../client/live'
import { apply, topicOf, type Report, type Viewer } from '../../services/reports/model'

export interface Seen {
  report: Report
  viewer: Viewer
}

export type LiveReport = Live<Seen>

export function liveReport(client: Client, id: string): LiveReport {
  return client.live<Seen>({
    topic: topicOf(id),
    query: async () => {
      const { report, viewer, position } = await client.query('reports.get', { report: id })
      return { state: { report, viewer }, position }
    },
    apply: (seen, event) => ({ ...seen, report: apply(seen.report, event) }),
  })
}
