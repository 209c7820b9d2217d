/** What moderators look at: reported messages, and what is in force and was done in a channel. */
import type { z } from 'zod'
import type { View } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import type { Actor } from '../../protocol/roles'
import { visible } from './access'
import { peopleNamed } from './members'
import { moderated } from './moderation'
import type { Author, Flag } from './model'
import { columns, type MessageRow } from './rows'
import * as schemas from './schemas'
import { named } from './search'

interface FlagRow extends MessageRow {
  flag: string
  channel_name: string
  by_id: string
  by_name: string
  reason: string
  flagged_at: Date
}

/** Those of the channels in which the caller has a say; an admin sees all that was reported. Oldest first. */
export const listFlags = query<object, { flags: Flag[] }>({
  name: 'discussion.flags',
  summary: 'Reported messages that wait for your decision.',
  input: schemas.empty,
  output: schemas.flags,
  async run(sql, actor) {
    const mine = `SELECT c.id FROM ${visible} AND m.role IN ('owner', 'moderator') AND c.kind <> 'direct'`
    const rows = await sql.query<FlagRow>(
      `WITH mine AS (${mine})
       SELECT f.id AS flag, c.name AS channel_name, f.by_id, f.by_name, f.reason, f.at AS flagged_at, ${columns}
       FROM discussion.flag f JOIN discussion.channel c ON c.id = f.channel
       JOIN discussion.message m ON m.channel = f.channel AND m."offset" = f."offset"
       WHERE f.settled_at IS NULL AND ($2 OR f.channel IN (SELECT id FROM mine)) ORDER BY f.at, f.id LIMIT 200`,
      [actor.id, actor.role === 'admin'],
    )
    const found = await named(sql, rows)
    return {
      flags: rows.map((row, nth) => {
        const { channel, channelName, ...message } = found[nth]!
        const by = { id: row.by_id, name: row.by_name }
        return { id: row.flag, channel, channelName, message, by, reason: row.reason, at: row.flagged_at.toISOString() }
      }),
    }
  },
})

type Moderation = z.infer<typeof schemas.moderation>

export const readModeration = query<z.infer<typeof schemas.channelAsked>, Moderation>({
  name: 'discussion.moderation',
  summary: 'Slow mode, rules, time-outs and bans of a channel, and what its moderators did.',
  input: schemas.channelAsked,
  output: schemas.moderation,
  async run(sql, actor: Actor, { channel }) {
    await moderated(sql, actor, channel)
    const [row] = await sql.query<{ slow_seconds: number }>(
      'SELECT slow_seconds FROM discussion.channel WHERE id = $1',
      [channel],
    )
    return {
      slowSeconds: row!.slow_seconds,
      rules: await sql.query('SELECT id, words, action FROM discussion.rule WHERE channel = $1 ORDER BY id', [channel]),
      sanctions: await sanctionsOf(sql, channel),
      acts: await actsOf(sql, channel),
    }
  },
})

async function sanctionsOf(sql: View, channel: string): Promise<Moderation['sanctions']> {
  const rows = await sql.query<{
    user_id: string
    kind: 'timeout' | 'ban'
    until: Date | null
    reason: string
    at: Date
  }>(
    `SELECT user_id, kind, until, reason, at FROM discussion.sanction
     WHERE channel = $1 AND (until IS NULL OR until > clock_timestamp()) ORDER BY at DESC LIMIT 200`,
    [channel],
  )
  const names = new Map(
    (
      await peopleNamed(
        sql,
        rows.map(({ user_id }) => user_id),
      )
    ).map((one) => [one.id, one.name]),
  )
  return rows.map(({ user_id, kind, until, reason, at }) => ({
    user: { id: user_id, name: names.get(user_id) ?? '' } satisfies Author,
    ...{ kind, reason, at: at.toISOString() },
    ...(until ? { until: until.toISOString() } : {}),
  }))
}

async function actsOf(sql: Sql, channel: string): Promise<Moderation['acts']> {
  const rows = await sql.query<{
    at: Date
    actor: string
    actor_name: string
    action: string
    target: string | null
    reason: string | null
  }>(
    `SELECT at, actor, actor_name, action, target, reason FROM discussion.moderation
     WHERE channel = $1 ORDER BY id DESC LIMIT 200`,
    [channel],
  )
  return rows.map(({ at, actor, actor_name, action, target, reason }) => ({
    at: at.toISOString(),
    actor: { id: actor, name: actor_name },
    action,
    ...(target === null ? {} : { target }),
    ...(reason === null ? {} : { reason }),
  }))
}
