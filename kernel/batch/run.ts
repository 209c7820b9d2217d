/** One attempt at one batch, in one transaction. Throws when nothing was committed or when it can't be known. */
import { Refusal, refuse } from '../../protocol/errors'
import type { Call, Decider, NewJob, Outcome, Ticket, Tx } from '../batch'
import { isDuplicate, type Lane, type Sql, type Statement } from '../db'
import type { Hit } from '../failpoint'
import { append, type Appended, type NewEvent } from '../log'
import { answersKey, findAnswers, replicate, storeAnswers, type Stored } from './answers'

export interface BatchContext {
  node: string
  /** A command by its name, for calls between services. */
  lookup(command: string): Decider<unknown, unknown>
  /** Another service's query, at the moment that `sql` sees. */
  ask<O>(sql: Sql, query: string, input: object): Promise<O>
  /** Adds jobs in the given transaction. */
  enqueue(tx: Sql, jobs: readonly NewJob[]): Promise<void>
  /** Called after the commit, before anyone is answered. Must not throw. */
  committed(events: readonly Appended[], jobs: readonly NewJob[]): void
  hit: Hit
}

/** How an attempt goes about keys. */
export interface Attempt {
  /**
   * Look up first which keys have an answer. Without it all are taken for new, which saves a round trip: a key that is
   * not new then meets its own answer when the new one is stored, or is found by `keep`, and all is undone.
   */
  lookFirst: boolean
}

export interface Entry<I> {
  call: Call<I>
  hash: Buffer
}

/** A key of this batch has an answer that was not looked for, or not there yet: run again, and it is found. */
export class KeyTaken extends Error {
  readonly code = '40001'
}

export async function runBatch<I, O>(
  decider: Decider<I, O>,
  lane: Lane,
  context: BatchContext,
  entries: readonly Entry<I>[],
  { lookFirst }: Attempt,
): Promise<{ results: (O | Refusal)[]; replays: number }> {
  const attempt = lane.transaction(async (sql, last) => {
    const replayed = lookFirst ? await findAnswers(sql, decider.name, entries) : entries.map(() => undefined)
    const fresh = entries.filter((_, index) => replayed[index] === undefined)
    if (fresh.length < entries.length) await replicate(sql)
    const tx = new BatchTx(sql, context)
    const outcomes =
      fresh.length > 0
        ? await tx.decide(
            decider,
            fresh.map((entry) => entry.call),
          )
        : []
    for (const statement of await tx.finish()) last(statement)
    const decided = outcomes.map((outcome) => (outcome instanceof Refusal ? outcome : outcome.output()))
    const answers = await keep(sql, decider.name, fresh, outcomes, decided)
    if (answers) last(answers)
    context.hit('before-commit')
    const replays = entries.length - fresh.length
    return { results: merge<O>(entries, replayed, decided), replays, events: tx.appended, jobs: tx.jobs }
  })
  const { results, replays, events, jobs } = await attempt.catch((error: unknown) => {
    throw isDuplicate(error, answersKey) ? new KeyTaken('key taken meanwhile', { cause: error }) : error
  })
  context.hit('after-commit')
  context.committed(events, jobs)
  context.hit('after-publish')
  return { results, replays }
}

/**
 * Law 2. Answers with an effect are written last, sorted by key; where another transaction was first, ours is undone
 * and asked again. An answer without effect was decided in sight of everything committed, so a key that meanwhile won
 * elsewhere is looked for once more: its owner never hears `sold_out` about what is theirs.
 */
async function keep<O>(
  sql: Sql,
  command: string,
  fresh: readonly Entry<unknown>[],
  outcomes: readonly Outcome<O>[],
  decided: readonly unknown[],
): Promise<Statement | undefined> {
  const rows: Stored[] = []
  const others: Entry<unknown>[] = []
  fresh.forEach((entry, index) => {
    const outcome = outcomes[index]!
    if (outcome instanceof Refusal || !outcome.effect) others.push(entry)
    else rows.push({ ...entry, output: decided[index] })
  })
  const store = rows.length > 0 ? storeAnswers(command, rows) : undefined
  if (others.length === 0) return store
  const meanwhile = await findAnswers(sql, command, others)
  if (meanwhile.some((found) => found !== undefined)) throw new KeyTaken('key answered meanwhile')
  return store
}

function merge<O>(
  entries: readonly Entry<unknown>[],
  replayed: readonly ({ output: unknown; sameInput: boolean } | undefined)[],
  decided: readonly unknown[],
): (O | Refusal)[] {
  let next = 0
  return entries.map((_, index) => {
    const replay = replayed[index]
    if (!replay) return decided[next++] as O | Refusal
    return replay.sameInput ? (replay.output as O) : refuse.keyReused()
  })
}

class BatchTx implements Tx {
  appended: Appended[] = []
  readonly jobs: NewJob[] = []
  private readonly events: NewEvent[] = []
  private readonly tickets: { offset: number; at: string }[] = []
  private readonly writes: (() => Statement)[] = []
  private depth = 0

  constructor(
    private readonly sql: Sql,
    private readonly context: BatchContext,
  ) {}

  query<R>(text: string, params?: readonly unknown[]): Promise<R[]> {
    return this.sql.query<R>(text, params)
  }

  unprepared<R>(text: string, params?: readonly unknown[]): Promise<R[]> {
    return this.sql.unprepared<R>(text, params)
  }

  append(event: NewEvent): Ticket {
    const ticket = { offset: 0, at: '' }
    this.events.push(event)
    this.tickets.push(ticket)
    return ticket
  }

  ordered(write: () => Statement): void {
    this.writes.push(write)
  }

  enqueue(job: NewJob): void {
    this.jobs.push(job)
  }

  async call<I, O>(command: string, calls: readonly Call<I>[]): Promise<Outcome<O>[]> {
    if (this.depth > 4) throw new Error(`commands call each other too deeply, at ${command}`)
    this.depth++
    const outcomes = await this.decide(this.context.lookup(command) as Decider<I, O>, calls)
    this.depth--
    return outcomes
  }

  ask<O>(query: string, input: object): Promise<O> {
    return this.context.ask(this.sql, query, input)
  }

  async decide<I, O>(decider: Decider<I, O>, calls: readonly Call<I>[]): Promise<Outcome<O>[]> {
    const outcomes = await decider.runMany(this, calls)
    if (outcomes.length !== calls.length) {
      throw new Error(`${decider.name} gave ${outcomes.length} outcomes for ${calls.length} calls`)
    }
    return outcomes
  }

  /**
   * Law 1: all appends of the transaction at once, with nothing after them but what needs their offsets.
   * @returns the statements that do, to be sent with the commit.
   */
  async finish(): Promise<Statement[]> {
    if (this.jobs.length > 0) await this.context.enqueue(this.sql, this.jobs)
    this.appended = await append(this.sql, this.context.node, this.events)
    this.appended.forEach((event, index) => {
      this.tickets[index]!.offset = event.offset
      this.tickets[index]!.at = event.at
    })
    return this.writes.map((write) => write())
  }
}
