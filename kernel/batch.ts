/**
 * Group commit: commands of one kind that wait while a transaction is in flight go together in the next one. Cost per
 * command falls as load rises, and the order of submission is the order of the batch.
 *
 * For each kind and node:
 *
 *   idle ──submit──▶ gathering ──next turn of the event loop──▶ flying ──committed, few, nobody waits──▶ idle
 *                        ▲──── enough came, or time is up ──── lingering ◀── others wait, or will ──┘      ▲
 *                                                                  └──────── time is up, nobody came ───────┘
 *
 * What `submit` promises: it resolves only after the commit (G1); the same key gives the same answer (G2); a command
 * that cannot be decided fails alone; nothing waits longer than the bounds below. A commit whose outcome is unknown is
 * asked for again by key, so the answer is the true one or `unavailable`.
 */
import { hash } from 'node:crypto'
import { Refusal, refuse } from '../protocol/errors'
import type { Actor } from '../protocol/roles'
import { KeyTaken, runBatch, type BatchContext } from './batch/run'
import { kindOf, OutcomeUnknown, type Lane, type Sql, type Statement } from './db'
import type { NewEvent } from './log'

export type { BatchContext } from './batch/run'

export interface Call<I> {
  actor: Actor
  key: string
  input: I
}

/**
 * What became of one call. `effect` answers are stored under the key for ever; others (`sold_out`, a refusal) are
 * not, and the same key may do better later. Outputs may use tickets: they are made once offsets are known.
 */
export type Outcome<O> = { effect: boolean; output: () => O } | Refusal

export const done = <O>(output: O | (() => O)): Outcome<O> => ({ effect: true, output: lazily(output) })
export const withoutEffect = <O>(output: O | (() => O)): Outcome<O> => ({ effect: false, output: lazily(output) })

function lazily<O>(output: O | (() => O)): () => O {
  return typeof output === 'function' ? (output as () => O) : () => output
}

/** The place that an appended event gets in its topic; read it in an output or in `ordered`, not before. */
export interface Ticket {
  readonly offset: number
  readonly at: string
}

export interface NewJob {
  queue: string
  data: object
  /** Higher runs earlier. */
  priority?: number
  /** Not before this many seconds from now, by the database's clock. */
  startAfterSeconds?: number
  /** While a job of this queue with this key waits, another one isn't added. */
  singletonKey?: string
}

/** Rows at one moment, and what other services say of the same moment. */
export interface View extends Sql {
  /**
   * Another service's query, by its name, as the installation itself; internal ones too. A service knows only its own
   * tables: what it needs of another one, that one answers, without a second round of connections and moments.
   */
  ask<O>(query: string, input: object): Promise<O>
}

/** The transaction of a batch, as commands see it. Lock, then look in a new statement, then write (law 1). */
export interface Tx extends View {
  /** The event is written with all others of the transaction, last before commit, topics in sorted order. */
  append(event: NewEvent): Ticket
  /**
   * A statement made once tickets are known, sent with the commit. For inserting rows that carry an offset; must not
   * lock anything that others may hold.
   */
  ordered(write: () => Statement): void
  /** Committed with the rest, run after it, at least once. */
  enqueue(job: NewJob): void
  /** Another service's command in this same transaction, under this transaction's keys. */
  call<I, O>(command: string, calls: readonly Call<I>[]): Promise<Outcome<O>[]>
}

/**
 * One call of another service's command, inside this transaction: what it does is committed with the caller's own work,
 * or not at all. Call before you write: a refusal ends this one call and no other, and what the call had written by then
 * would be committed with the rest of the batch.
 * @throws Refusal what the command refuses with; Error where there is no such command, which is a fault of ours.
 */
export async function callOne<O>(tx: Tx, command: string, call: Call<object>): Promise<O> {
  const [outcome] = await tx.call<object, O>(command, [call])
  if (outcome instanceof Refusal) throw outcome
  return outcome!.output()
}

/** How a command decides: many calls, one transaction, set-based. Outcomes stand in the order of the calls. */
export interface Decider<I, O> {
  readonly name: string
  runMany(tx: Tx, calls: readonly Call<I>[]): Promise<Outcome<O>[]>
}

export interface BatchOptions {
  /** The most calls in one transaction. */
  batchCalls: number
  /** The most calls waiting; further ones are refused as overloaded at once. */
  waitingCalls: number
  /** How long after its submission a call is tried again while the database is away. */
  patienceMs: number
}

export const batchDefaults: BatchOptions = { batchCalls: 256, waitingCalls: 10_000, patienceMs: 2000 }

const contentionRetries = 20
/** Clients that retry come in crowds: for so long after the last of them, keys are looked up before anything is decided. */
const expectReplaysMs = 5000
/**
 * The longest that a batch waits for more company, and how much of the last flight's time at most. In a storm a flight takes
 * 20 ms and its crowd some 5 to come back: who left as soon as there was anybody left with three calls, at the cost of eighty.
 */
const lingerMs = 20
const lingerPart = 0.5
/** So many who were just answered are waited for even while none of them is back; the first of fewer goes at once. */
const crowdCalls = 8

interface Waiting<I, O> {
  call: Call<I>
  hash: Buffer
  /** Until when it is tried again while the database is away. */
  deadline: number
  resolve(output: O): void
  reject(error: unknown): void
  promise: Promise<O>
}

export class Batch<I, O> {
  private state: 'idle' | 'lingering' | 'gathering' | 'flying' = 'idle'
  private enough = 0
  private replaysUntil = 0
  private lingerTimer: ReturnType<typeof setTimeout> | undefined
  private queue: Waiting<I, O>[] = []
  /** Calls that wait or fly, by actor and key: a second press on this node joins the first. */
  private readonly pending = new Map<string, Waiting<I, O>>()

  constructor(
    private readonly decider: Decider<I, O>,
    private readonly lane: Lane,
    private readonly context: BatchContext,
    private readonly options: BatchOptions = batchDefaults,
  ) {}

  get waiting(): number {
    return this.queue.length
  }

  /**
   * @throws Refusal: the command's own; `overloaded` (not begun); `conflict` (key used with another input);
   * `unavailable` (outcome unknown, ask again with the same key). Anything else is a fault.
   */
  submit(call: Call<I>): Promise<O> {
    const hash = hashInput(call.input)
    const identity = `${call.actor.id} ${call.key}`
    const twin = this.pending.get(identity)
    if (twin) return twin.hash.equals(hash) ? twin.promise : Promise.reject(refuse.keyReused())
    if (this.queue.length >= this.options.waitingCalls) return Promise.reject(refuse.overloaded())

    const { promise, resolve, reject } = Promise.withResolvers<O>()
    // Counted from here: behind others that wait for a database that is away, nobody waits for their patience too.
    const deadline = performance.now() + this.options.patienceMs
    const entry: Waiting<I, O> = { call, hash, deadline, resolve, reject, promise }
    this.pending.set(identity, entry)
    // Before anyone hears the answer: who retries in that very moment is asked anew.
    const forget = (): boolean => this.pending.delete(identity)
    entry.resolve = (output) => (forget(), resolve(output))
    entry.reject = (error) => (forget(), reject(error))
    this.queue.push(entry)
    if (this.state === 'idle' || (this.state === 'lingering' && this.queue.length >= this.enough)) this.gather()
    return promise
  }

  /** One turn of the event loop, in which every socket that has input adds its calls. */
  private gather(): void {
    clearTimeout(this.lingerTimer)
    this.state = 'gathering'
    setImmediate(() => void this.fly())
  }

  private async fly(): Promise<void> {
    this.state = 'flying'
    const flight = this.queue.splice(0, this.options.batchCalls)
    const begun = performance.now()
    await this.settle(flight, flight[0]!.deadline)
    this.linger(flight.length + this.queue.length, performance.now() - begun)
  }

  /**
   * Those who were just answered will ask again in a moment. Leaving without them would part the callers into two
   * crowds that take turns, each in batches half as large at the same cost; so a part of a flight's time is waited for
   * them. With few callers, or none that come back, nothing is gained and little lost.
   */
  private linger(crowd: number, flightMs: number): void {
    const waitMs = Math.min(lingerMs, flightMs * lingerPart)
    // All but a few: of two callers none is waited for, of twenty the last.
    const enough = Math.min(this.options.batchCalls, crowd - Math.ceil(crowd / 30))
    const isAwaited = this.queue.length > 0 ? this.queue.length < enough : crowd >= crowdCalls
    if (waitMs < 0.25 || !isAwaited) return this.goOn()
    this.state = 'lingering'
    this.enough = enough
    this.lingerTimer = setTimeout(() => this.goOn(), waitMs)
  }

  private goOn(): void {
    if (this.queue.length > 0) this.gather()
    else this.state = 'idle'
  }

  /** Runs the calls until every one has its answer. Never rejects. */
  private async settle(flight: Waiting<I, O>[], deadline: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const lookFirst = performance.now() < this.replaysUntil
      try {
        const { results, replays } = await runBatch(this.decider, this.lane, this.context, flight, { lookFirst })
        if (replays > 0) this.expectReplays()
        flight.forEach((entry, index) => answer(entry, results[index]!))
        return
      } catch (error) {
        // Whatever went wrong: it may have been decided before, and must not be told of a failure to do it again.
        this.expectReplays()
        if (!lookFirst && (error instanceof KeyTaken || kindOf(error) === 'fault')) continue
        const next = this.afterFailure(error, attempt, deadline)
        if (next === 'again') {
          await pause(Math.min(200, 2 ** Math.min(attempt, 7)) * (0.5 + Math.random() / 2))
          continue
        }
        if (next === 'unavailable') return flight.forEach((entry) => entry.reject(refuse.unavailable()))
        return this.isolate(flight, error, deadline)
      }
    }
  }

  private expectReplays(): void {
    this.replaysUntil = performance.now() + expectReplaysMs
  }

  private afterFailure(error: unknown, attempt: number, deadline: number): 'again' | 'unavailable' | 'isolate' {
    if (error instanceof OutcomeUnknown && error.unreplicated) return 'unavailable'
    const kind = error instanceof OutcomeUnknown ? 'lost' : kindOf(error)
    if (kind === 'fault') return 'isolate'
    const patient = kind === 'again' ? attempt < contentionRetries : performance.now() < deadline
    return patient ? 'again' : 'unavailable'
  }

  /** Something in this batch makes it fail: halve it until the one at fault stands alone, so that the others succeed. */
  private async isolate(flight: Waiting<I, O>[], error: unknown, deadline: number): Promise<void> {
    if (flight.length === 1) return flight[0]!.reject(error)
    const half = flight.length >> 1
    await this.settle(flight.slice(0, half), deadline)
    await this.settle(flight.slice(half), deadline)
  }
}

function answer<I, O>(entry: Waiting<I, O>, outcome: O | Refusal): void {
  if (outcome instanceof Refusal) entry.reject(outcome)
  else entry.resolve(outcome)
}

function hashInput(input: unknown): Buffer {
  return hash('sha256', JSON.stringify(input) ?? '', 'buffer').subarray(0, 16)
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
