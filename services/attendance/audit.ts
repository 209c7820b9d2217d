/** The chain of a session, read and checked. */
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { read } from '../../kernel/log'
import { query } from '../../kernel/service'
import { managedSession } from './access'
import { sha256 } from './codes'
import { topicOf } from './model'
import { verify, type Published } from './model/chain'
import type { AttemptRow } from './rows'
import * as schemas from './schemas'

const page = 1000
const sessionOnly = z.object({ session: schemas.sessionId })

type Row = Omit<AttemptRow, 'at' | 'user' | 'session'> & { at: Date; user_id: string }

export async function attemptsAfter(sql: Sql, session: string, after: number, limit = page) {
  const rows = await sql.query<Row>(
    `SELECT seq, at, kind, actor, user_id, name, direction, verdict, reason, details, commitment, hash, coordinates, salt
     FROM attendance.attempt WHERE session = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [session, after, limit],
  )
  return rows.map(({ user_id, at, coordinates, salt, ...row }) => ({
    ...{ ...row, user: user_id, at: at.toISOString() },
    ...{ coordinates: coordinates ?? null, salt: salt ?? null },
  }))
}

export async function allAttempts(sql: Sql, session: string) {
  const all: Awaited<ReturnType<typeof attemptsAfter>> = []
  for (;;) {
    const some = await attemptsAfter(sql, session, all.at(-1)?.seq ?? 0)
    all.push(...some)
    if (some.length < page) return all
  }
}

export const attempts = query({
  name: 'attendance.attempts',
  summary: 'Everything that was tried or decided in a session, in order, chained by hashes.',
  input: sessionOnly.extend({ after: z.coerce.number().int().nonnegative().default(0) }),
  output: z.object({
    attempts: z.array(schemas.attempt),
    /** Where the chain ends. Ask again after the last one you got until you have that. */
    seq: z.number().int(),
    hash: z.string(),
  }),
  async run(sql, actor, { session, after }) {
    const { seq, hash } = await managedSession(sql, actor, session)
    const found = await attemptsAfter(sql, session, after)
    // A teacher has the verdict and about how far it was; where exactly is for who has to answer a complaint.
    const hidden = actor.role === 'admin' ? {} : { coordinates: null, salt: null }
    return { attempts: found.map((one) => ({ ...one, ...hidden })), seq, hash }
  },
})

export const verified = z.object({
  session: schemas.sessionId,
  /** How many were looked at, and the last one's hash. */
  seq: z.number().int(),
  hash: z.string(),
  /** How often the events of the session told where the chain stood. */
  published: z.number().int(),
  faults: z.array(z.object({ seq: z.number().int(), what: z.string() })),
})

export const verifyChain = query({
  name: 'attendance.verify',
  summary: 'Go through the chain of a session and say what is wrong with it, if anything is.',
  input: sessionOnly,
  output: verified,
  async run(sql, actor, { session }) {
    const head = await managedSession(sql, actor, session)
    return verifySession(sql, session, head)
  },
})

/** The chain against itself, against its head, and against what its events told. */
export async function verifySession(sql: Sql, session: string, head: Published): Promise<z.infer<typeof verified>> {
  const published = await publishedOf(sql, session)
  const links = await allAttempts(sql, session)
  const { faults, seq, hash } = verify(session, links, head.seq > 0 ? [...published, head] : published, sha256)
  return { session, seq, hash, published: published.length, faults: faults.slice(0, 100) }
}

export async function publishedOf(sql: Sql, session: string): Promise<Published[]> {
  const all: Published[] = []
  for (let after = 0; ;) {
    const { events } = await read(sql, topicOf(session), after, page)
    for (const { json } of events) {
      const { seq, hash } = JSON.parse(json) as Partial<Published>
      if (seq !== undefined && hash !== undefined) all.push({ seq, hash })
    }
    if (events.length < page) return all
    after = events.at(-1)!.offset
  }
}
