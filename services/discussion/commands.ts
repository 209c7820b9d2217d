/**
 * Saying something, the one hot command of Discussion. A plain message costs two statements a batch beside the log's
 * own: what the channels are, and the rows. Whatever else may matter (membership, moderation, replies, mentions, files)
 * is asked for only when a call of the batch needs it.
 */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { bigints, instants, texts, type Statement } from '../../kernel/db'
import { command } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import { attachFiles } from './attach'
import { guarded, type Flagged } from './guard'
import { mentioned, mentionRows, needsMentions, type Mentioned } from './mentions'
import { channelOf, isOpen, messageIdOf, offsetOf, topicOf, type ChannelKind, type MemberRole } from './model'
import { mayPost } from './policy'
import { postInput, postOutput } from './schemas'
import { tellOf } from './tell'
import { announcementsOnly, noSuchChannel, noSuchReply, putAway } from './texts'

type PostInput = z.infer<typeof postInput>
type PostOutput = z.infer<typeof postOutput>
export type PostCall = Call<PostInput>

/**
 * Says something in a channel. Promised: once answered it is committed, it is there once for its key, and every reader
 * sees it at `offset`. Errors: `not_found` (no such channel, or not for you), `forbidden` (announcements, a word the
 * channel doesn't want), `limited` (slow mode, a time-out), `conflict` (it would reach many people: say `confirm`).
 */
export const post = command<PostInput, PostOutput>({
  name: 'discussion.post',
  summary: 'Post a message to a channel.',
  input: postInput,
  output: postOutput,
  async runMany(tx, calls) {
    const channels = await channelsOf(tx, calls)
    const judged = await judge(tx, calls, channels)
    const rows: MessageRow[] = []
    const outcomes = calls.map((call, nth) => judged.refusals[nth] ?? postOne(tx, call, judged.mentions.get(nth), rows))
    const stored = new Set(rows.map(({ call }) => call))
    if (rows.length > 0) tx.ordered(() => insertMessages(rows))
    if (judged.mentions.size > 0) tx.ordered(() => mentionRows(rows))
    flag(tx, rows, judged.flags, calls)
    tellOf(
      tx,
      calls.flatMap((call, nth) =>
        stored.has(call) && (channels.get(call.input.channel)!.tells || judged.mentions.get(nth)?.people.length)
          ? [call.input.channel]
          : [],
      ),
    )
    return outcomes
  },
})

export interface PostChannel {
  id: string
  kind: ChannelKind
  tells: boolean
  guarded: boolean
  archived: boolean
}

export interface MessageRow {
  call: PostCall
  ticket: { offset: number; at: string }
  mentions: Mentioned | undefined
}

async function channelsOf(tx: Tx, calls: readonly PostCall[]): Promise<Map<string, PostChannel>> {
  const rows = await tx.query<PostChannel>(
    `SELECT id, kind, tells, guarded, archived_at IS NOT NULL AS archived
     FROM discussion.channel WHERE id = ANY ($1::text[])`,
    [[...new Set(calls.map(({ input }) => input.channel))]],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

interface Judged {
  /** For each call the reason why it may not post, if there is one. */
  refusals: (Refusal | undefined)[]
  mentions: Map<number, Mentioned>
  flags: Flagged[]
}

/** In this order: what spends something (a turn in slow mode, files) is asked last, of those whom nothing else stops. */
async function judge(tx: Tx, calls: readonly PostCall[], channels: ReadonlyMap<string, PostChannel>): Promise<Judged> {
  const members = await membersAmong(tx, calls, channels)
  const refusals = calls.map((call) => mayNot(call, channels.get(call.input.channel), members))
  const allowed = (wants: (call: PostCall) => boolean): number[] =>
    calls.flatMap((call, nth) => (refusals[nth] || !wants(call) ? [] : [nth]))
  const refuseAll = (found: ReadonlyMap<number, Refusal>): void =>
    found.forEach((refusal, nth) => (refusals[nth] = refusal))

  const replies = allowed(({ input }) => input.replyTo !== undefined)
  if (replies.length > 0) refuseAll(await withoutTarget(tx, calls, replies))
  const mentioning = allowed(needsMentions)
  const mentions = mentioning.length > 0 ? await mentioned(tx, calls, mentioning, refuseAll) : new Map()
  const watched = allowed(({ input }) => channels.get(input.channel)!.guarded)
  const flags = watched.length > 0 ? await guarded(tx, calls, watched, refuseAll) : []
  const withFiles = allowed(({ input }) => input.files !== undefined && input.files.length > 0)
  if (withFiles.length > 0) refuseAll(await attachFiles(tx, calls, withFiles))
  return { refusals, mentions, flags }
}

type Members = ReadonlyMap<string, MemberRole>

function mayNot({ actor, input }: PostCall, channel: PostChannel | undefined, members: Members): Refusal | undefined {
  if (!channel) return refuse.notFound(noSuchChannel)
  const member = members.get(`${input.channel} ${actor.id}`)
  if (!isOpen(channel.kind) && !member) return refuse.notFound(noSuchChannel)
  if (channel.archived) return refuse.conflict(putAway)
  const hasSay = member === 'owner' || member === 'moderator'
  return hasSay || mayPost[channel.kind].includes(actor.role) ? undefined : refuse.forbidden(announcementsOnly)
}

/**
 * What those are in the channel whose right depends on it. Their rows are locked, so that nobody posts after the event
 * of their removal. Sorted (law 1); FOR SHARE reads a row as it is once the lock is held.
 */
async function membersAmong(
  tx: Tx,
  calls: readonly PostCall[],
  channels: ReadonlyMap<string, PostChannel>,
): Promise<Members> {
  const asked = calls.filter(({ actor, input }) => {
    const kind = channels.get(input.channel)?.kind
    return kind && (!isOpen(kind) || !mayPost[kind].includes(actor.role))
  })
  if (asked.length === 0) return new Map()
  const rows = await tx.query<{ channel: string; user_id: string; role: MemberRole }>(
    `SELECT m.channel, m.user_id, m.role
     FROM discussion.member m JOIN unnest($1::text[], $2::text[]) AS k(channel, user_id) USING (channel, user_id)
     ORDER BY m.channel, m.user_id FOR SHARE OF m`,
    [asked.map(({ input }) => input.channel), asked.map(({ actor }) => actor.id)],
  )
  return new Map(rows.map(({ channel, user_id, role }) => [`${channel} ${user_id}`, role]))
}

async function withoutTarget(tx: Tx, calls: readonly PostCall[], asked: number[]): Promise<Map<number, Refusal>> {
  const wanted = asked.map((nth) => calls[nth]!.input.replyTo!)
  const rows = await tx.query<{ id: string }>(
    `SELECT m.channel || '.' || m."offset" AS id
     FROM discussion.message m JOIN unnest($1::text[], $2::bigint[]) AS k(channel, "offset") USING (channel, "offset")`,
    [wanted.map(channelOf), wanted.map(offsetOf)],
  )
  const there = new Set(rows.map(({ id }) => id))
  const missing = asked.filter((nth) => {
    const { replyTo, channel } = calls[nth]!.input
    return channelOf(replyTo!) !== channel || !there.has(replyTo!)
  })
  return new Map(missing.map((nth) => [nth, refuse.notFound(noSuchReply)]))
}

function postOne(tx: Tx, call: PostCall, mentions: Mentioned | undefined, rows: MessageRow[]): Outcome<PostOutput> {
  const { actor, key, input } = call
  const { channel, text, replyTo, files } = input
  const ticket = tx.append({
    topic: topicOf(channel),
    kind: 'posted',
    actor: actor.id,
    data: { author: { id: actor.id, name: actor.name }, text, replyTo, files, mentions: mentions?.shown, key },
  })
  rows.push({ call, ticket, mentions })
  return done(() => ({ id: messageIdOf(channel, ticket.offset), offset: ticket.offset, at: ticket.at }))
}

function insertMessages(rows: readonly MessageRow[]): Statement {
  const plain = rows.every(({ call, mentions }) => !call.input.files && !mentions)
  const params = [
    texts(rows.map(({ call }) => call.input.channel)),
    bigints(rows.map(({ ticket }) => ticket.offset)),
    texts(rows.map(({ call }) => call.actor.id)),
    texts(rows.map(({ call }) => call.actor.name)),
    texts(rows.map(({ call }) => call.input.text)),
    instants(rows.map(({ ticket }) => ticket.at)),
    bigints(rows.map(({ call }) => (call.input.replyTo ? offsetOf(call.input.replyTo) : null))),
    texts(rows.map(({ call }) => call.key)),
  ]
  if (plain) return { text: insertPlain, params }
  const files = rows.map(({ call }) => (call.input.files ? JSON.stringify(call.input.files) : null))
  const mentions = rows.map((row) => (row.mentions ? JSON.stringify(row.mentions.shown) : null))
  return { text: insertFull, params: [...params, files, mentions] }
}

/** Made when the places of these messages are held: who was sanctioned since they were judged is judged anew. */
const insertPlain = `
  INSERT INTO discussion.message (channel, "offset", author, author_name, text, at, reply_to, key)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
    $7::bigint[], $8::text[])
  WHERE discussion.may_still_speak($1, $3)`
const insertFull = `
  INSERT INTO discussion.message (channel, "offset", author, author_name, text, at, reply_to, key, files, mentions)
  SELECT channel, "offset", author, author_name, text, at, reply_to, key,
    nullif(ARRAY(SELECT json_array_elements_text(files)), '{}'), mentions
  FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
    $7::bigint[], $8::text[], $9::json[], $10::json[])
    AS r(channel, "offset", author, author_name, text, at, reply_to, key, files, mentions)
  WHERE discussion.may_still_speak($1, $3)`

/** Messages with a word that moderators want to look at come to their queue, in nobody's name. */
function flag(tx: Tx, rows: readonly MessageRow[], flags: readonly Flagged[], calls: readonly PostCall[]): void {
  for (const { nth, words } of flags) {
    const row = rows.find(({ call }) => call === calls[nth])
    if (!row) continue
    tx.ordered(() => ({
      text: `INSERT INTO discussion.flag (id, channel, "offset", by_id, by_name, reason) VALUES ($1, $2, $3, '', '', $4)`,
      params: [Bun.randomUUIDv7(), row.call.input.channel, row.ticket.offset, words],
    }))
  }
}
