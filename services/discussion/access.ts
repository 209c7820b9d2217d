/** Authorisation is the query: a channel is found through the caller's rights; what you can't see you can't name. */
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { Sql } from '../../kernel/db'
import type { ChannelKind } from './model'

export interface VisibleChannel {
  id: string
  name: string
  kind: ChannelKind
  /** The caller's role in it, where membership matters. */
  membership: 'owner' | 'member' | null
}

const visible = `
  SELECT c.id, c.name, c.kind, m.role AS membership
  FROM discussion.channel c
  LEFT JOIN discussion.member m ON m.channel = c.id AND m.user_id = $1
  WHERE (c.kind <> 'private' OR m.user_id IS NOT NULL)`

export function visibleChannels(sql: Sql, actor: Actor): Promise<VisibleChannel[]> {
  return sql.query<VisibleChannel>(`${visible} ORDER BY c.created_at, c.id`, [actor.id])
}

/** @throws Refusal `not_found`, whether it doesn't exist or may not be seen. */
export async function visibleChannel(sql: Sql, actor: Actor, id: string): Promise<VisibleChannel> {
  const [channel] = await sql.query<VisibleChannel>(`${visible} AND c.id = $2`, [actor.id, id])
  if (!channel) throw refuse.notFound(noSuchChannel)
  return channel
}

export const noSuchChannel = {
  en: 'There is no such channel, or you are not in it.',
  id: 'Kanal itu tidak ada, atau Anda bukan anggotanya.',
}
