/**
 * The desk at which one transaction works on some reports. Opening it takes their locks (law 1) and looks. Whatever
 * happens to a report is said once on its topic, kept in its timeline, shown on the board, and told to those whom it
 * concerns, all in this transaction.
 */
import type { Call, Outcome, Tx } from '../../kernel/batch'
import { done } from '../../kernel/batch'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { boardTopic, next, statusOf, topicOf, type Change, type Entry, type Happening, type Kind } from './model'
import * as rows from './rows'
import type { Changed } from './schemas'
import type { ReportRow } from './rows'
import { noSuchReport, notNow } from './texts'
import type { Message } from './messages'
import { sendNotices, type Notice } from './notices'

export class Desk {
  readonly reports = new Map<string, ReportRow>()
  /** The database's clock after the locks were taken. */
  now = new Date(0)
  private readonly byRef = new Map<string, ReportRow>()
  /** What the call at hand has had in its hands, as it was before. */
  private readonly before = new Map<ReportRow, ReportRow>()
  private readonly asked = new Map<string, Promise<unknown>>()
  private readonly changed = new Set<ReportRow>()
  private readonly entries: rows.EntryRow[] = []
  private readonly notices: Notice[] = []

  private constructor(readonly tx: Tx) {}

  /** @param refs ids or numbers of reports. */
  static async open(tx: Tx, refs: readonly string[]): Promise<Desk> {
    const desk = new Desk(tx)
    const wanted = [...new Set(refs)]
    // Sent together, done in this order: the second sees what others had committed before the first.
    const [, found] = await Promise.all([rows.lockReports(tx, wanted), rows.readReports(tx, wanted)])
    for (const { now, ...row } of found) {
      desk.now = now
      desk.reports.set(row.id, row)
      desk.byRef.set(row.id, row).set(String(row.number), row)
    }
    return desk
  }

  /** @throws Refusal `not_found`. What an actor may see is asked before. */
  get(ref: string): ReportRow {
    const row = this.find(ref)
    if (!row) throw refuse.notFound(noSuchReport)
    return row
  }

  find(ref: string): ReportRow | undefined {
    const row = this.byRef.get(ref)
    if (row && !this.before.has(row)) this.before.set(row, { ...row })
    return row
  }

  /** What is the same for all calls of the batch is asked for once. */
  once<T>(what: string, ask: (tx: Tx) => Promise<T>): Promise<T> {
    let answer = this.asked.get(what)
    if (!answer) this.asked.set(what, (answer = ask(this.tx)))
    return answer as Promise<T>
  }

  /** From here on reports can be put back as they are now. */
  begin(): void {
    this.before.clear()
  }

  /** Puts back what changed since `begin`. */
  undo(): void {
    for (const [row, before] of this.before) Object.assign(row, before)
  }

  /** Lets something happen. @throws Refusal `conflict` when it can't in the state that the report is in. */
  move(row: ReportRow, what: Happening): void {
    const state = next(row.state, what, row.before)
    if (!state) throw refuse.conflict(notNow(row.state))
    row.state = state
  }

  /**
   * Says what happened: an event on the report's topic, an entry of its timeline, a card on the board.
   * @param actor who did it; a reporter who hides their name stays unnamed, and so does the system.
   * @param change fields of the report that are others now; those of its state are added.
   */
  tell(row: ReportRow, kind: Kind, actor: Actor | undefined, change: Change = {}, entry: Partial<Entry> = {}): void {
    row.version++
    row.updated_at = this.now
    const known = actor && actor.id !== '' && !(row.hide_name && actor.id === row.reporter) ? actor : undefined
    const full: Partial<Entry> = { ...(known ? { by: { id: known.id, name: known.name } } : {}), ...entry }
    const state: Change = { state: row.state, status: statusOf(row.state), ...change }
    const ticket = this.tx.append({
      topic: topicOf(row.id),
      kind,
      actor: known?.id ?? '',
      data: { change: state, entry: full },
    })
    this.entries.push({ report: row.id, kind, entry: full, ticket })
    this.changed.add(row)
  }

  /** Tells people of what was just said: once for each change and person, however often it is sent. */
  notify(
    row: ReportRow,
    message: Message,
    by: string,
    more: { to?: readonly string[]; note?: string | undefined } = {},
  ): void {
    this.notices.push({ row, message, by, tag: `report-${row.id}-${row.version}`, ...more })
  }

  answer(row: ReportRow): Outcome<Changed> {
    return done(this.face(row))
  }

  face({ id, number, state }: ReportRow): Changed {
    return { id, number, state, status: statusOf(state) }
  }

  /** Sends what has changed with the commit. */
  async close(): Promise<void> {
    const [changed, entries] = [[...this.changed], this.entries]
    for (const row of changed) {
      this.tx.append({ topic: boardTopic, kind: 'card', actor: '', data: { card: rows.toCard(row) } })
    }
    await sendNotices(this.tx, this.notices)
    if (changed.length > 0) this.tx.ordered(() => rows.updateReports(changed))
    if (entries.length > 0) this.tx.ordered(() => rows.insertEntries(entries))
  }
}

/** A command on reports: how one call is decided at the desk of the whole batch. */
export interface OnReports<I> {
  /** The reports that it is about, by id or number. */
  refs?(input: I): readonly string[]
  /** Where these have to be looked up first. What was true then is asked again at the desk. */
  look?(tx: Tx, inputs: readonly I[]): Promise<readonly string[]>
  /** Throws its Refusals before it says anything. */
  decide(desk: Desk, call: Call<I>): Promise<Outcome<Changed>>
}

/** Opens one desk for all calls, so that each sees what those before it changed, and closes it behind the last. */
export function onReports<I>({ refs = () => [], look = async () => [], decide }: OnReports<I>) {
  return async (tx: Tx, calls: readonly Call<I>[]): Promise<Outcome<Changed>[]> => {
    const inputs = calls.map(({ input }) => input)
    const desk = await Desk.open(tx, [...inputs.flatMap(refs), ...(await look(tx, inputs))])
    const outcomes: Outcome<Changed>[] = []
    for (const call of calls) {
      desk.begin()
      outcomes.push(
        await decide(desk, call).catch((error: unknown) => {
          if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
          desk.undo()
          return error
        }),
      )
    }
    await desk.close()
    return outcomes
  }
}
