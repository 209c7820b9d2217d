/** What the node gives the watch: the queue's desk, a way in from outside, and whether things may be broken on purpose. */
import type { Sql } from '../../kernel/db'
import type { FailedJob, QueueCount } from '../../kernel/jobs'
import type { Actor } from '../../protocol/roles'

export interface WatchMeans {
  demo: boolean
  /**
   * Asks like anybody outside: on a new connection, through whichever node takes it, with the same key until there is an
   * answer. @throws Refusal; `unavailable` when patience ends
   */
  ask(actor: Actor, method: string, input: object): Promise<Record<string, unknown>>
  jobs(): {
    overview(): Promise<QueueCount[]>
    failed(limit: number): Promise<FailedJob[]>
    retry(tx: Sql, queue: string, id: string): Promise<boolean>
    discard(tx: Sql, queue: string, id: string): Promise<boolean>
  }
}
