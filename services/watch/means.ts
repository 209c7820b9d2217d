/** What the node gives the watch: the queue's desk, a way in from outside, and whether things may be broken on purpose. */
import type { Sql } from '../../kernel/db'
import type { FailedJob, QueueCount } from '../../kernel/jobs'
import type { Actor } from '../../protocol/roles'
import type { Machine, Push } from './model/health'
import type { Scenario, Verdict } from './model'

export interface WatchMeans {
  demo: boolean
  /**
   * Asks like anybody outside: on a new connection, through whichever node takes it, with the same key until there is an
   * answer. @throws Refusal; `unavailable` when patience ends
   */
  ask(actor: Actor, method: string, input: object): Promise<Record<string, unknown>>
  /**
   * Plays a scenario of `alun prove` in a process of its own. @param onLine what it says while it runs.
   * @returns its verdict; not played: it could not be carried out to its end.
   */
  prove(scenario: Scenario, onLine: (line: string) => void): Promise<{ isPlayed: boolean; promises: Verdict[] }>
  /** How the machine and its settings stand, as this node sees them. */
  machine(): Promise<Machine>
  push(sql: Sql): Promise<Push>
  jobs(): {
    overview(): Promise<QueueCount[]>
    failed(limit: number): Promise<FailedJob[]>
    retry(tx: Sql, queue: string, id: string): Promise<boolean>
    discard(tx: Sql, queue: string, id: string): Promise<boolean>
  }
}
