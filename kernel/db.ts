/**
 * The one database: connections, transactions, and what a failure means.
 *
 * Work is done on a `Lane`: a named, bounded set of connections. Every service has its own, so that a storm in one
 * cannot take the connections of another. A lane offers, in order of cost: `query` (one statement), `snapshot` (several
 * statements that see one moment) and `transaction` (read, decide, write, commit).
 */
import pg from 'pg'
import { Refusal, refuse } from '../protocol/errors'
import { kindOf } from './db/errors'
import { Health } from './db/health'
import { Route } from './db/route'
import { gatheringSocket } from './db/stream'
import { bigintAsNumber, statementName } from './db/wire'

export { Copies, type Sequence, type Table } from './db/copy'
export { bigints, booleans, bytes, instants, integers, jsons, texts, uuids, type Column } from './db/columns'
export { isDuplicate, isUnstorable, kindOf, type FailureKind } from './db/errors'
export type { HealthState } from './db/health'
export { migrate, type Migration } from './db/migrate'
export { serversOf } from './db/route'

/** Runs statements. `text` must be a constant: it is prepared once per connection under a name made from it. */
export interface Sql {
  query<R>(text: string, params?: readonly unknown[]): Promise<R[]>
  /** For texts that are made at run time by a library; may hold several statements when there are no parameters. */
  unprepared<R>(text: string, params?: readonly unknown[]): Promise<R[]>
}

/** A statement to run later. Its text is a constant, as with `query`. */
export interface Statement {
  text: string
  params: readonly unknown[]
}

export interface LaneOptions {
  connections: number
  /** A statement that takes longer fails, on the server and, should that be frozen, here. */
  statementMs?: number
}

/**
 * A commit was sent and its outcome never arrived (the connection broke), or PostgreSQL says that it is not on the
 * standby. Whoever has a key asks again with it; nobody may acknowledge.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
  constructor(
    message: string,
    /** The commit exists here, but a failover could still lose it. Asking again proves nothing until one replicates. */
    readonly unreplicated = false,
  ) {
    super(message)
  }
}

const statementMsDefault = 2500
const probeMs = 200
const goodbyeMs = 1000
/** A node frozen in mid-transaction would keep its locks until it is killed; the server ends it sooner. */
const idleInTransactionMs = 2000

export class Db {
  readonly health: Health
  /** Where connections go, ours and those of libraries that bring a pool of their own. */
  readonly route: Route
  private readonly lanes = new Map<string, Lane>()

  constructor(
    /** One server, or several of which one takes writes. */
    url: string,
    private readonly application: string,
  ) {
    this.route = new Route(url)
    this.health = new Health(probeMs, () => this.lane('health', { connections: 1, statementMs: 2000 }).probe())
  }

  /** The lane of that name; made at first use. */
  lane(name: string, options: LaneOptions): Lane {
    let lane = this.lanes.get(name)
    if (!lane) {
      lane = new Lane(this.health, this.route, this.config(name, options), options)
      this.lanes.set(name, lane)
    }
    return lane
  }

  /** A connection that belongs to nobody else (LISTEN). The caller connects, watches and ends it. */
  dedicated(name: string): pg.Client {
    const client = new this.route.Client({
      ...this.config(name, { connections: 1, statementMs: 5000 }),
      keepAlive: true,
    })
    client.on('error', () => undefined)
    return client
  }

  async close(): Promise<void> {
    this.health.stop()
    await Promise.all([...this.lanes.values()].map((lane) => lane.close()))
  }

  private config(lane: string, options: LaneOptions): pg.PoolConfig & { pipeline: boolean } {
    const statementMs = options.statementMs ?? statementMsDefault
    return {
      application_name: `${this.application}/${lane}`,
      max: options.connections,
      connectionTimeoutMillis: 2000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      // Several statements may be on their way at once; where order matters, it is the order in which they are sent.
      pipeline: true,
      stream: gatheringSocket,
      query_timeout: statementMs + 500,
      // Our statements take sets as parameters: a plan for the values at hand is never worth making one each time.
      options: `-c statement_timeout=${statementMs} -c idle_in_transaction_session_timeout=${idleInTransactionMs} -c plan_cache_mode=force_generic_plan`,
      types: bigintAsNumber,
    }
  }
}

export class Lane implements Sql {
  private readonly pool: pg.Pool

  constructor(
    private readonly health: Health,
    private readonly route: Route,
    config: pg.PoolConfig,
    readonly options: LaneOptions,
  ) {
    this.pool = new pg.Pool({ ...config, Client: route.Client })
    // A connection that breaks while idle reports here; without a listener it would end the process.
    this.pool.on('error', () => undefined)
    this.pool.on('connect', (client) => client.on('error', () => undefined))
  }

  /** @throws Refusal `unavailable` when the database is gone or too slow, else the driver's error. */
  async query<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
    return this.withClient((client) => run<R>(client, text, params))
  }

  async unprepared<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
    return this.withClient((client) => runUnprepared<R>(client, text, params))
  }

  /** All statements of `work` see the same committed moment. */
  async snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      const begun = client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      const [result] = await Promise.all([work(sqlOf(client)), begun])
      await client.query('COMMIT')
      return result
    })
  }

  /**
   * Runs `work` and commits. No retry here: whoever knows whether `work` may run again (the batch does) decides.
   * Statements given to `last` go to the server together with the COMMIT, in one round trip: locks that `work` took at
   * its end are held no longer than that. If one of them fails, nothing is committed and its error is thrown.
   * @throws OutcomeUnknown when the commit was sent and no answer came. Everything else means: not committed.
   */
  async transaction<T>(work: (sql: Sql, last: (statement: Statement) => void) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      const lasts: Statement[] = []
      const begun = client.query('BEGIN')
      const [result] = await Promise.all([work(sqlOf(client), (statement) => void lasts.push(statement)), begun])
      await commit(client, lasts)
      return result
    })
  }

  /** Asks once, around the health gate. */
  async probe(): Promise<void> {
    const client = await this.connect()
    try {
      await client.query('SELECT 1')
      client.release()
    } catch (error) {
      client.release(asError(error))
      throw error
    }
  }

  async close(): Promise<void> {
    // A frozen server says no goodbye.
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, goodbyeMs)
    await Promise.race([this.pool.end(), promise])
    clearTimeout(timer)
  }

  /** Of several servers each is tried, so that nobody is refused for one that has become a standby. */
  private async connect(): Promise<pg.PoolClient> {
    for (let failures = 1; ;) {
      try {
        const client = await this.pool.connect()
        if (!this.route.isBehind(client)) return client
        client.release(new Error('another server took over'))
      } catch (error) {
        if (failures++ >= this.route.servers.length) throw error
      }
    }
  }

  private async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if ((await this.health.verdict()) === 'down') throw refuse.unavailable()
    let client: pg.PoolClient
    try {
      client = await this.connect()
    } catch (error) {
      this.health.suspect()
      throw Object.assign(refuse.unavailable(), { cause: error })
    }
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      const kind = kindOf(error)
      if (kind === 'lost') this.health.suspect()
      // After a failure the connection's state is unknown unless a rollback says otherwise; a broken one is thrown away.
      const unknown = error instanceof OutcomeUnknown
      await abandon(client, kind === 'lost' || unknown ? asError(error) : undefined)
      if (kind !== 'lost' || unknown || error instanceof Refusal) throw error
      throw Object.assign(refuse.unavailable(), { cause: error })
    }
  }
}

function sqlOf(client: pg.ClientBase): Sql {
  return {
    query: (text, params = []) => run(client, text, params),
    unprepared: (text, params = []) => runUnprepared(client, text, params),
  }
}

async function runUnprepared<R>(client: pg.ClientBase, text: string, params: readonly unknown[]): Promise<R[]> {
  const result: pg.QueryResult | pg.QueryResult[] =
    params.length > 0 ? await client.query(text, params as unknown[]) : await client.query(text)
  return (Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows) as R[]
}

async function run<R>(client: pg.ClientBase, text: string, params: readonly unknown[]): Promise<R[]> {
  const result = await client.query({ name: statementName(text), text, values: params as unknown[] })
  return result.rows as R[]
}

async function commit(client: pg.PoolClient, lasts: readonly Statement[]): Promise<void> {
  let unreplicated = false
  const onNotice = (notice: { message?: string | undefined }): void => {
    if (notice.message?.includes('canceling wait for synchronous replication')) unreplicated = true
  }
  client.on('notice', onNotice)
  const sent = lasts.map(({ text, params }, nth) => {
    // The driver would prepare the same text a second time while the first is still on its way.
    const again = lasts.findIndex((one) => one.text === text) < nth
    return again ? runUnprepared(client, text, params) : run(client, text, params)
  })
  const [committed, ...before] = await Promise.allSettled([client.query('COMMIT'), ...sent])
  client.off('notice', onNotice)
  // A statement that failed for a reason of its own tells for certain that nothing was committed. The first one counts: those
  // behind it fail because it did.
  const failed = before.find((one) => one.status === 'rejected')
  if (failed && kindOf(failed.reason) !== 'lost') throw failed.reason
  if (committed.status === 'rejected') {
    if (kindOf(committed.reason) !== 'lost') throw committed.reason
    throw new OutcomeUnknown(`commit: ${asError(committed.reason).message}`)
  }
  if (unreplicated) throw new OutcomeUnknown('committed, but not on the standby', true)
  // To the COMMIT of a transaction in which a statement failed, PostgreSQL answers ROLLBACK, and calls it a success.
  if (committed.value.command !== 'COMMIT') {
    throw failed?.reason ?? new Error('the transaction was rolled back: a statement in it failed and nobody threw')
  }
}

async function abandon(client: pg.PoolClient, broken: Error | undefined): Promise<void> {
  if (broken) return client.release(broken)
  try {
    await client.query('ROLLBACK')
    client.release()
  } catch (error) {
    client.release(asError(error))
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
