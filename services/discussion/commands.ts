import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Statement } from '../../kernel/db'
import { command, oneByOne } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import { id as userId } from '../../protocol/ids'
import { words } from '../../protocol/text'
import { visibleChannel } from './access'
import { channelOf, channelsTopic, isOpen, messageIdOf, offsetOf, topicOf, type ChannelKind } from './model'
import { mayCreate, mayPost } from './policy'
import { channelId, madeKind, messageId, messageText } from './schemas'
import { announcementsOnly, noSuchChannel, noSuchMessage, openToAll } from './texts'

const postInput = z.object({ channel: channelId, text: messageText, replyTo: messageId.optional() })
const postOutput = z.object({ id: messageId, offset: z.number().int(), at: z.string() })
type PostInput = z.infer<typeof postInput>
type PostOutput = z.infer<typeof postOutput>

/**
 * Says something in a channel. Promised: once answered it is committed, it is there once for its key, and every reader
 * sees it at `offset`. Errors: `not_found` (no such channel, or not for you), `forbidden` (announcements).
 */
export const post = command<PostInput, PostOutput>({
  name: 'discussion.post',
  summary: 'Post a message to a channel.',
  input: postInput,
  output: postOutput,
  async runMany(tx, calls) {
    const rights = await rightsToPost(tx, calls)
    const replies = await repliesTo(tx, calls)
    const rows: MessageRow[] = []
    const outcomes = calls.map((call, index) => {
      const refusal = rights[index] ?? replies[index]
      return refusal ?? postOne(tx, call, rows)
    })
    if (rows.length > 0) tx.ordered(() => insertMessages(rows))
    return outcomes
  },
})

interface MessageRow {
  call: Call<PostInput>
  ticket: { offset: number; at: string }
}

function postOne(tx: Tx, call: Call<PostInput>, rows: MessageRow[]): Outcome<PostOutput> {
  const { actor, key, input } = call
  const ticket = tx.append({
    topic: topicOf(input.channel),
    kind: 'posted',
    actor: actor.id,
    data: { author: { id: actor.id, name: actor.name }, text: input.text, replyTo: input.replyTo, key },
  })
  rows.push({ call, ticket })
  return done(() => ({ id: messageIdOf(input.channel, ticket.offset), offset: ticket.offset, at: ticket.at }))
}

function insertMessages(rows: readonly MessageRow[]): Statement {
  return {
    text: `INSERT INTO discussion.message (channel, "offset", author, author_name, text, at, reply_to, key)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
       $7::bigint[], $8::text[])`,
    params: [
      rows.map(({ call }) => call.input.channel),
      rows.map(({ ticket }) => ticket.offset),
      rows.map(({ call }) => call.actor.id),
      rows.map(({ call }) => call.actor.name),
      rows.map(({ call }) => call.input.text),
      rows.map(({ ticket }) => ticket.at),
      rows.map(({ call }) => (call.input.replyTo ? offsetOf(call.input.replyTo) : null)),
      rows.map(({ call }) => call.key),
    ],
  }
}

/** For each call the reason why it may not post, if there is one. */
async function rightsToPost(tx: Tx, calls: readonly Call<PostInput>[]): Promise<(Refusal | undefined)[]> {
  const names = [...new Set(calls.map(({ input }) => input.channel))]
  const channels = await tx.query<{ id: string; kind: ChannelKind }>(
    'SELECT id, kind FROM discussion.channel WHERE id = ANY ($1::text[])',
    [names],
  )
  const kinds = new Map(channels.map(({ id, kind }) => [id, kind]))
  const members = await lockMemberships(
    tx,
    calls.filter(({ input }) => !isOpen(kinds.get(input.channel) ?? 'public')),
  )
  return calls.map(({ actor, input }) => {
    const kind = kinds.get(input.channel)
    if (!kind) return refuse.notFound(noSuchChannel)
    if (!isOpen(kind) && !members.has(`${input.channel} ${actor.id}`)) return refuse.notFound(noSuchChannel)
    return mayPost[kind].includes(actor.role) ? undefined : refuse.forbidden(announcementsOnly)
  })
}

/**
 * Locks the rows that give the right, so that nobody posts after the event of their removal. Sorted (law 1); FOR SHARE
 * reads a row as it is once the lock is held.
 */
async function lockMemberships(tx: Tx, calls: readonly Call<PostInput>[]): Promise<Set<string>> {
  if (calls.length === 0) return new Set()
  const rows = await tx.query<{ channel: string; user_id: string }>(
    `SELECT m.channel, m.user_id
     FROM discussion.member m JOIN unnest($1::text[], $2::text[]) AS k(channel, user_id) USING (channel, user_id)
     ORDER BY m.channel, m.user_id FOR SHARE OF m`,
    [calls.map(({ input }) => input.channel), calls.map(({ actor }) => actor.id)],
  )
  return new Set(rows.map(({ channel, user_id }) => `${channel} ${user_id}`))
}

async function repliesTo(tx: Tx, calls: readonly Call<PostInput>[]): Promise<(Refusal | undefined)[]> {
  const wanted = calls.flatMap(({ input }) => (input.replyTo ? [input.replyTo] : []))
  if (wanted.length === 0) return []
  const rows = await tx.query<{ id: string }>(
    `SELECT m.channel || '.' || m."offset" AS id
     FROM discussion.message m JOIN unnest($1::text[], $2::bigint[]) AS k(channel, "offset") USING (channel, "offset")`,
    [wanted.map(channelOf), wanted.map(offsetOf)],
  )
  const there = new Set(rows.map(({ id }) => id))
  return calls.map(({ input: { replyTo, channel } }) =>
    replyTo && (channelOf(replyTo) !== channel || !there.has(replyTo)) ? refuse.notFound(noSuchMessage) : undefined,
  )
}

/** Makes a channel. The maker of a private one is its owner. Errors: `forbidden`. */
export const create = command({
  name: 'discussion.create',
  summary: 'Create a channel: public, private or for announcements.',
  input: z.object({ name: words(80), kind: madeKind }),
  output: z.object({ id: channelId }),
  runMany: oneByOne(async (tx, { actor, input: { name, kind } }) => {
    if (!mayCreate[kind].includes(actor.role)) return refuse.forbidden()
    const id = Bun.randomUUIDv7()
    await tx.query('INSERT INTO discussion.channel (id, name, kind, created_by) VALUES ($1, $2, $3, $4)', [
      id,
      name,
      kind,
      actor.id,
    ])
    if (kind === 'private') {
      await tx.query(`INSERT INTO discussion.member (channel, user_id, role) VALUES ($1, $2, 'owner')`, [id, actor.id])
    } else {
      tx.append({ topic: channelsTopic, kind: 'created', actor: actor.id, data: { channel: { id, name, kind } } })
    }
    return done({ id })
  }),
})

const memberInput = z.object({ channel: channelId, user: userId })
const membersOnly = z.object({ channel: channelId })

/** Brings someone into a private channel. For its members. */
export const invite = command({
  name: 'discussion.invite',
  summary: 'Bring someone into a private channel.',
  input: memberInput.extend({ name: words(80).optional() }),
  output: membersOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, user, name } }) => {
    const found = await visibleChannel(tx, actor, channel)
    if (found.kind !== 'private') return refuse.conflict(openToAll)
    const added = await tx.query(
      `INSERT INTO discussion.member (channel, user_id, role) VALUES ($1, $2, 'member')
       ON CONFLICT DO NOTHING RETURNING 1`,
      [channel, user],
    )
    if (added.length === 0) return withoutEffect({ channel })
    tx.append({
      topic: topicOf(channel),
      kind: 'joined',
      actor: actor.id,
      data: { user: { id: user, name: name ?? '' } },
    })
    tx.append({ topic: `inbox:${user}`, kind: 'invited', actor: actor.id, data: { channel, name: found.name } })
    return done({ channel })
  }),
})

/** Leaves a private channel. Nothing posted after it reaches the one who left. */
export const leave = command({
  name: 'discussion.leave',
  summary: 'Leave a private channel.',
  input: membersOnly,
  output: membersOnly,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { channel } }) => removeMember(tx, actor.id, channel, actor.id)),
})

/** Takes someone out of a private channel. For its owners and admins. */
export const expel = command({
  name: 'discussion.expel',
  summary: 'Take someone out of a private channel.',
  input: memberInput,
  output: membersOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, user } }) => {
    const found = await visibleChannel(tx, actor, channel)
    if (found.membership !== 'owner' && actor.role !== 'admin') return refuse.forbidden()
    return removeMember(tx, actor.id, channel, user)
  }),
})

async function removeMember(tx: Tx, by: string, channel: string, user: string): Promise<Outcome<{ channel: string }>> {
  const gone = await tx.query('DELETE FROM discussion.member WHERE channel = $1 AND user_id = $2 RETURNING 1', [
    channel,
    user,
  ])
  if (gone.length === 0) return refuse.notFound(noSuchChannel)
  // The hub cuts the user's subscriptions when it reaches this event, before anything later on the topic (law 4).
  tx.append({ topic: topicOf(channel), kind: 'left', actor: by, data: { user }, effects: { revokes: [user] } })
  tx.append({ topic: `inbox:${user}`, kind: 'removed', actor: by, data: { channel } })
  return done({ channel })
}

const readInput = z.object({ channel: channelId, offset: z.number().int().nonnegative() })

/** Moves the caller's read cursor forward, on all their devices. Never back. */
export const read = command({
  name: 'discussion.read',
  summary: 'Say how far you have read a channel.',
  input: readInput,
  output: z.object({ read: z.number().int() }),
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { channel, offset } }) => {
    await visibleChannel(tx, actor, channel)
    const [moved] = await tx.query<{ read: number }>(
      `INSERT INTO discussion.cursor AS c (user_id, channel, read)
       SELECT $1, $2, least($3::bigint, coalesce(max("offset"), 0)) FROM discussion.message WHERE channel = $2
       ON CONFLICT (user_id, channel) DO UPDATE SET read = excluded.read WHERE c.read < excluded.read
       RETURNING read`,
      [actor.id, channel, offset],
    )
    if (!moved) return withoutEffect({ read: offset })
    tx.append({ topic: `inbox:${actor.id}`, kind: 'read', actor: actor.id, data: { channel, read: moved.read } })
    return done({ read: moved.read })
  }),
})
