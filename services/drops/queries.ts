import { z } from 'zod'
import { position, read, type LogEvent } from '../../kernel/log'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { directoryTopic, topicOf, type Claim } from './model'
import { verifyPages, type Proof } from './model/verify'
import { mayCreate, mayManage, maySee } from './policy'
import { newestDrops, placesOfClaims, readDrops, toDrop, type ClaimRow, type DropRow } from './rows'
import { pseudonym } from './secrets'
import { noSuchDrop } from './texts'
import { turnsOf } from './wait'
import { counters, dropAnswer, dropId, dropList, mine as mineOutput } from './schemas'

const listed = 100

export const get = query({
  name: 'drops.get',
  summary: 'One drop: its terms, and how many units are free, held and sold.',
  input: z.object({ drop: dropId }),
  output: dropAnswer,
  async run(sql, actor, { drop }) {
    const row = await seen(sql, actor, drop)
    return { drop: toDrop(row), position: await position(sql, topicOf(drop)), mayManage: mayManage(actor, row) }
  },
})

/** @throws Refusal `not_found`, also for a rehearsal that is somebody else's. */
export async function seen(sql: Sql, actor: Actor, id: string): Promise<DropRow> {
  const [row] = await readDrops(sql, [id])
  if (!row || !maySee(actor, row)) throw refuse.notFound(noSuchDrop)
  return row
}

export const list = query({
  name: 'drops.list',
  summary: 'The newest drops, the last to open first.',
  input: z.object({}),
  output: dropList,
  async run(sql) {
    const rows = await newestDrops(sql, listed)
    return { drops: rows.map(toDrop), position: await position(sql, directoryTopic) }
  },
})

export const mine = query({
  name: 'drops.mine',
  summary: 'Your own claims, with places in line, when it is your turn, codes, and who you are on the public record.',
  input: z.object({ drop: dropId.optional() }),
  output: mineOutput,
  async run(sql, actor, { drop }) {
    const claims = await sql.query<ClaimRow & { title: string }>(
      `SELECT c.id, c.drop, c.state, c.quantity, c.until, c.code, c.redeemed_at, d.title
       FROM drops.claim c JOIN drops.drop d ON d.id = c.drop
       WHERE c.user_id = $1 AND ($2::text IS NULL OR c.drop = $2) ORDER BY c.created_at DESC, c.id LIMIT 200`,
      [actor.id, drop ?? null],
    )
    const inLine = claims.filter(({ state }) => state === 'waiting').map(({ id }) => id)
    const places = await placesOfClaims(sql, inLine)
    const turns = await turnsOf(sql, inLine)
    const entries = await sql.query<{ drop: string; claim: string; quantity: number }>(
      `SELECT e.drop, e.claim, e.quantity FROM drops.entry e JOIN drops.drop d ON d.id = e.drop
       WHERE e.user_id = $1 AND ($2::text IS NULL OR e.drop = $2) AND NOT d.opened ORDER BY e.drop LIMIT 200`,
      [actor.id, drop ?? null],
    )
    const about = [
      ...new Set([...(drop ? [drop] : []), ...claims.map((one) => one.drop), ...entries.map((one) => one.drop)]),
    ]
    const salts = await sql.query<{ id: string; salt: string }>(
      'SELECT id, salt FROM drops.drop WHERE id = ANY ($1::text[])',
      [about],
    )
    return {
      claims: claims.map((row) => toClaim(row, places.get(row.id), turns.get(row.id))),
      entries,
      who: Object.fromEntries(salts.map(({ id, salt }) => [id, pseudonym(salt, actor.id)])),
    }
  },
})

function toClaim(row: ClaimRow & { title: string }, place: number | undefined, turn: Date | null | undefined): Claim {
  const { id, drop, state, quantity, until, code, redeemed_at: redeemed, title } = row
  return {
    ...{ claim: id, drop, title, state, quantity },
    ...(redeemed ? { redeemedAt: redeemed.toISOString() } : {}),
    ...(until && (state === 'held' || state === 'offered') ? { until: until.toISOString() } : {}),
    ...(place === undefined ? {} : { place }),
    ...(turn === undefined ? {} : { turnBy: turn?.toISOString() ?? null }),
    ...(code ? { code } : {}),
  }
}

const recordPage = 1000

export const record = query({
  name: 'drops.record',
  summary: 'The public record of a drop: everything that happened, under pseudonyms, for anybody to check.',
  input: z.object({ drop: dropId, after: z.coerce.number().int().nonnegative().default(0) }),
  output: z.object({
    events: z.array(z.looseObject({ offset: z.number().int(), kind: z.string(), at: z.string() })),
    /** The newest offset. Ask again after the last one you got until you have that. */
    head: z.number().int(),
  }),
  oneStatement: true,
  async run(sql, _actor, { drop, after }) {
    const { events, head } = await read(sql, topicOf(drop), after, recordPage)
    if (head === 0) throw refuse.notFound(noSuchDrop)
    return { events: events.map(toRecord), head }
  },
})

const toRecord = ({ offset, json }: LogEvent) => ({ ...(JSON.parse(json) as { kind: string; at: string }), offset })

export const verify = query({
  name: 'drops.verify',
  summary: 'Go through the public record of a drop and say what is wrong with it, if anything is.',
  roles: mayCreate,
  input: z.object({ drop: dropId }),
  output: z.object({
    faults: z.array(z.string()),
    /** Pseudonyms in the order in which the lobby was drawn. */
    order: z.array(z.string()),
    counters,
    /** The last event that was looked at. */
    offset: z.number().int(),
  }),
  async run(sql, _actor, { drop }) {
    const { offset, ...proof } = await verifyPages(async (after) => {
      const { events, head } = await read(sql, topicOf(drop), after, recordPage)
      if (head === 0) throw refuse.notFound(noSuchDrop)
      return { events: events.map(toRecord), head }
    })
    return { ...pick(proof), offset }
  },
})

const pick = ({ faults, order, counters: after }: Proof) => ({ faults: faults.slice(0, 100), order, counters: after })
