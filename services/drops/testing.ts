/** For this service's tests: nodes without doors, and people who claim. */
import type { NewJob } from '../../kernel/batch'
import { Budgets } from '../../kernel/budget'
import { SimulatedNetwork } from '../../kernel/bus/simulated'
import { Db } from '../../kernel/db'
import { Hub, logSource } from '../../kernel/hub'
import { read } from '../../kernel/log'
import { Registry, type GivenGround } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import type { Claim, Claimed, Drop, DropEvent } from './model'
import { topicOf } from './model'
import { verify, type Proof } from './model/verify'
import { discussion } from '../discussion/service'
import { inbox } from '../inbox/service'
import { people } from '../people/service'
import { drops } from './service'

export interface NodeOptions {
  name?: string
  /** Hears of what others do by sweeping the log only, or not at all. */
  deaf?: boolean
  /** Milliseconds by the database's clock, as this node believes. */
  now?: () => number
}

type Answer<T> = Promise<T & Record<string, unknown>>

export class Node {
  readonly counts: string[] = []
  /** What was enqueued. `work` runs what is due at once. */
  readonly jobs: NewJob[] = []
  readonly db: Db
  readonly registry: Registry
  private readonly hub: Hub

  constructor(url: string, { name = 'n1', deaf = false, now = () => Date.now() + passedMs }: NodeOptions = {}) {
    this.db = new Db(url, name)
    const bus = new SimulatedNetwork(Math.random).join(name)
    const source = logSource(this.db.lane('hub', { connections: 2 }))
    this.hub = new Hub(deaf ? { ...source, changes: async () => source.changes('now') } : source, bus, [])
    const budgets = new Budgets(bus, () => 1)
    const ground: GivenGround = {
      budget: budgets.of.bind(budgets),
      ...{ node: name, demo: false, now, members: () => [], leader: () => name, whisper: () => undefined },
      follow: (topic, apply, reset) => this.hub.follow(topic, apply, reset),
      counter: (metric, _help, labels) => ({
        more: () => void this.counts.push(`${metric} ${Object.values(labels).join()}`),
      }),
    }
    const context = {
      ...{ node: name, hit: () => undefined },
      enqueue: async (_tx: unknown, jobs: readonly NewJob[]) => void this.jobs.push(...jobs),
      committed: (events: Parameters<Hub['publish']>[0]) => this.hub.publish(events),
    }
    const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
    this.registry = new Registry([people, discussion, drops, inbox(means)], this.db, context, ground, options)
  }

  static async start(url: string, options?: NodeOptions): Promise<Node> {
    const node = new Node(url, options)
    await node.hub.run()
    return node
  }

  async stop(): Promise<void> {
    this.hub.stop()
    await this.db.close()
  }

  call<T = object>(who: Actor, verb: string, input: object): Answer<T> {
    const keyed = { key: crypto.randomUUID(), ...input }
    const query = ['get', 'list', 'mine', 'record', 'verify', 'tallies', 'sheet'].includes(verb)
    return this.registry.execute(who, `drops.${verb}`, query ? input : keyed) as Answer<T>
  }

  async create(more: object = {}): Promise<string> {
    const input = { title: 'Kaos', stock: 2, opensAt: past(), ...more }
    return (await this.call<{ id: string }>(seller, 'create', input)).id
  }

  claim(who: string, drop: string, more: object = {}): Answer<Claimed> {
    return this.call<Claimed>(person(who), 'claim', { drop, ...more })
  }

  async drop(id: string): Promise<Drop> {
    return (await this.call<{ drop: Drop }>(seller, 'get', { drop: id })).drop
  }

  async mine(who: string, drop: string): Promise<Claim[]> {
    return (await this.call<{ claims: Claim[] }>(person(who), 'mine', { drop })).claims
  }

  /** `free held sold waiting` */
  async numbers(id: string): Promise<number[]> {
    const { free, held, sold, waiting } = await this.drop(id)
    return [free, held, sold, waiting]
  }

  async tick(): Promise<void> {
    for (const duty of this.registry.duties) while ((await duty.run()).more);
  }

  /** Runs the jobs of a queue that wait for no later time, twice each: once is what a worker did that then died. */
  async work(queue: string): Promise<void> {
    const definition = drops.jobs!.find((job) => job.queue === queue)!
    const due = this.jobs.filter((job) => job.queue === queue && job.startAfterSeconds === undefined)
    for (const { data } of due) {
      const job = { id: crypto.randomUUID(), data, attempt: 1 }
      await definition.run(job, this.registry.jobGround)
      await definition.run({ ...job, attempt: 2 }, this.registry.jobGround)
    }
  }

  async inbox(who: string): Promise<Record<string, unknown>[]> {
    const { events } = await read(this.registry.reads, `inbox:${who}`, 0, 1000)
    return events.map(({ json }) => JSON.parse(json) as Record<string, unknown>)
  }

  async events(id: string): Promise<DropEvent[]> {
    return history(this.registry.reads, id)
  }

  async proof(id: string): Promise<Proof> {
    return verify(await this.events(id))
  }

  /** Time goes on by so much, as far as anybody can tell who looks at this drop: all of it happened earlier. */
  async later(id: string, seconds: number): Promise<void> {
    const lane = this.db.lane('tests', { connections: 1 })
    const ago = `- make_interval(secs => $2)`
    await lane.query(`UPDATE drops.claim SET until = until ${ago} WHERE drop = $1`, [id, seconds])
    await lane.query(`UPDATE drops.drop SET opens_at = opens_at ${ago} WHERE id = $1`, [id, seconds])
    await lane.query(
      `UPDATE kernel.events SET at = at ${ago}, data = CASE WHEN data->>'until' IS NULL THEN data ELSE
         jsonb_set(data::jsonb, '{until}', to_jsonb(to_char(((data->>'until')::timestamptz ${ago}) AT TIME ZONE 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))::json END
       WHERE topic = 'drops:' || $1`,
      [id, seconds],
    )
    passedMs += seconds * 1000
  }
}

/** Nothing is pushed from here. */
const means = { secret: 'not asked for', contact: 'mailto:nobody@campus.example', mayPushHere: false }

/** What `later` let pass; nodes believe in it. */
let passedMs = 0

/** All that ever happened on a drop's topic. */
export async function history(sql: Parameters<typeof read>[0], id: string): Promise<DropEvent[]> {
  const all: DropEvent[] = []
  for (;;) {
    const { events } = await read(sql, topicOf(id), all.length, 1000)
    for (const { offset, json } of events) {
      const data = JSON.parse(json) as { kind: string; at: string }
      all.push({ kind: data.kind, at: data.at, offset, data })
    }
    if (events.length < 1000) return all
  }
}

export const person = (id: string, role: Role = 'student'): Actor => ({ id, name: id, role })
export const seller = person('seller', 'organiser')
export const past = (): string => new Date(Date.now() - 60_000).toISOString()
export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
