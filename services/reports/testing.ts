/** For this service's tests: nodes without doors, with the services that reports need, and people who report. */
import { loneNode } from '../../prove/testing/lone-node'
import type { Db } from '../../kernel/db'
import type { NewJob } from '../../kernel/batch'
import { read } from '../../kernel/log'
import type { Registry, Service } from '../../kernel/service'
import type { Actor, Role } from '../../protocol/roles'
import type { Report, ReportEvent, Viewer } from './model'
import { topicOf } from './model'
import { reports } from './service'

type Answer<T> = Promise<T & Record<string, unknown>>
export interface Got {
  report: Report
  viewer: Viewer
}

const queries = new Set([
  'get',
  'board',
  'mine',
  'similar',
  'public',
  'open_data',
  'categories',
  'places',
  'at',
  'my_duty',
])

export class Node {
  readonly jobs: NewJob[]
  readonly registry: Registry
  readonly db: Db

  constructor(url: string, others: readonly Service[], name = 'n1') {
    const { db, registry, jobs } = loneNode(url, [reports, ...others], name)
    this.db = db
    this.registry = registry
    this.jobs = jobs
  }

  call<T = object>(who: Actor, verb: string, input: object = {}): Answer<T> {
    const keyed = { key: crypto.randomUUID(), ...input }
    return this.registry.execute(who, `reports.${verb}`, queries.has(verb) ? input : keyed) as Answer<T>
  }

  async submit(who: Actor, more: object = {}): Promise<string> {
    const input = { title: 'Lampu mati', place: 'Ruang 101', priority: 'normal', ...more }
    return (await this.call<{ id: string }>(who, 'submit', input)).id
  }

  get(who: Actor, report: string): Answer<Got> {
    return this.call<Got>(who, 'get', { report })
  }

  /** Does the jobs that wait, once each, those of later rounds as well if they are asked for. */
  async work({ later = false } = {}): Promise<void> {
    const due = this.jobs.filter(({ startAfterSeconds }) => later || startAfterSeconds === undefined)
    for (const job of due) this.jobs.splice(this.jobs.indexOf(job), 1)
    for (const { queue, data } of due) {
      const definition = reports.jobs!.find((one) => one.queue === queue)
      await definition?.run({ id: crypto.randomUUID(), data, attempt: 1 }, this.registry.jobGround)
    }
  }

  /** All that was ever said on a topic. */
  async events(topic: string): Promise<(ReportEvent & { data: Record<string, unknown> })[]> {
    const { events } = await read(this.registry.reads, topic, 0, 1000)
    return events.map(({ offset, json }) => {
      const data = JSON.parse(json) as { kind: string; at: string }
      return { kind: data.kind, at: data.at, offset, data }
    })
  }

  reportEvents(id: string): ReturnType<Node['events']> {
    return this.events(topicOf(id))
  }

  /** Titles of what this person was told, oldest first. */
  async told(who: Actor): Promise<string[]> {
    const events = await this.events(`inbox:${who.id}`)
    const notices = events.filter(({ kind }) => kind === 'notification')
    return notices.map(({ data }) => (data['notification'] as { kind: string }).kind)
  }

  /** Somebody with an account. */
  async person(name: string, role: Role = 'student'): Promise<Actor> {
    const [row] = await this.registry.reads.query<{ id: string }>(
      `INSERT INTO auth."user" (name, email, "emailVerified", role) VALUES ($1, $2, false, $3) RETURNING id`,
      [name, `${crypto.randomUUID()}@user.test`, role],
    )
    return { id: row!.id, name, role }
  }

  /** A photo that this person has uploaded, or a file of another type. */
  async photo(owner: Actor, state: 'ready' | 'pending' | 'failed' = 'ready', type = 'image/jpeg'): Promise<string> {
    const id = crypto.randomUUID()
    await this.registry.reads.query(
      `INSERT INTO files.file (id, owner, name, bytes, received, state, type) VALUES ($1, $2, 'foto.jpg', 10, 10, $3, $4)`,
      [id, owner.id, state, type],
    )
    return id
  }
}
