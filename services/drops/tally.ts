/**
 * How claims were answered: as metrics of this node, and second by second in a table, from which an organiser's chart is
 * drawn. Most claims of a rush are refused from memory and leave no other trace. A node adds to its own rows once a
 * second in one statement; like a metric, what it couldn't write before it died is lost.
 */
import type { Sql } from '../../kernel/db'
import type { Counter, Ground } from '../../kernel/service'
import { Refusal } from '../../protocol/errors'

const flushMs = 1000
/** Kept while the database is away; beyond it the oldest go. */
const mostRows = 10_000

const tallies = new WeakMap<Ground, Tally>()

export const isAccepted = (verdict: string): boolean => verdict === 'sold' || verdict === 'held'

export function tallyOf(ground: Ground, sql: Sql): Tally {
  let tally = tallies.get(ground)
  if (!tally) tallies.set(ground, (tally = new Tally(ground, sql)))
  return tally
}

interface Row {
  drop: string
  second: number
  verdict: string
  count: number
}

export class Tally {
  private rows = new Map<string, Row>()
  /** The one that was added to last: in a rush, mostly the next one too. */
  private last: Row | undefined
  private readonly counters = new Map<string, readonly Counter[]>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly ground: Ground,
    private readonly sql: Sql,
  ) {}

  /** @param nowMs when it was asked, where that is known. */
  answered(drop: string, verdict: string, nowMs = this.ground.now()): void {
    this.count(verdict)
    this.add(drop, verdict, nowMs)
  }

  failed(drop: string, error: unknown, nowMs = this.ground.now()): void {
    const code = error instanceof Refusal ? error.code : 'fault'
    this.count(code)
    // What isn't there has no chart.
    if (code !== 'not_found') this.add(drop, code, nowMs)
  }

  /** Only what is shown to organisers: what isn't real is no metric. */
  add(drop: string, verdict: string, nowMs = this.ground.now()): void {
    const second = Math.floor(nowMs / 1000)
    const { last } = this
    if (last?.second === second && last.verdict === verdict && last.drop === drop) return void last.count++
    const key = `${drop} ${second} ${verdict}`
    let row = this.rows.get(key)
    if (!row) this.rows.set(key, (row = { drop, second, verdict, count: 0 }))
    row.count++
    this.last = row
    this.timer ??= this.later()
  }

  private count(verdict: string): void {
    for (const counter of this.counters.get(verdict) ?? this.newCounters(verdict)) counter.more()
  }

  private newCounters(verdict: string): readonly Counter[] {
    const status = isAccepted(verdict) ? 'success' : 'failed'
    const { ground } = this
    const counters = [
      ground.counter?.('flash_sale_requests_total', 'Claims answered by this node', { status }),
      ground.counter?.('alun_drops_claims_total', 'Claims answered by this node, by verdict or error', { verdict }),
    ].filter((counter) => counter !== undefined)
    this.counters.set(verdict, counters)
    return counters
  }

  private later(): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.flush(), flushMs).unref()
  }

  private async flush(): Promise<void> {
    const { rows } = this
    this.rows = new Map()
    this.last = undefined
    this.timer = undefined
    const all = [...rows.values()]
    await this.sql.query(insert, columnsOf(all, this.ground.node)).catch(() => this.again(all))
  }

  private again(all: readonly Row[]): void {
    for (const { drop, second, verdict, count } of all.slice(-mostRows)) {
      const key = `${drop} ${second} ${verdict}`
      this.rows.set(key, { drop, second, verdict, count: count + (this.rows.get(key)?.count ?? 0) })
    }
    this.last = undefined
    this.timer ??= this.later()
  }
}

const insert = `INSERT INTO drops.tally AS t (drop, second, node, verdict, count)
  SELECT n.drop, n.second, $5, n.verdict, n.count
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::int[]) AS n(drop, second, verdict, count)
  WHERE EXISTS (SELECT 1 FROM drops.drop d WHERE d.id = n.drop)
  ON CONFLICT (drop, second, node, verdict) DO UPDATE SET count = t.count + excluded.count`

const columnsOf = (rows: readonly Row[], node: string): unknown[] => [
  rows.map(({ drop }) => drop),
  rows.map(({ second }) => second),
  rows.map(({ verdict }) => verdict),
  rows.map(({ count }) => count),
  node,
]
