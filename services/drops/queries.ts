import { z } from 'zod'
import { position, read, type LogEvent } from '../../kernel/log'
import { query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { directoryTopic, topicOf, type Claim } from './model'
import { verifyPages, type Proof } from './model/verify'
import { mayCreate } from './policy'
import { newestDrops, placesOfClaims, readDrops, toDrop, type ClaimRow } from './rows'
import { pseudonym } from './secrets'
import { noSuchDrop } from './texts'
import { counters, dropAnswer, dropId, dropList, mine as mineOutput } from './schemas'

const listed = 100

export const get = query({
  name: 'drops.get',
  summary: 'One drop: its terms, and how many units are free, held and sold.',
  input: z.object({ drop: dropId }),
  output: dropAnswer,
  async run(sql, _actor, { drop }) {
    const [row] = await readDrops(sql, [drop])
    if (!row) throw refuse.notFound(noSuchDrop)
    return { drop: toDrop(row), position: await position(sql, topicOf(drop)) }
  },
})

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
  summary: 'Your own claims, with places in line and codes, and who you are on the public record.',
  input: z.object({ drop: dropId.optional() }),
  output: mineOutput,
  async run(sql, actor, { drop }) {
    const claims = await sql.query<ClaimRow>(
      `SELECT id, drop, state, quantity, until, code FROM drops.claim
       WHERE user_id = $1 AND ($2::text IS NULL OR drop = $2) ORDER BY created_at DESC, id LIMIT 200`,
      [actor.id, drop ?? null],
    )
    const places = await placesOfClaims(
      sql,
      claims.filter(({ state }) => state === 'waiting').map(({ id }) => id),
    )
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
      claims: claims.map((row) => toClaim(row, places.get(row.id))),
      entries,
      who: Object.fromEntries(salts.map(({ id, salt }) => [id, pseudonym(salt, actor.id)])),
    }
  },
})

function toClaim({ id, drop, state, quantity, until, code }: ClaimRow, place: number | undefined): Claim {
  return {
    ...{ claim: id, drop, state, quantity },
    ...(until && (state === 'held' || state === 'offered') ? { until: until.toISOString() } : {}),
    ...(place === undefined ? {} : { place }),
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
