/** For this service's tests: an installation with a database of its own, and browsers that keep their cookies. */
import { testDatabase } from '../../prove/testing/database'
import { until } from '../../prove/testing/until'
import { Db } from '../../kernel/db'
import { Refusal } from '../../protocol/errors'
import { testNode, type TestNode } from './testing/node'
import { createAuth, type Auth, type AuthOptions } from './auth'

export const host = 'campus.test:8080'
export const secret = 'a-secret-of-these-tests-that-is-long-enough'

export interface Installation {
  auth: Auth
  db: Db
  url: string
  /** What an operator would have read. */
  troubles: string[]
  /** What commands of its doors asked to be done later. */
  jobs: TestNode['jobs']
  stop(): Promise<void>
}

export async function installation(more: Partial<AuthOptions> = {}, database = testDatabase): Promise<Installation> {
  const { url, stop } = await database()
  const db = new Db(url, 'tests')
  const node = await testNode(url)
  const troubles: string[] = []
  const auth = createAuth({
    db,
    secret,
    tls: false,
    now: () => Date.now(),
    mint: async (actor, issuedAtMs) => ({ token: JSON.stringify(actor), expiresAt: issuedAtMs + 600_000 }),
    commands: {
      execute: (actor, command, input) => node.registry.execute(actor, command, input),
      perform: (command, input) => node.registry.perform(command, input),
    },
    trouble: (message) => troubles.push(message),
    ...more,
  })
  const end = async (): Promise<void> => {
    await auth.close()
    await node.stop()
    await db.close()
    await stop()
  }
  return { auth, db, url, troubles, jobs: node.jobs, stop: end }
}

/** Resolves when so many statements of others wait for a lock. */
export async function lockWaits(db: Db, count: number): Promise<void> {
  const watch = db.lane('watch', { connections: 1 })
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
  await until(async () => (await watch.query(waiting)).length >= count, { what: `${count} waiting for a lock` })
}

export interface Answer {
  status: number
  /** Of a refusal. */
  code?: string
  retryAfterMs?: number | undefined
  body: Record<string, unknown>
  headers: Headers
}

/** One browser at one address; `jar` is what it keeps. */
export class Browser {
  readonly jar = new Map<string, string>()

  constructor(
    private readonly auth: Auth,
    readonly address = '203.0.113.7',
  ) {}

  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers })
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const origin = `http://${host}`
    return this.send(path, {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json', origin, ...headers },
    })
  }

  private async send(
    path: string,
    init: { method?: string; body?: string; headers: Record<string, string> },
  ): Promise<Answer> {
    const headers = new Headers({ host, ...init.headers })
    if (this.jar.size > 0) headers.set('cookie', this.cookie)
    const request = new Request(`http://${host}/api/auth${path}`, { ...init, headers })
    try {
      const response = await this.auth.handler(request, this.address)
      for (const line of response.headers.getSetCookie()) this.keep(line)
      const body = ((await response.json().catch(() => ({}))) ?? {}) as Record<string, unknown>
      return { status: response.status, body, headers: response.headers }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { code, retryAfterMs, message } = error
      return { status: 0, code, retryAfterMs, body: { message }, headers: new Headers() }
    }
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    if (attributes.includes('Max-Age=0')) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}
