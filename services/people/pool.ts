/**
 * The connections of better-auth, which writes its own SQL without naming a schema. They find `auth` by their search
 * path, and they take part in what the rest of the node knows of the database's health.
 */
import pg from 'pg'
import { kindOf, type Db } from '../../kernel/db'
import { refuse } from '../../protocol/errors'

interface Client {
  query(text: string, params: unknown[]): Promise<pg.QueryResult>
  release(): void
}

const connections = 3
const statementMs = 2500
/** For a free connection too: a class that signs up at once waits for its turn. */
const connectMs = 5000

export class AuthPool {
  /** When the database last failed us, by the monotonic clock: what better-auth then says is no verdict. */
  lostAt = Number.NEGATIVE_INFINITY
  private readonly pool: pg.Pool

  // Not a field named `db`: better-auth would take that for a query builder.
  constructor(private readonly watched: Db) {
    this.pool = new pg.Pool({
      Client: watched.route.Client,
      application_name: 'alun/auth',
      max: connections,
      connectionTimeoutMillis: connectMs,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      query_timeout: statementMs + 500,
      options: `-c search_path=auth -c statement_timeout=${statementMs} -c idle_in_transaction_session_timeout=20000`,
    })
    this.pool.on('error', () => undefined)
    this.pool.on('connect', (client) => client.on('error', () => undefined))
  }

  /** @throws Refusal `unavailable` */
  async connect(): Promise<Client> {
    let client: pg.PoolClient
    try {
      if ((await this.watched.health.verdict()) === 'down') throw refuse.unavailable()
      client = await this.pool.connect()
    } catch (error) {
      this.lost()
      throw Object.assign(refuse.unavailable(), { cause: error })
    }
    let broken: Error | undefined
    return {
      query: async (text, params) => {
        try {
          return await client.query(text, params)
        } catch (error) {
          if (kindOf(error) !== 'lost') throw error
          this.lost()
          broken = error as Error
          throw Object.assign(refuse.unavailable(), { cause: error })
        }
      },
      release: () => client.release(broken),
    }
  }

  async end(): Promise<void> {
    await this.pool.end()
  }

  private lost(): void {
    this.lostAt = performance.now()
    this.watched.health.suspect()
  }
}
