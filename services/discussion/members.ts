/** Who is in a channel, and how that changes: rows, and the events that open and close it for people (law 4). */
import type { Tx, View } from '../../kernel/batch'
import type { Role } from '../../protocol/roles'
import { isOpen, topicOf, type Author, type ChannelKind, type MemberRole } from './model'

export type Person = Author & { role: Role }

/** Names and roles as People keeps them: what they are called now, not what a caller says. By name. */
export async function peopleNamed(view: View, ids: readonly string[], roles?: readonly Role[]): Promise<Person[]> {
  if (ids.length === 0) return []
  return (await view.ask<{ people: Person[] }>('people.named', { ids, roles })).people
}

/** Everybody with one of these names, in any case. */
export async function peopleCalled(view: View, names: readonly string[]): Promise<Person[]> {
  if (names.length === 0) return []
  return (await view.ask<{ people: Person[] }>('people.called', { names })).people
}

interface Entry {
  channel: string
  /** Told to those who come in. */
  name: string
  users: readonly string[]
  role?: MemberRole
}

/** @returns how many were not in it before. Each hears of it on their inbox, the channel in its own topic. */
export async function addMembers(
  tx: Tx,
  by: string,
  { channel, name, users, role = 'member' }: Entry,
): Promise<number> {
  if (users.length === 0) return 0
  const rows = await tx.query<{ user_id: string }>(
    `INSERT INTO discussion.member (channel, user_id, role)
     SELECT $1, u, $3 FROM unnest($2::text[]) AS u ORDER BY u ON CONFLICT DO NOTHING RETURNING user_id`,
    [channel, [...new Set(users)], role],
  )
  const names = new Map(
    (
      await peopleNamed(
        tx,
        rows.map(({ user_id }) => user_id),
      )
    ).map((one) => [one.id, one.name]),
  )
  for (const { user_id: user } of rows) {
    const joined = { user: { id: user, name: names.get(user) ?? '' } }
    tx.append({ topic: topicOf(channel), kind: 'joined', actor: by, data: joined })
    tx.append({ topic: `inbox:${user}`, kind: 'invited', actor: by, data: { channel, name } })
  }
  return rows.length
}

/** @returns how many were in it. Nothing said after it reaches them. */
export async function removeMembers(tx: Tx, by: string, channel: string, users: readonly string[]): Promise<number> {
  if (users.length === 0) return 0
  // Locked in order, as those who post lock them (law 1).
  await tx.query(
    'SELECT 1 FROM discussion.member WHERE channel = $1 AND user_id = ANY ($2::text[]) ORDER BY user_id FOR UPDATE',
    [channel, users],
  )
  const rows = await tx.query<{ user_id: string; kind: ChannelKind }>(
    `DELETE FROM discussion.member m USING discussion.channel c
     WHERE m.channel = $1 AND c.id = $1 AND m.user_id = ANY ($2::text[]) RETURNING m.user_id, c.kind`,
    [channel, users],
  )
  for (const { user_id: user, kind } of rows) shutOut(tx, by, { channel, user, mayStillRead: isOpen(kind) })
  return rows.length
}

/** The hub cuts the user's subscriptions when it reaches this event, before anything later on the topic (law 4). */
export function shutOut(
  tx: Tx,
  by: string,
  { channel, user, mayStillRead }: { channel: string; user: string; mayStillRead: boolean },
): void {
  const effects = mayStillRead ? undefined : { revokes: [user] }
  tx.append({ topic: topicOf(channel), kind: 'left', actor: by, data: { user }, effects })
  tx.append({ topic: `inbox:${user}`, kind: 'removed', actor: by, data: { channel } })
}
