/**
 * What a service is, and the one way in: every door hands (who, name, input) to `Registry.execute`, which finds the
 * method, validates, authorises and limits, and then lets the batch or the query decide. Doors translate; they decide
 * nothing.
 *
 * A service has commands (change state, through a batch), queries (read), whispers (ephemeral words to a topic), topics
 * (who may subscribe) and jobs (done after commit).
 */
import { refuse, type Text } from '../protocol/errors'
import { key as keySchema, splitTopic, topic as topicSchema } from '../protocol/ids'
import type { Actor } from '../protocol/roles'
import type { Allowance, Budget } from './budget'
import { Batch, type BatchContext, type Call, type Decider, type View } from './batch'
import { isUnstorable, type Db, type Lane, type Sql } from './db'
import type { JobGround } from './jobs'
import { read, readBack, type Page } from './log'
import { parse } from './service/parse'
import type { Command, Duty, GivenGround, Ground, Method, Service, TopicRule } from './service/parts'

export { parse } from './service/parse'
export {
  command,
  oneByOne,
  query,
  whisper,
  type Command,
  type Counter,
  type Duty,
  type GivenGround,
  type Ground,
  type Method,
  type MethodDocs,
  type Query,
  type Service,
  type TopicRule,
  type Whisper,
} from './service/parts'

/** Whose doing a duty is, and what the installation does itself. */
const nobody: Actor = { id: '', name: '', role: 'admin' }

export interface RegistryOptions {
  /** Connections of a service's lane on this node, unless the service says otherwise. */
  laneConnections: number
  readConnections: number
  newKey(): string
  /** What one account may ask for, calls and topics; absent: as much as it likes. */
  account?: Allowance
}

interface Runnable {
  method: Method
  pace?: Budget | undefined
  /** May also throw what it refuses with. */
  run(actor: Actor, input: unknown): Promise<unknown>
  glance?: ((actor: Actor, input: unknown) => unknown) | undefined
}

export class Registry {
  private readonly runnables = new Map<string, Runnable>()
  private readonly rules = new Map<string, TopicRule>()
  private readonly batches = new Map<string, Batch<unknown, unknown>>()
  private readonly calls: Budget | undefined
  private readonly readings: Budget | undefined
  readonly reads: Lane
  readonly ground: Ground
  /** What is committed, each statement for itself. */
  private readonly latest: View
  /** What `Duties` runs. */
  readonly duties: { name: string; everyMs: number; run(): Promise<{ more: boolean }> }[] = []

  constructor(
    readonly services: readonly Service[],
    private readonly db: Db,
    context: Omit<BatchContext, 'lookup' | 'ask'>,
    ground: GivenGround,
    private readonly options: RegistryOptions,
  ) {
    const authorize = async (actor: Actor, topic: string): Promise<void> => void (await this.mayRead(actor, topic))
    this.calls = options.account && ground.budget?.('calls', options.account)
    this.readings = options.account && ground.budget?.('topics', options.account)
    this.ground = { ...ground, authorize }
    this.reads = db.lane('reads', { connections: options.readConnections })
    this.latest = this.view(this.reads)
    const ask: BatchContext['ask'] = (sql, name, input) => this.ask(sql, name, input)
    const full: BatchContext = { ...context, lookup: (name) => this.command(name), ask }
    for (const service of services) this.add(service, full)
  }

  /** What doors may call. */
  get methods(): Method[] {
    return [...this.runnables.values()].map(({ method }) => method).filter((method) => !method.internal)
  }

  get topicRules(): TopicRule[] {
    return [...this.rules.values()]
  }

  /** How many calls of each command wait on this node. */
  waiting(): { command: string; waiting: number }[] {
    return [...this.batches].map(([command, batch]) => ({ command, waiting: batch.waiting }))
  }

  has(name: string): boolean {
    return this.method(name) !== undefined
  }

  /** Nothing for an internal one. */
  method(name: string): Method | undefined {
    const method = this.runnables.get(name)?.method
    return method?.internal ? undefined : method
  }

  /**
   * Limits, authorises, validates and runs. A command's key stands in `input.key`.
   * @throws Refusal for everything expected; anything else is a fault of ours.
   */
  async execute(actor: Actor | undefined, name: string, input: unknown): Promise<Record<string, unknown>> {
    const runnable = this.runnables.get(name)
    if (!runnable || runnable.method.internal) throw refuse.notFound()
    if (!actor) throw refuse.unauthenticated()
    this.calls?.spend(actor.id)
    runnable.pace?.spend(actor.id)
    const { roles } = runnable.method
    if (roles && !roles.includes(actor.role)) throw refuse.forbidden(notYourRole)
    try {
      const known = runnable.glance?.(actor, input)
      const told = known instanceof Promise ? await known : known
      return (told ?? (await runnable.run(actor, input))) as Record<string, unknown>
    } catch (error) {
      throw asRefusal(error)
    }
  }

  /**
   * Runs a method as the installation itself, internal ones too: for jobs, and for who has proved by a secret what they
   * may see. A command's key stands in `input.key`.
   * @throws Refusal as `execute`; Error where there is no such method, which is a fault of ours.
   */
  async perform(name: string, input: object): Promise<Record<string, unknown>> {
    const runnable = this.runnables.get(name)
    if (!runnable) throw new Error(`there is no method ${name}`)
    try {
      return (await runnable.run(nobody, input)) as Record<string, unknown>
    } catch (error) {
      throw asRefusal(error)
    }
  }

  /** What jobs on this node may do. */
  get jobGround(): JobGround {
    const { node, now } = this.ground
    return {
      ...{ node, now, sql: this.reads },
      perform: <O>(command: string, input: object, key: string) =>
        this.perform(command, { ...input, key }) as Promise<O>,
    }
  }

  /** For doors. @throws Refusal when there is no such topic or the actor may not read it (they look alike); `limited` */
  async authorize(actor: Actor, topic: string): Promise<TopicRule> {
    this.readings?.spend(actor.id)
    return this.mayRead(actor, topic)
  }

  private async mayRead(actor: Actor, topic: string): Promise<TopicRule> {
    const rule = this.rule(topic)
    if (!rule) throw refuse.notFound()
    await rule.authorize(this.latest, actor, splitTopic(topic).id, this.ground)
    return rule
  }

  /** Nothing for what isn't a topic's name: clients may send anything, also what the database can't hold. */
  rule(topic: string): TopicRule | undefined {
    return topicSchema.safeParse(topic).success ? this.rules.get(splitTopic(topic).prefix) : undefined
  }

  /** The topic that the server subscribes for this user at connect. */
  ownTopic(actor: Actor): string | undefined {
    const own = this.topicRules.find((rule) => rule.own)
    return own && `${own.prefix}:${actor.id}`
  }

  /** Events of a topic as they are in the log. The caller has authorised. */
  async history(
    topic: string,
    { count, since, reverse }: { count: number; since: number | undefined; reverse: boolean },
  ): Promise<Page> {
    if (reverse) return readBack(this.reads, topic, since ?? Number.MAX_SAFE_INTEGER, count)
    return read(this.reads, topic, since ?? 0, count)
  }

  private add(service: Service, context: BatchContext): void {
    for (const rule of service.topics) this.rules.set(rule.prefix, rule)
    for (const method of service.methods) {
      if (this.runnables.has(method.name)) throw new Error(`two methods are named ${method.name}`)
      const pace = method.pace && this.ground.budget?.(method.name, method.pace)
      const run = this.runner(service, method, context)
      const glance = method.kind === 'command' ? this.glancer(method) : undefined
      this.runnables.set(method.name, { method, pace, run, glance })
    }
    for (const duty of service.duties ?? []) this.addDuty(service, duty, context)
  }

  private addDuty(service: Service, duty: Duty, context: BatchContext): void {
    const batch = new Batch(duty, this.laneOf(service), context)
    const run = (): Promise<{ more: boolean }> => batch.submit({ actor: nobody, key: this.options.newKey(), input: {} })
    this.duties.push({ name: duty.name, everyMs: duty.everyMs, run })
  }

  private laneOf({ name, connections }: Service): Lane {
    return this.db.lane(name, { connections: connections ?? this.options.laneConnections })
  }

  private runner(service: Service, method: Method, context: BatchContext): Runnable['run'] {
    if (method.kind === 'query') {
      return (actor, input) => {
        const parsed = parse(method.input, input)
        if (method.oneStatement) return method.run(this.latest, actor, parsed, this.ground)
        return this.reads.snapshot((sql) => method.run(this.view(sql), actor, parsed, this.ground))
      }
    }
    if (method.kind === 'whisper') {
      return async (actor, input) => {
        await method.run(this.latest, actor, parse(method.input, input), this.ground)
        return {}
      }
    }
    const batch = new Batch<unknown, unknown>(method, this.laneOf(service), context)
    this.batches.set(method.name, batch)
    return (actor, input) => {
      const { key, rest } = this.takeKey(input, method.keyOptional === true)
      const call: Call<unknown> = { actor, key, input: parse(method.input, rest) }
      const next = (): Promise<unknown> => batch.submit(call)
      return method.around ? method.around(next, call, this.reads, this.ground) : next()
    }
  }

  private glancer<I, O>({ glance }: Command<I, O>): Runnable['glance'] {
    if (!glance) return undefined
    const { reads, ground } = this
    return (actor, input) => glance(actor, Object(input) as Record<string, unknown>, reads, ground)
  }

  private takeKey(input: unknown, optional: boolean): { key: string; rest: unknown } {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refuse.invalid(notAnObject)
    const { key, ...rest } = input as Record<string, unknown>
    if (key === undefined && optional) return { key: this.options.newKey(), rest }
    if (key === undefined) throw refuse.invalid(keyMissing)
    return { key: parse(keySchema, key, 'key'), rest }
  }

  private view(sql: Sql): View {
    return {
      query: (text, params) => sql.query(text, params),
      unprepared: (text, params) => sql.unprepared(text, params),
      ask: (name, input) => this.ask(sql, name, input),
    }
  }

  /** As the installation itself. @throws Error where there is no such query, which is a fault of ours. */
  private ask<O>(sql: Sql, name: string, input: object): Promise<O> {
    const method = this.runnables.get(name)?.method
    if (method?.kind !== 'query') throw new Error(`there is no query ${name}`)
    return method.run(this.view(sql), nobody, parse(method.input, input), this.ground) as Promise<O>
  }

  private command(name: string): Decider<unknown, unknown> {
    const method = this.runnables.get(name)?.method
    if (method?.kind !== 'command') throw new Error(`there is no command ${name}`)
    return method
  }
}

/** What the database has no place for is a mistake of who sent it. Everything else stays what it is. */
export const asRefusal = (error: unknown): unknown => (isUnstorable(error) ? refuse.invalid(unstorable) : error)

const notYourRole: Text = {
  en: 'Your role does not allow this. Ask an admin if you think it should.',
  id: 'Peran Anda tidak mengizinkan ini. Hubungi admin bila menurut Anda seharusnya boleh.',
}

const unstorable = {
  en: 'The input holds what cannot be stored: a number or a time too large, or the character U+0000. Change it.',
  id: 'Masukan memuat sesuatu yang tidak bisa disimpan: angka atau waktu terlalu besar, atau karakter U+0000. Ubah dahulu.',
}
const notAnObject: Text = {
  en: 'The input must be a JSON object.',
  id: 'Masukan harus berupa objek JSON.',
}
const keyMissing: Text = {
  en: 'key: every command takes a key, a unique text made by the client (a UUID); a retry sends the same one.',
  id: 'key: setiap perintah memerlukan kunci, teks unik buatan klien (UUID); pengulangan memakai kunci yang sama.',
}
