/**
 * How often something may be tried, for the whole cluster: a bucket allows `burst` tries at once and then one `everyMs`
 * (the generic cell rate algorithm, ITU-T I.371: one moment per bucket says all). A try counts before its outcome is
 * known, so that a thousand at the same time can't all slip through; one that was right is given back.
 */
import type { Sql } from '../../kernel/db'
import { refuse } from '../../protocol/errors'

export interface Allowance {
  /** What is counted; made by us, never longer than a line. */
  bucket: string
  burst: number
  everyMs: number
}

const tidyEveryMs = 60_000

export class Pace {
  private tidied = performance.now()

  constructor(private readonly sql: Sql) {}

  /** Counts one try against each allowance. @throws Refusal `limited` when one is used up; then none is counted. */
  async take(allowances: readonly Allowance[]): Promise<void> {
    const taken = new Set(await this.count(allowances))
    void this.tidy()
    if (taken.size === allowances.length) return
    await this.giveBack(allowances.filter(({ bucket }) => taken.has(bucket)))
    throw refuse.limited(await this.wait(allowances.filter(({ bucket }) => !taken.has(bucket))))
  }

  /** What was counted was no offence. */
  async giveBack(allowances: readonly Allowance[]): Promise<void> {
    if (allowances.length === 0) return
    await this.sql.query(
      `WITH sorted AS (SELECT bucket FROM people.pace WHERE bucket = ANY($1::text[]) ORDER BY bucket FOR UPDATE)
       UPDATE people.pace p SET used_until = p.used_until - p.every FROM sorted WHERE p.bucket = sorted.bucket`,
      [allowances.map(({ bucket }) => bucket)],
    )
  }

  /** Remembers that something is so, for a while. */
  async note(bucket: string, ms: number): Promise<void> {
    await this.sql.query(
      `INSERT INTO people.pace (bucket, used_until, every, burst)
       VALUES ($1, clock_timestamp() + $2 * interval '1 ms', interval '0', interval '0')
       ON CONFLICT (bucket) DO UPDATE SET used_until = excluded.used_until`,
      [bucket, ms],
    )
  }

  async noted(bucket: string): Promise<boolean> {
    const found = await this.sql.query(
      'SELECT 1 FROM people.pace WHERE bucket = $1 AND used_until > clock_timestamp()',
      [bucket],
    )
    return found.length > 0
  }

  private async count(allowances: readonly Allowance[]): Promise<string[]> {
    const rows = await this.sql.query<{ bucket: string }>(
      `INSERT INTO people.pace AS p (bucket, used_until, every, burst)
       SELECT bucket, clock_timestamp() + every * interval '1 ms', every * interval '1 ms', every * burst * interval '1 ms'
       FROM unnest($1::text[], $2::float8[], $3::float8[]) AS a(bucket, every, burst) ORDER BY bucket
       ON CONFLICT (bucket) DO UPDATE SET every = excluded.every, burst = excluded.burst,
         used_until = greatest(p.used_until, clock_timestamp()) + excluded.every
       WHERE p.used_until + excluded.every <= clock_timestamp() + excluded.burst
       RETURNING bucket`,
      [
        allowances.map(({ bucket }) => bucket),
        allowances.map(({ everyMs }) => everyMs),
        allowances.map(({ burst }) => burst),
      ],
    )
    return rows.map(({ bucket }) => bucket)
  }

  /** Milliseconds until the next try of the slowest of these. */
  private async wait(allowances: readonly Allowance[]): Promise<number> {
    const [row] = await this.sql.query<{ wait: number | null }>(
      `SELECT (extract(epoch FROM max(used_until + every - burst) - clock_timestamp()) * 1000)::float8 AS wait
       FROM people.pace WHERE bucket = ANY($1::text[])`,
      [allowances.map(({ bucket }) => bucket)],
    )
    return Math.max(1000, Math.ceil(row?.wait ?? 0))
  }

  /** A bucket whose time has passed says nothing any more. */
  private async tidy(): Promise<void> {
    if (performance.now() - this.tidied < tidyEveryMs) return
    this.tidied = performance.now()
    await this.sql.query('DELETE FROM people.pace WHERE used_until < clock_timestamp()').catch(() => undefined)
  }
}

/**
 * One customer's share of the internet: an IPv4 address, or the /64 that a single IPv6 subscriber may draw from.
 */
export function neighbourhood(address: string): string {
  const plain = address.split('%')[0]!.toLowerCase()
  const mapped = /^(?:::ffff:|(?:0+:){5}ffff:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain)
  if (mapped) return mapped[1]!
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
