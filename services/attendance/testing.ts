/** For this service's tests: nodes without doors, other services as far as they are met, and people who check in. */
import { done } from '../../kernel/batch'
import { Db } from '../../kernel/db'
import { read } from '../../kernel/log'
import { command, query, Registry, type GivenGround, type Service } from '../../kernel/service'
import type { NewJob } from '../../kernel/batch'
import type { Actor, Role } from '../../protocol/roles'
import { z } from 'zod'
import { currentCode } from './codes'
import { apply, type Board, type BoardAnswer, type BoardEvent, type Checked } from './model'
import { attendance } from './service'

type Answer<T> = Promise<T & Record<string, unknown>>

/** What the classes of People would say, and what others were asked to do. */
export const classes = new Map<string, { students: Actor[]; teachers: Actor[] }>()
export const asked: { name: string; input: Record<string, unknown> }[] = []

const named = ({ id, name }: Actor) => ({ id, name })
const others: Service = {
  name: 'others',
  topics: [],
  methods: [
    command<{ class: string }, { students: object[]; teachers: object[] }>({
      ...{ name: 'people.class_roster', summary: '', internal: true, input: z.object({ class: z.string() }) },
      output: z.looseObject({ students: z.array(z.looseObject({})), teachers: z.array(z.looseObject({})) }),
      runMany: async (_tx, calls) =>
        calls.map(({ input }) => {
          const { students = [], teachers = [] } = classes.get(input.class) ?? {}
          return done({ students: students.map(named), teachers: [teacher, ...teachers].map(named) })
        }),
    }),
    query({
      ...{ name: 'people.classes', summary: '', input: z.object({}), output: z.looseObject({}) },
      run: async () => ({ classes: [...classes.keys()].map((id) => ({ id, name: id })) }),
    }),
    ...['inbox.notify', 'discussion.thread', 'discussion.note'].map((name) =>
      command<Record<string, unknown>, object>({
        ...{ name, summary: '', internal: true, input: z.looseObject({}), output: z.looseObject({}) },
        runMany: async (_tx, calls) =>
          calls.map(({ input }) => {
            asked.push({ name, input })
            return done({})
          }),
      }),
    ),
  ],
}

const queries = ['board', 'get', 'sessions', 'code', 'attempts', 'verify', 'mine', 'table', 'settings', 'cards']

export class Node {
  readonly db: Db
  readonly registry: Registry
  readonly jobs: NewJob[] = []

  constructor(
    url: string,
    readonly name = 'n1',
  ) {
    this.db = new Db(url, name)
    const ground: GivenGround = {
      ...{ node: name, demo: false, now: () => Date.now(), members: () => [], leader: () => name },
      whisper: () => undefined,
    }
    const context = {
      ...{ node: name, enqueue: async () => undefined, hit: () => undefined },
      committed: (_events: unknown, jobs: readonly NewJob[]) => void this.jobs.push(...jobs),
    }
    const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
    this.registry = new Registry([attendance, others], this.db, context, ground, options)
  }

  stop(): Promise<void> {
    return this.db.close()
  }

  call<T = object>(who: Actor, verb: string, input: object = {}): Answer<T> {
    const keyed = { key: crypto.randomUUID(), ...input }
    return this.registry.execute(who, `attendance.${verb}`, queries.includes(verb) ? input : keyed) as Answer<T>
  }

  async open(more: object = {}): Promise<string> {
    return (await this.call<{ id: string }>(teacher, 'open', { title: 'Fisika', ...more })).id
  }

  check(who: string | Actor, session: string, more: object = {}): Answer<Checked> {
    const actor = typeof who === 'string' ? person(who) : who
    return this.call<Checked>(actor, 'check', { session, direction: 'in', ...more })
  }

  board(session: string): Answer<BoardAnswer> {
    return this.call<BoardAnswer>(teacher, 'board', { session })
  }

  async faults(session: string): Promise<unknown[]> {
    return (await this.call<{ faults: unknown[] }>(teacher, 'verify', { session })).faults
  }

  async secretOf(session: string): Promise<string> {
    const rows = await this.registry.reads.query<{ secret: string }>(
      'SELECT secret FROM attendance.session WHERE id = $1',
      [session],
    )
    return rows[0]!.secret
  }

  async tick(): Promise<void> {
    for (const duty of this.registry.duties) while ((await duty.run()).more);
  }

  async runJobs(): Promise<void> {
    for (const { queue, data } of this.jobs.splice(0)) {
      const job = attendance.jobs!.find((one) => one.queue === queue)!
      await job.run({ id: 'job', data, attempt: 1 }, this.registry.jobGround)
    }
  }

  async events(topic: string): Promise<BoardEvent[]> {
    const { events } = await read(this.registry.reads, topic, 0, 10_000)
    return events
      .map(({ json }) => JSON.parse(json) as Record<string, unknown>)
      .map((data) => ({ kind: String(data['kind']), data }))
  }

  /** What a screen shows that began with nothing and heard everything. */
  async folded(session: string): Promise<Board> {
    const empty = { session: {}, people: [], records: [], undone: [], marks: [], refusals: [] } as unknown as Board
    return (await this.events(`attendance:${session}`)).reduce(apply, empty)
  }

  /** Everything of this session happened so much earlier. The chain, which holds moments, is not touched. */
  async later(session: string, seconds: number): Promise<void> {
    const lane = this.db.lane('tests', { connections: 1 })
    const ago = `- make_interval(secs => $2)`
    await lane.query(
      `UPDATE attendance.session SET opens_at = opens_at ${ago}, starts_at = starts_at ${ago},
         late_at = late_at ${ago}, closes_at = closes_at ${ago} WHERE id = $1`,
      [session, seconds],
    )
    await lane.query(`UPDATE attendance.record SET at = at ${ago} WHERE session = $1`, [session, seconds])
  }
}

/** What was to be scanned at another time. */
export const codeAtForTests = (secret: string, id: string, ms: number): string =>
  currentCode({ id, secret }, 5000, ms).scanned

export const person = (id: string, role: Role = 'student'): Actor => ({ id, name: id, role })
export const teacher = person('guru', 'teacher')
export const admin = person('admin', 'admin')
export const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString()
