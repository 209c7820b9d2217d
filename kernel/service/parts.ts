/** What a service is made of: methods (commands, queries, whispers), topics, duties, and the ground they stand on. */
import type { z } from 'zod'
import { Refusal } from '../../protocol/errors'
import type { Actor, Role } from '../../protocol/roles'
import type { Call, Decider, Outcome, Tx, View } from '../batch'
import type { Allowance, Budget } from '../budget'
import type { Sql } from '../db'
import type { Hub } from '../hub'
import type { JobDefinition } from '../jobs'
import type { Member } from '../members'

/** What queries, whispers and topic rules may ask of the node they run on. */
export interface Ground {
  node: string
  /** A demonstration: more is shown, and things may be broken on purpose. */
  demo: boolean
  /** Milliseconds by the database's clock. */
  now(): number
  members(): Member[]
  /** The node that won the last tick of duties. */
  leader(): string | undefined
  /** Ephemeral words to a topic's subscribers on every node. Of those with a `speaker` a few at once are heard: a sample. */
  whisper(topic: string, data: Record<string, unknown>, speaker?: string): void
  /** A topic's events on this node, in order and without a gap: `Hub.follow`. Absent where nothing is remembered. */
  follow?: Hub['follow']
  /** How often one account may do something, in the whole cluster. Absent where nothing is bounded. */
  budget?(what: string, allowance: Allowance): Budget
  /** How far this node is behind what is confirmed, at the worst of the last seconds. Nothing: it can't tell. */
  lagMs?(): number | undefined
  /** A counter of this node's metrics. Whoever counts a crowd asks for it once: to find it costs more than to raise it. */
  counter?(name: string, help: string, labels: Record<string, string>): Counter
  /** Whether somebody may read a topic, whoever's it is. @throws Refusal; no such topic and a closed one look alike. */
  authorize(actor: Actor, topic: string): Promise<void>
}

export interface Counter {
  /** One more. */
  more(): void
}

/** What the node brings; the registry adds what it knows itself. */
export type GivenGround = Omit<Ground, 'authorize'>

export interface MethodDocs {
  /** `service.verb` */
  readonly name: string
  /** One sentence for the API's documentation. */
  summary: string
  /** Roles that may call it at all; absent: everyone signed in. Finer rules belong to the method. */
  roles?: readonly Role[]
  /** How often one account may call it, in the whole cluster. All calls together have a budget of their own. */
  pace?: Allowance
  /** For other services, jobs and routes only. Through a door it doesn't exist. */
  internal?: true
}

export interface Command<I, O> extends MethodDocs, Decider<I, O> {
  kind: 'command'
  input: z.ZodType<I>
  output: z.ZodType<O>
  /** Without a key from the client each call is an intent of its own, and a retry is another one. */
  keyOptional?: boolean
  /**
   * Stands before the batch on this node. It may answer from memory instead of calling `next`, but only what no commit
   * can contradict (law 3), and look at what is answered. `sql` reads outside of any transaction.
   */
  around?(next: () => Promise<O>, call: Call<I>, sql: Sql, ground: Ground): Promise<O>
  /**
   * Asked before anything else is done about a call, with its input as it came in, key and all, not checked: for what a
   * crowd is told so often that checking would cost more than knowing. Law 3 holds here too, and what isn't well formed
   * is none of its business. Nothing: the call goes its usual way.
   */
  glance?(
    actor: Actor,
    input: Record<string, unknown>,
    sql: Sql,
    ground: Ground,
  ): Promise<O | undefined> | O | undefined
}

/**
 * Work that recurs, on the node that leads, in a transaction of its own. Two nodes may do it at once and any time may be
 * missed, so what it does is decided by the rows alone. Its answer is not kept: `more` asks for another run at once.
 */
export interface Duty extends Decider<object, { more: boolean }> {
  everyMs: number
}

export interface Query<I, O> extends MethodDocs {
  kind: 'query'
  input: z.ZodType<I>
  output: z.ZodType<O>
  /** It reads in one statement, or doesn't need its statements to see the same moment: cheaper. */
  oneStatement?: boolean
  /** `sql` sees one moment for the whole run, so that rows and position belong together. */
  run(sql: View, actor: Actor, input: I, ground: Ground): Promise<O>
}

export interface Whisper<I> extends MethodDocs {
  kind: 'whisper'
  input: z.ZodType<I>
  run(sql: View, actor: Actor, input: I, ground: Ground): Promise<void>
}

// A registry holds methods of all types; each one's own types are checked where it is made.
// oxlint-disable-next-line typescript/no-explicit-any
export type Method = Command<any, any> | Query<any, any> | Whisper<any>

export interface TopicRule {
  /** `name` for `name:*`. */
  prefix: string
  /** There is one such topic, and it has no id. */
  single?: boolean
  summary: string
  /** Whether subscribers see who else is there. */
  roster: boolean
  /** Subscribed for the user by the server at connect, with the user's id as the topic's id. */
  own?: boolean
  /** Kinds of events and the schemas of their fields, for the documentation. */
  events: Record<string, z.ZodType>
  /** @throws Refusal when the actor may not read the topic. */
  authorize(sql: View, actor: Actor, id: string, ground: Ground): Promise<void>
}

export interface Service {
  readonly name: string
  methods: Method[]
  topics: TopicRule[]
  jobs?: JobDefinition[]
  duties?: Duty[]
  /** The folder of its migrations. */
  migrations?: string
  /** Connections of its lane on each node. */
  connections?: number
}

/** Types are inferred from the schemas; the result is what a manifest lists. */
export function command<I, O>(definition: Omit<Command<I, O>, 'kind'>): Command<I, O> {
  return { kind: 'command', ...definition }
}

/** A query that reads at one moment; types as above. */
export function query<I, O>(definition: Omit<Query<I, O>, 'kind'>): Query<I, O> {
  return { kind: 'query', ...definition }
}

/** Words that are not kept; types as above. */
export function whisper<I>(definition: Omit<Whisper<I>, 'kind'>): Whisper<I> {
  return { kind: 'whisper', ...definition }
}

/**
 * A command that decides one call at a time, for those that are never hot. It may throw a Refusal, but only before it
 * has written anything: the other calls of the batch are committed all the same.
 */
export function oneByOne<I, O>(
  decide: (tx: Tx, call: Call<I>) => Promise<Outcome<O>>,
): (tx: Tx, calls: readonly Call<I>[]) => Promise<Outcome<O>[]> {
  return async (tx, calls) => {
    const outcomes: Outcome<O>[] = []
    for (const call of calls) {
      outcomes.push(
        await decide(tx, call).catch((error: unknown) => {
          if (error instanceof Refusal && error.code !== 'unavailable') return error
          throw error
        }),
      )
    }
    return outcomes
  }
}
