/** Channels as such: made, changed, joined and left, and who is what in them. */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { heads } from '../../kernel/log'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import { visibleChannel, type VisibleChannel } from './access'
import { brought, idsOf, rosterOf } from './classes'
import { addMembers, peopleNamed, removeMembers } from './members'
import { channelsTopic, isOpen, topicOf, type ChannelKind } from './model'
import { mayCreate, mayWriteTo, owns } from './policy'
import * as schemas from './schemas'
import { cannotLeave, keptOut, noSuchPerson, openToAll, ownersDecide } from './texts'

type Only = z.infer<typeof schemas.channelOnly>
const { channelOnly } = schemas

/** Makes a channel; whoever makes it owns it. With `class` its people are in it, now and later. Errors: `forbidden`, `not_found` (class). */
export const create = command<z.infer<typeof schemas.createInput>, { id: string }>({
  name: 'discussion.create',
  summary: 'Create a channel: public, private or for announcements.',
  input: schemas.createInput,
  output: schemas.created,
  runMany: oneByOne(async (tx, call) => {
    const { actor, input } = call
    const { name, kind, category = null, about = null } = input
    if (!mayCreate[kind].includes(actor.role)) return refuse.forbidden()
    const roster = input.class ? await classOf(tx, call, input.class) : []
    if (roster instanceof Refusal) return roster
    const id = Bun.randomUUIDv7()
    await tx.query(
      `INSERT INTO discussion.channel (id, name, kind, created_by, category, about, class)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, name, kind, actor.id, category, about, input.class ?? null],
    )
    await tx.query(`INSERT INTO discussion.member (channel, user_id, role) VALUES ($1, $2, 'owner')`, [id, actor.id])
    await addMembers(tx, actor.id, { channel: id, name, users: roster.filter((user) => user !== actor.id) })
    await brought(tx, id, roster)
    if (isOpen(kind)) tellEverybody(tx, actor.id, 'created', { id, name, kind })
    return done({ id })
  }),
})

function tellEverybody(
  tx: Tx,
  actor: string,
  kind: 'created' | 'changed',
  channel: { id: string; name: string; kind: ChannelKind },
): void {
  tx.append({ topic: channelsTopic, kind, actor, data: { channel } })
}

/** Whoever may make a channel for a class teaches it, or sees to everything. */
async function classOf(tx: Tx, call: Call<unknown>, id: string): Promise<string[] | Refusal> {
  const found = await rosterOf(tx, call, id)
  if (found instanceof Refusal) return found
  const mayMake = call.actor.role === 'admin' || found.teachers.some((one) => one.id === call.actor.id)
  return mayMake ? idsOf(found) : refuse.notFound()
}

/** Gives a channel another name, category or description, or puts it away. Errors: `not_found`, `forbidden`. */
export const change = command<z.infer<typeof schemas.changeInput>, Only>({
  name: 'discussion.change',
  summary: 'Rename a channel, sort it into a category, describe or archive it.',
  input: schemas.changeInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input }) => {
    const { channel, name, category, about, archived } = input
    const found = await owned(tx, { actor, input })
    await tx.query(
      `UPDATE discussion.channel SET name = coalesce($2, name),
         category = CASE WHEN $3 THEN nullif($4, '') ELSE category END, about = CASE WHEN $5 THEN nullif($6, '') ELSE about END,
         archived_at = CASE WHEN $7::boolean IS NULL THEN archived_at WHEN $7 THEN coalesce(archived_at, now()) END
       WHERE id = $1`,
      [channel, name, category !== undefined, category, about !== undefined, about, archived].map((one) => one ?? null),
    )
    const row = { id: channel, name: name ?? found.name, kind: found.kind }
    tx.append({ topic: topicOf(channel), kind: 'changed', actor: actor.id, data: { name: row.name } })
    if (isOpen(found.kind)) tellEverybody(tx, actor.id, 'changed', row)
    return done({ channel })
  }),
})

/** @throws Refusal when the caller can't see the channel, or may not decide about it. */
async function owned(tx: Tx, { actor, input }: Pick<Call<Only>, 'actor' | 'input'>): Promise<VisibleChannel> {
  const found = await visibleChannel(tx, actor, input.channel)
  if (found.kind === 'direct' || found.service !== null || !owns(found.membership, actor.role)) {
    throw refuse.forbidden(ownersDecide)
  }
  return found
}

/** Takes an open channel back into one's list; of a thread one becomes a member. Errors: `not_found`. */
export const join = command<Only, Only>({
  name: 'discussion.join',
  summary: 'Join an open channel or thread.',
  input: channelOnly,
  output: channelOnly,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { channel } }) => {
    const found = await visibleChannel(tx, actor, channel)
    await tx.query('UPDATE discussion.cursor SET hidden = NULL WHERE user_id = $1 AND channel = $2', [
      actor.id,
      channel,
    ])
    if (found.service) await addMembers(tx, actor.id, { channel, name: found.name, users: [actor.id] })
    else tx.append({ topic: `inbox:${actor.id}`, kind: 'preferred', actor: actor.id, data: { channel } })
    return withoutEffect({ channel })
  }),
})

/**
 * Leaves a channel. Nothing said in a private one after it reaches who left; an open one, and direct messages, are only
 * put out of sight, the latter until somebody writes. Errors: `not_found`.
 */
export const leave = command<Only, Only>({
  name: 'discussion.leave',
  summary: 'Leave a channel, or put an open one out of sight.',
  input: channelOnly,
  output: channelOnly,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { channel } }): Promise<Outcome<Only>> => {
    const found = await visibleChannel(tx, actor, channel)
    if (found.service !== null || found.kind === 'private') return removeOne(tx, actor.id, channel, actor.id)
    const head = (await heads(tx, [topicOf(channel)])).heads.get(topicOf(channel)) ?? 0
    await tx.query(
      `INSERT INTO discussion.cursor (user_id, channel, hidden) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, channel) DO UPDATE SET hidden = excluded.hidden`,
      [actor.id, channel, head],
    )
    tx.append({ topic: `inbox:${actor.id}`, kind: 'preferred', actor: actor.id, data: { channel } })
    return withoutEffect({ channel })
  }),
})

/** Brings people into a private channel or a thread. For those in it. Errors: `not_found`, `conflict`. */
export const invite = command<z.infer<typeof schemas.inviteInput>, Only>({
  name: 'discussion.invite',
  summary: 'Bring people into a private channel.',
  input: schemas.inviteInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, user, users = [] } }) => {
    const found = await visibleChannel(tx, actor, channel)
    if (found.kind === 'direct') return refuse.forbidden()
    if (isOpen(found.kind) && found.service === null) return refuse.conflict(openToAll)
    const wanted = [...users, ...(user ? [user] : [])]
    const banned = await tx.query(
      `SELECT 1 FROM discussion.sanction WHERE channel = $1 AND user_id = ANY ($2::text[]) AND kind = 'ban'
         AND (until IS NULL OR until > clock_timestamp()) LIMIT 1`,
      [channel, wanted],
    )
    if (banned.length > 0) return refuse.conflict(keptOut)
    const added = await addMembers(tx, actor.id, { channel, name: found.name, users: wanted })
    return added > 0 ? done({ channel }) : withoutEffect({ channel })
  }),
})

/** Takes someone out of a private channel. For its owners and admins. Errors: `not_found`, `forbidden`. */
export const expel = command<z.infer<typeof schemas.memberInput>, Only>({
  name: 'discussion.expel',
  summary: 'Take someone out of a private channel.',
  input: schemas.memberInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, user } }) => {
    await owned(tx, { actor, input: { channel } })
    return removeOne(tx, actor.id, channel, user)
  }),
})

async function removeOne(tx: Tx, by: string, channel: string, user: string): Promise<Outcome<Only>> {
  const gone = await removeMembers(tx, by, channel, [user])
  if (gone === 0) return refuse.notFound(cannotLeave)
  // A channel without an owner is handed to a moderator, or to who has been in it longest.
  await tx.query(
    `UPDATE discussion.member SET role = 'owner' WHERE channel = $1
       AND NOT EXISTS (SELECT 1 FROM discussion.member WHERE channel = $1 AND role = 'owner')
       AND user_id = (SELECT user_id FROM discussion.member WHERE channel = $1 
         ORDER BY role = 'moderator' DESC, joined_at, user_id LIMIT 1)
       AND EXISTS (SELECT 1 FROM discussion.channel WHERE id = $1 AND service IS NULL)`,
    [channel],
  )
  return done({ channel })
}

/** Makes somebody owner, moderator or member. In an open channel anybody; in a private one those who are in it. */
export const role = command<z.infer<typeof schemas.roleInput>, Only>({
  name: 'discussion.role',
  summary: 'Say what somebody is in a channel.',
  input: schemas.roleInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, user, role } }) => {
    const found = await owned(tx, { actor, input: { channel } })
    const rows = await tx.query(
      `INSERT INTO discussion.member AS m (channel, user_id, role)
       SELECT $1, $2, $3 WHERE $4 OR EXISTS (SELECT 1 FROM discussion.member WHERE channel = $1 AND user_id = $2)
       ON CONFLICT (channel, user_id) DO UPDATE SET role = excluded.role RETURNING 1`,
      [channel, user, role, isOpen(found.kind)],
    )
    if (rows.length === 0) return refuse.notFound(noSuchPerson)
    tx.append({ topic: `inbox:${user}`, kind: 'preferred', actor: actor.id, data: { channel } })
    return done({ channel })
  }),
})

/** The direct messages with these people: made at the first call, the same ever after. Errors: `not_found`, `forbidden`. */
export const direct = command<z.infer<typeof schemas.directInput>, { id: string }>({
  name: 'discussion.direct',
  summary: 'Open direct messages with one person or several.',
  roles: mayWriteTo,
  input: schemas.directInput,
  output: schemas.created,
  runMany: oneByOne(async (tx, { actor, input }) => {
    const everybody = [...new Set([actor.id, ...input.people])].sort()
    const others = everybody.filter((id) => id !== actor.id)
    if ((await peopleNamed(tx, others)).length < others.length) return refuse.notFound(noSuchPerson)
    const people = new Bun.CryptoHasher('sha256').update(everybody.join(' ')).digest('hex')
    const id = Bun.randomUUIDv7()
    const made = await tx.query(
      `INSERT INTO discussion.channel (id, name, kind, created_by, people, tells) VALUES ($1, '', 'direct', $2, $3, true)
       ON CONFLICT (people) DO NOTHING RETURNING 1`,
      [id, actor.id, people],
    )
    if (made.length > 0) await addMembers(tx, actor.id, { channel: id, name: actor.name, users: everybody })
    const [row] = await tx.query<{ id: string }>('SELECT id FROM discussion.channel WHERE people = $1', [people])
    return done({ id: row!.id })
  }),
})
