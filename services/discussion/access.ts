/**
 * Authorisation is the query: a channel is found through the caller's rights. What you can't see you can't name,
 * subscribe to, search or count, because every look at channels goes through this one fragment.
 */
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { Sql } from '../../kernel/db'
import type { ChannelKind, MemberRole } from './model'
import { noSuchChannel } from './texts'

export interface VisibleChannel {
  id: string
  name: string
  kind: ChannelKind
  /** What the caller is in it, where somebody is something. */
  membership: MemberRole | null
  service: string | null
  subject: string | null
}

/** `c` is a channel that the user `$1` may see, `m` what they are in it. More conditions may follow with AND. */
export const visible = `discussion.channel c
  LEFT JOIN discussion.member m ON m.channel = c.id AND m.user_id = $1
  WHERE (c.kind IN ('public', 'announcement') OR m.user_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM discussion.sanction x WHERE x.channel = c.id AND x.user_id = $1 AND x.kind = 'ban'
      AND (x.until IS NULL OR x.until > clock_timestamp()))`

const columns = 'c.id, c.name, c.kind, m.role AS membership, c.service, c.subject'

/** @throws Refusal `not_found`, whether it doesn't exist or may not be seen. */
export async function visibleChannel(sql: Sql, actor: Actor, id: string): Promise<VisibleChannel> {
  const [channel] = await sql.query<VisibleChannel>(`SELECT ${columns} FROM ${visible} AND c.id = $2`, [actor.id, id])
  if (!channel) throw refuse.notFound(noSuchChannel)
  return channel
}

/** Those of the pairs (who, which channel) where the one sees the other. */
export async function visiblePairs(
  sql: Sql,
  pairs: readonly { user: string; channel: string }[],
): Promise<(VisibleChannel | undefined)[]> {
  const rows = await sql.query<VisibleChannel & { nth: number }>(
    `SELECT k.nth::int, v.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(user_id, channel, nth)
     CROSS JOIN LATERAL (SELECT ${columns} FROM ${visible.replaceAll('$1', 'k.user_id')} AND c.id = k.channel LIMIT 1) AS v`,
    [pairs.map(({ user }) => user), pairs.map(({ channel }) => channel)],
  )
  const found = new Map(rows.map(({ nth, ...row }) => [nth, row]))
  return pairs.map((_, index) => found.get(index + 1))
}
