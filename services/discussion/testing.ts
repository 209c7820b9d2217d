/** A node with Discussion and what it calls, on a database of its own, for tests. */
import { testDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { NewJob } from '../../kernel/batch'
import { Db } from '../../kernel/db'
import type { Appended } from '../../kernel/log'
import { Registry, type Service } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import { people } from '../people/service'
import { discussion } from './service'

// Answers are looked at field by field; their types are the schemas'.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any

export interface Bench {
  db: Db
  url: string
  registry: Registry
  events: Appended[]
  jobs: NewJob[]
  whispers: { topic: string; data: Record<string, unknown> }[]
  /** A command or a query of Discussion. Commands get a key of their own. */
  call(actor: Actor, name: string, input?: object): Promise<Answer>
  /** A command as the installation itself. */
  perform(name: string, input: object): Promise<Answer>
  /** The code with which it is refused. */
  refusal(promise: Promise<unknown>): Promise<string>
  /** What a topic carried, oldest first. */
  told(topic: string): Record<string, Answer>[]
  newChannel(actor: Actor, kind?: string): Promise<string>
  /** A user that People knows, with a real id. */
  person(name: string, role?: Role): Promise<Actor>
  stop(): Promise<void>
}

export const who = (name: string, role: Role = 'student'): Actor => ({ id: name, name, role })

export async function bench(others: readonly Service[] = []): Promise<Bench> {
  const database = await testDatabase()
  const db = new Db(database.url, 'tests')
  const [events, jobs, whispers]: [Appended[], NewJob[], Bench['whispers']] = [[], [], []]
  const context = {
    ...{ node: 'n1', enqueue: async () => undefined, hit: () => undefined },
    committed: (list: readonly Appended[], more: readonly NewJob[]) => (events.push(...list), void jobs.push(...more)),
  }
  const ground = {
    ...{ node: 'n1', demo: false, now: () => Date.now(), members: () => [], leader: () => undefined },
    whisper: (topic: string, data: Record<string, unknown>) => void whispers.push({ topic, data }),
  }
  const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
  const registry = new Registry([discussion, people, ...others], db, context, ground, options)
  const call: Bench['call'] = (actor, name, input = {}) => {
    const full = name.includes('.') ? name : `discussion.${name}`
    const key = registry.method(full)?.kind === 'command' ? { key: crypto.randomUUID() } : {}
    return registry.execute(actor, full, { ...key, ...input })
  }
  return {
    ...{ db, url: database.url, registry, events, jobs, whispers, call },
    perform: (name, input) => registry.perform(name, { key: crypto.randomUUID(), ...input }),
    refusal: async (promise) => ((await errorOf(promise)) as { code: string }).code,
    told: (topic) => events.filter((event) => event.topic === topic).map(({ json }) => JSON.parse(json) as object),
    newChannel: async (actor, kind = 'public') => (await call(actor, 'create', { name: `A ${kind} one`, kind })).id,
    person: async (name, role = 'student') => {
      const [row] = await db.lane('tests', { connections: 1 }).query<{ id: string }>(
        `INSERT INTO auth."user" (name, email, "emailVerified", role)
         VALUES ($1, gen_random_uuid() || '@campus.test', false, $2) RETURNING id`,
        [name, role],
      )
      return { id: row!.id, name, role }
    },
    stop: async () => {
      await db.close()
      await database.stop()
    },
  }
}
