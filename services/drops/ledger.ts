/** What an organiser sees of their drop beside what everybody sees: how claims were answered, and who has what. */
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { SheetLine, Tallies } from './model'
import { mayManage } from './policy'
import { seen } from './queries'
import * as schemas from './schemas'
import { isAccepted } from './tally'
import { notYours } from './texts'

const shownSeconds = 180

export const tallies = query({
  name: 'drops.tallies',
  summary: 'How claims of your drop were answered: by node and verdict, and second by second.',
  input: z.object({ drop: schemas.dropId }),
  output: schemas.tallies,
  async run(sql, actor, { drop }) {
    await managed(sql, actor, drop)
    const totals = await sql.query<{ node: string; verdict: string; count: number }>(
      `SELECT node, verdict, sum(count)::int AS count FROM drops.tally WHERE drop = $1
       GROUP BY node, verdict ORDER BY node, verdict`,
      [drop],
    )
    const rows = await sql.query<Answers>(
      `SELECT second, node, verdict, count FROM drops.tally
       WHERE drop = $1 AND second > (SELECT max(second) FROM drops.tally WHERE drop = $1) - $2
       ORDER BY second`,
      [drop, shownSeconds],
    )
    return { totals, seconds: bySecond(rows) }
  },
})

interface Answers {
  second: number
  node: string
  verdict: string
  count: number
}

function bySecond(rows: readonly Answers[]): Tallies['seconds'] {
  const seconds = new Map<number, Tallies['seconds'][number]>()
  for (const { second, node, verdict, count } of rows) {
    const sum = seconds.get(second) ?? { second, accepted: 0, refused: 0, verdicts: {}, nodes: {} }
    sum[isAccepted(verdict) ? 'accepted' : 'refused'] += count
    sum.verdicts[verdict] = (sum.verdicts[verdict] ?? 0) + count
    sum.nodes[node] = (sum.nodes[node] ?? 0) + count
    seconds.set(second, sum)
  }
  return [...seconds.values()]
}

const sheetPage = 5000

export const sheet = query({
  name: 'drops.sheet',
  summary: 'Every claim of your drop, and whose it is, in the order in which they were made.',
  input: z.object({ drop: schemas.dropId, after: schemas.claimId.optional() }),
  output: schemas.sheet,
  async run(sql, actor, { drop, after }) {
    const { title } = await managed(sql, actor, drop)
    const rows = await sql.query<SheetLine & { created: Date; redeemed: Date | null; place: string | null }>(
      `SELECT id AS claim, user_id AS "user", who, quantity, state, created_at AS created, redeemed_at AS redeemed,
         redeemed_place AS place
       FROM drops.claim WHERE drop = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [drop, after ?? null, sheetPage],
    )
    const claims = rows.map(({ claim, user, who, quantity: units, state, created, redeemed, place }) => ({
      ...{ claim, user, who, quantity: units, state, at: created.toISOString() },
      ...(redeemed ? { redeemedAt: redeemed.toISOString() } : {}),
      ...(place ? { redeemedPlace: place } : {}),
    }))
    return { title, claims, more: rows.length === sheetPage }
  },
})

async function managed(sql: Sql, actor: Actor, drop: string): Promise<{ title: string }> {
  const row = await seen(sql, actor, drop)
  if (!mayManage(actor, row)) throw refuse.forbidden(notYours)
  return row
}
