/** What the node gives the watch: the queue's desk, and whether things may be broken on purpose. */
import type { Sql } from '../../kernel/db'
import type { FailedJob, QueueCount } from '../../kernel/jobs'

export interface WatchMeans {
  demo: boolean
  jobs(): {
    overview(): Promise<QueueCount[]>
    failed(limit: number): Promise<FailedJob[]>
    retry(tx: Sql, queue: string, id: string): Promise<boolean>
    discard(tx: Sql, queue: string, id: string): Promise<boolean>
  }
}
