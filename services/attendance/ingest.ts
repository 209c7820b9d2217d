/** Card readers: what they saw, each record once. */
import { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { Refusal } from '../../protocol/errors'
import { moment } from '../../protocol/time'
import { checkMany, noted, nodeOf } from './check'
import type { Try } from './known'
import type { Checked } from './model'
import { mayIngest } from './policy'
import { lockChains } from './rows'
import * as schemas from './schemas'

const card = z.string().min(1).max(120)
const ingestInput = z.object({
  /** The reader's own name. */
  device: z.string().regex(/^[\x21-\x7e]{1,64}$/, '1 to 64 printable characters without spaces'),
  /** For records that name none. */
  session: schemas.sessionId.optional(),
  records: z
    .array(
      z.object({
        /** The reader's own number of this record: it is taken once, however often it is sent. */
        key: z.string().regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 printable characters without spaces'),
        session: schemas.sessionId.optional(),
        card: card.optional(),
        /** Any text: one that is nobody's is refused by itself, and not all the others with it. */
        user: z.string().min(1).max(64).optional(),
        direction: schemas.direction.default('in'),
        /** What the reader's clock said. */
        at: moment.optional(),
      }),
    )
    .min(1)
    .max(500),
})
type Ingest = z.infer<typeof ingestInput>
type One = Ingest['records'][number]

const result = z.object({
  ...{ key: z.string(), verdict: z.enum(['accepted', 'duplicate', 'refused']), reason: z.string().optional() },
  ...{ record: schemas.winner.optional(), pending: z.boolean().optional() },
})
type Result = z.infer<typeof result>

/**
 * Takes what a card reader saw. A reader that was cut off sends it later: what its clock says lay within the session is
 * then left to a teacher. Promised: each record of a device is decided once, and told the same for ever.
 */
export const ingest = command<Ingest, { results: Result[] }>({
  name: 'attendance.ingest',
  summary: 'Take in what card readers saw, each record once.',
  roles: mayIngest,
  input: ingestInput,
  output: z.object({ results: z.array(result) }),
  around: noted,
  runMany: async (tx, calls) => {
    // All locks of the batch at once and in order; each call then decides under them.
    await lockChains(
      tx,
      [...new Set(calls.flatMap(({ input }) => input.records.map((one) => sessionOf(input, one))))].sort(),
    )
    return oneByOne<Ingest, { results: Result[] }>(ingestOne)(tx, calls)
  },
})

const sessionOf = (input: Ingest, one: One): string => one.session ?? input.session ?? ''

async function ingestOne(tx: Tx, call: Call<Ingest>): Promise<Outcome<{ results: Result[] }>> {
  const { device, records } = call.input
  const known = await tx.query<{ key: string; output: Result }>(
    'SELECT key, output FROM attendance.ingested WHERE device = $1 AND key = ANY ($2::text[])',
    [device, records.map(({ key }) => key)],
  )
  const results = new Map(known.map(({ key, output }) => [key, output]))
  const fresh = [...new Map(records.filter(({ key }) => !results.has(key)).map((one) => [one.key, one])).values()]
  const people = await peopleOf(tx, fresh)
  const tries: { key: string; one: Try }[] = []
  for (const one of fresh) {
    const who = people.get(one.card === undefined ? `user ${one.user}` : `card ${one.card}`)
    if (who) tries.push({ key: one.key, one: tryOf(call, one, who) })
    else results.set(one.key, { key: one.key, verdict: 'refused', reason: 'unknown_card' })
  }
  const outcomes =
    tries.length > 0
      ? await checkMany(
          tx,
          tries.map(({ one }) => one),
        )
      : []
  outcomes.forEach((outcome, nth) => results.set(tries[nth]!.key, resultOf(tries[nth]!.key, outcome)))
  const made = tries.map(({ key }) => results.get(key)!)
  tx.ordered(() => ({
    text: `INSERT INTO attendance.ingested (device, key, output)
     SELECT $1, * FROM unnest($2::text[], $3::json[]) ON CONFLICT DO NOTHING`,
    params: [device, made.map(({ key }) => key), made.map((one) => JSON.stringify(one))],
  }))
  return done({ results: records.map(({ key }) => results.get(key)!) })
}

function tryOf(call: Call<Ingest>, one: One, { id, name }: { id: string; name: string }): Try {
  const { device } = call.input
  return {
    ...{ actor: call.actor.id, node: nodeOf(call), user: id, name, guest: false, card: true },
    input: { session: sessionOf(call.input, one), direction: one.direction, ...(one.at ? { capturedAt: one.at } : {}) },
    details: { device, key: one.key },
  }
}

function resultOf(key: string, outcome: Outcome<Checked>): Result {
  if (outcome instanceof Refusal) return { key, verdict: 'refused', reason: outcome.code }
  const { verdict, reason, record, pending } = outcome.output()
  return { key, verdict, ...(reason ? { reason } : {}), ...(record ? { record } : {}), ...(pending ? { pending } : {}) }
}

/** By `card <number>` and `user <id>`. Nobody is made up: a reader's user has to be somewhere on a list. */
async function peopleOf(tx: Tx, records: readonly One[]): Promise<Map<string, { id: string; name: string }>> {
  const rows = await tx.query<{ found: string; id: string; name: string }>(
    `SELECT 'card ' || card AS found, user_id AS id, name FROM attendance.card WHERE card = ANY ($1::text[])
     UNION ALL (SELECT DISTINCT ON (user_id) 'user ' || user_id, user_id, name FROM attendance.member
       WHERE user_id = ANY ($2::text[]) ORDER BY user_id)`,
    [records.flatMap((one) => one.card ?? []), records.flatMap((one) => one.user ?? [])],
  )
  return new Map(rows.map(({ found, id, name }) => [found, { id, name }]))
}
