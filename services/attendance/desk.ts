/**
 * The desk at which one transaction works on some sessions. Opening it takes the locks of their chains (law 1), looks,
 * and reads the database's clock: whoever decides here decides on what is true now, in the order of commits.
 *
 * Nothing is written until `close`: attempts, records, marks and heads go with the commit, one statement a table.
 */
import type { Tx } from '../../kernel/batch'
import { saltOf, sha256 } from './codes'
import { topicOf, type Entry, type Events, type Mark } from './model'
import { commitmentOf, hashOf } from './model/chain'
import * as rows from './rows'
import type { AttemptRow, MarkRow, RecordRow, SessionRow } from './rows'

/** What was tried or decided, before it is in the chain. */
export interface Attempted {
  kind: string
  actor: string
  user?: string
  name?: string
  direction?: string
  verdict?: string
  reason?: string
  /** Anything else that was known. */
  details?: Record<string, unknown>
  /** Kept for a while, beside the chain. */
  coordinates?: string | undefined
}

/** Records in one event, so that it stays small enough to travel. */
const recordsAtOnce = 50

export class Desk {
  readonly sessions = new Map<string, SessionRow>()
  private readonly attempts: AttemptRow[] = []
  private readonly records = new Map<string, RecordRow>()
  private readonly marks = new Map<string, MarkRow>()
  private readonly changedSessions = new Set<SessionRow>()

  private constructor(readonly tx: Tx) {}

  static async open(tx: Tx, sessions: readonly string[]): Promise<Desk> {
    const desk = new Desk(tx)
    const ids = [...new Set(sessions)].sort()
    // Sent together, done in this order: the second sees what others had committed before the first had the locks.
    const [, found] = await Promise.all([rows.lockChains(tx, ids), rows.readSessions(tx, ids)])
    for (const row of found) desk.sessions.set(row.id, row)
    return desk
  }

  /** A session that is made in this transaction. */
  begin(session: SessionRow): void {
    this.sessions.set(session.id, session)
  }

  /** One more link in the session's chain. */
  link(session: SessionRow, attempted: Attempted): AttemptRow {
    const {
      kind,
      actor,
      user = '',
      name = '',
      direction = '',
      verdict = '',
      reason = '',
      details,
      coordinates,
    } = attempted
    const salt = coordinates === undefined ? undefined : saltOf()
    const link = {
      ...{ seq: session.seq + 1, at: session.now.toISOString(), kind, actor, user, direction, verdict, reason },
      details: details ? JSON.stringify(details) : '',
      commitment: coordinates === undefined ? '' : commitmentOf(salt!, coordinates, sha256),
    }
    const hash = hashOf(session.hash, link, sha256)
    Object.assign(session, { seq: link.seq, hash })
    // With nothing to be kept, only the commitment is.
    const keeps = coordinates !== undefined && session.location_days > 0
    const row: AttemptRow = { ...link, hash, session: session.id, name, ...(keeps ? { coordinates, salt } : {}) }
    this.attempts.push(row)
    return row
  }

  record(row: RecordRow): void {
    this.records.set(row.id, row)
  }

  /** As this transaction has changed it. */
  known(record: string): RecordRow | undefined {
    return this.records.get(record)
  }

  mark(row: MarkRow): void {
    this.marks.set(`${row.session} ${row.user_id}`, row)
  }

  touch(session: SessionRow): void {
    this.changedSessions.add(session)
  }

  /** An event on the session's topic, with the chain's head as it is now. */
  tell<K extends keyof Events>(
    session: SessionRow,
    kind: K,
    actor: string,
    data: Omit<Events[K], 'seq' | 'hash'>,
  ): void {
    const { id, seq, hash } = session
    this.tx.append({ topic: topicOf(id), kind, actor, data: { ...data, seq, hash } })
  }

  /** To the person themself. */
  tellOwner(session: SessionRow, user: string, actor: string, what: { record: Entry } | { mark: Mark }): void {
    const data = { session: session.id, title: session.title, ...what }
    this.tx.append({ topic: `inbox:${user}`, kind: 'attendance', actor, data })
  }

  /** Checks of one batch in one session. */
  tellChecked(
    session: SessionRow,
    actor: string,
    { records, refusals }: Pick<Events['checked'], 'records' | 'refusals'>,
  ): void {
    const most = Math.max(records.length, refusals.length)
    for (let from = 0; from < most; from += recordsAtOnce) {
      const part = <T>(list: readonly T[]): T[] => list.slice(from, from + recordsAtOnce)
      this.tell(session, 'checked', actor, { records: part(records), refusals: part(refusals) })
    }
  }

  /** Sends what has changed with the commit. */
  close(): void {
    const { tx } = this
    const linked = [...new Set(this.attempts.map(({ session }) => this.sessions.get(session)!))]
    if (this.records.size > 0) tx.ordered(() => rows.writeRecords([...this.records.values()]))
    if (this.marks.size > 0) tx.ordered(() => rows.writeMarks([...this.marks.values()]))
    if (this.attempts.length > 0) tx.ordered(() => rows.writeAttempts(this.attempts))
    if (linked.length > 0) tx.ordered(() => rows.writeHeads(linked))
    if (this.changedSessions.size > 0) tx.ordered(() => rows.writeSessions([...this.changedSessions]))
  }
}
