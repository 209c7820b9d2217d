/** Tokens for scripts and load tests, made beside the running system. */
import { mint } from '../edge/sessions'
import { Db } from '../kernel/db'
import type { Role } from '../protocol/roles'
import { ensureUsers } from '../services/people/users'

export interface TokenOptions {
  databaseUrl: string
  secret: string
  /** Given to the user; without it a user keeps the role it has, and a new one is a student. */
  role?: Role | undefined
  ttlSeconds: number
}

/** A token for the user of this name, made if there is none. @throws Refusal when the name can't be one. */
export async function mintToken({ user, ...options }: TokenOptions & { user: string }): Promise<string> {
  const [token] = await mintTokens(options, [user])
  return token!
}

/** One token for each name, in their order; users are made in one statement. */
export async function mintTokens(options: TokenOptions, names: readonly string[]): Promise<string[]> {
  const db = new Db(options.databaseUrl, 'alun/token')
  try {
    const lane = db.lane('token', { connections: 1, statementMs: 30_000 })
    const { actors, now } = await ensureUsers(lane, names, options.role)
    const minted = await Promise.all(actors.map((actor) => mint(options.secret, actor, options.ttlSeconds, now)))
    return minted.map(({ token }) => token)
  } finally {
    await db.close()
  }
}
