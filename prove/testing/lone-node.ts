/** A node without doors, bus and workers, for tests of services: what commits say and the jobs they ask for are noted. */
import type { NewJob } from '../../kernel/batch'
import { Db } from '../../kernel/db'
import type { Appended } from '../../kernel/log'
import { Registry, type Service } from '../../kernel/service'

export interface LoneNode {
  db: Db
  registry: Registry
  /** Committed events, oldest first. */
  events: Appended[]
  /** Jobs that nobody works on, but the test. */
  jobs: NewJob[]
}

export function loneNode(url: string, services: readonly Service[], name = 'n1'): LoneNode {
  const db = new Db(url, name)
  const events: Appended[] = []
  const jobs: NewJob[] = []
  const context = {
    ...{ node: name, hit: () => undefined, enqueue: async () => undefined },
    committed: (list: readonly Appended[], more: readonly NewJob[]) => (events.push(...list), void jobs.push(...more)),
  }
  const ground = {
    ...{ node: name, demo: false, now: () => Date.now(), members: () => [], leader: () => name },
    whisper: () => undefined,
  }
  const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
  return { db, events, jobs, registry: new Registry(services, db, context, ground, options) }
}
