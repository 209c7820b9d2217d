/** What moderators do in a channel, and how they are asked to. Every act is recorded with who did it and why. */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { visibleChannel, type VisibleChannel } from './access'
import { record } from './acts'
import { removeMembers, shutOut } from './members'
import { isOpen, topicOf, type MemberRole } from './model'
import { moderates } from './policy'
import { take } from './remove'
import { hold, holdIn } from './rows'
import * as schemas from './schemas'
import { moderatorsOnly, noSuchFlag, notThisOne } from './texts'

type Only = z.infer<typeof schemas.channelOnly>
const { channelOnly } = schemas

/** @throws Refusal: not visible, or nothing to say in it. */
export async function moderated(
  tx: Pick<Tx, 'query' | 'unprepared'>,
  actor: Actor,
  id: string,
): Promise<VisibleChannel> {
  const channel = await visibleChannel(tx, actor, id)
  if (channel.kind === 'direct' || !moderates(channel.membership, actor.role)) throw refuse.forbidden(moderatorsOnly)
  return channel
}

/** Asks moderators to look at a message. Once for each person and message. Errors: `not_found`. */
export const flag = command<z.infer<typeof schemas.flagInput>, object>({
  name: 'discussion.flag',
  summary: 'Report a message to the moderators.',
  input: schemas.flagInput,
  output: schemas.empty,
  runMany: oneByOne(async (tx, { actor, input: { message, reason } }) => {
    const { channel, offset } = await hold(tx, actor, message)
    await tx.query(
      `INSERT INTO discussion.flag (id, channel, "offset", by_id, by_name, reason) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (channel, "offset", by_id) DO NOTHING`,
      [Bun.randomUUIDv7(), channel.id, offset, actor.id, actor.name, reason],
    )
    return done({})
  }),
})

/** Decides about a reported message: it stays, or it is removed. Errors: `not_found`, `forbidden`. */
export const settle = command<z.infer<typeof schemas.settleInput>, object>({
  name: 'discussion.settle',
  summary: 'Decide about a reported message.',
  input: schemas.settleInput,
  output: schemas.empty,
  runMany: oneByOne(async (tx, { actor, key, input }) => {
    const { flag: id, outcome, reason } = input
    await tx.query('SELECT 1 FROM discussion.flag WHERE id = $1 FOR UPDATE', [id])
    const [row] = await tx.query<{ channel: string; offset: number; settled: boolean }>(
      'SELECT channel, "offset", settled_at IS NOT NULL AS settled FROM discussion.flag WHERE id = $1',
      [id],
    )
    if (!row) return refuse.notFound(noSuchFlag)
    const found = await judged(tx, actor, row.channel)
    if (row.settled) return withoutEffect({})
    const target = `${row.channel}.${row.offset}`
    if (outcome === 'removed') await take(tx, { actor, key }, await holdIn(tx, found, row.offset))
    await tx.query(
      `UPDATE discussion.flag SET settled_at = clock_timestamp(), settled_by = $1, outcome = $2
       WHERE channel = $3 AND "offset" = $4 AND settled_at IS NULL`,
      [actor.id, outcome, row.channel, row.offset],
    )
    await record(tx, actor, { channel: row.channel, action: outcome, target, reason })
    return done({})
  }),
})

/** Who flags a message shows it to admins too: also of conversations that they are not in. */
async function judged(tx: Tx, actor: Actor, id: string): Promise<VisibleChannel> {
  if (actor.role !== 'admin') return moderated(tx, actor, id)
  const [row] = await tx.query<VisibleChannel>(
    'SELECT id, name, kind, NULL AS membership, service, subject FROM discussion.channel WHERE id = $1',
    [id],
  )
  return row!
}

type Sanction = z.infer<typeof schemas.sanctionInput>
const hour = 60

/**
 * Keeps somebody quiet for a while, or out. Promised: nothing they say later is accepted on any node, and who is banned
 * reads nothing that is said later. Errors: `not_found`, `forbidden`.
 */
export const sanction = command<Sanction, Only>({
  name: 'discussion.sanction',
  summary: 'Give somebody a time-out, or ban them from a channel.',
  input: schemas.sanctionInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, call): Promise<Outcome<Only>> => {
    const { actor, input } = call
    const { channel, user, kind, reason } = input
    const found = await moderated(tx, actor, channel)
    if (!(await mayJudge(tx, call, found))) return refuse.forbidden(notThisOne)
    const minutes = input.minutes ?? (kind === 'timeout' ? hour : null)
    await tx.query(
      `INSERT INTO discussion.sanction (channel, user_id, kind, until, reason, by_id)
       VALUES ($1, $2, $3, clock_timestamp() + make_interval(mins => $4), $5, $6)
       ON CONFLICT (channel, user_id, kind) DO UPDATE
         SET until = excluded.until, reason = excluded.reason, by_id = excluded.by_id, at = clock_timestamp()`,
      [channel, user, kind, minutes, reason, actor.id],
    )
    await guard(tx, channel)
    if (kind === 'ban') await ban(tx, actor.id, channel, user)
    // Its place in the channel's order: what they say is before it, or is not said.
    else tx.append({ topic: topicOf(channel), kind: 'changed', actor: actor.id, data: { name: found.name } })
    tx.append({
      topic: `inbox:${user}`,
      kind: 'sanctioned',
      actor: actor.id,
      data: { channel, sanction: kind, reason },
    })
    await record(tx, actor, { channel, action: kind, target: user, reason })
    return done({ channel })
  }),
})

/** Nobody judges oneself or an owner; a moderator is judged by owners and admins. */
async function mayJudge(tx: Tx, { actor, input }: Call<Sanction>, found: VisibleChannel): Promise<boolean> {
  if (input.user === actor.id) return false
  const [target] = await tx.query<{ role: MemberRole }>(
    'SELECT role FROM discussion.member WHERE channel = $1 AND user_id = $2',
    [found.id, input.user],
  )
  if (target?.role === 'owner') return actor.role === 'admin'
  return target?.role !== 'moderator' || found.membership === 'owner' || actor.role === 'admin'
}

async function ban(tx: Tx, by: string, channel: string, user: string): Promise<void> {
  const gone = await removeMembers(tx, by, channel, [user])
  const [row] = await tx.query<{ open: boolean }>(
    `SELECT kind IN ('public', 'announcement') AS open FROM discussion.channel WHERE id = $1`,
    [channel],
  )
  // Of a closed channel that event has been appended with the membership.
  if (row!.open || gone === 0) shutOut(tx, by, { channel, user, mayStillRead: false })
}

/** Whoever posts looks further from now on; who looked a moment before finds out by `may_still_speak`. */
async function guard(tx: Tx, channel: string): Promise<void> {
  await tx.query(
    `UPDATE discussion.channel c SET guarded = slow_seconds > 0
       OR EXISTS (SELECT 1 FROM discussion.rule r WHERE r.channel = c.id)
       OR EXISTS (SELECT 1 FROM discussion.sanction x WHERE x.channel = c.id)
     WHERE id = $1`,
    [channel],
  )
}

/** Takes time-outs and bans of somebody back. Errors: `not_found`, `forbidden`. */
export const pardon = command<z.infer<typeof schemas.pardonInput>, Only>({
  name: 'discussion.pardon',
  summary: 'End somebody’s time-out or ban.',
  input: schemas.pardonInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, user, reason } }) => {
    await moderated(tx, actor, channel)
    const gone = await tx.query('DELETE FROM discussion.sanction WHERE channel = $1 AND user_id = $2 RETURNING 1', [
      channel,
      user,
    ])
    if (gone.length === 0) return withoutEffect({ channel })
    await guard(tx, channel)
    tx.append({ topic: `inbox:${user}`, kind: 'preferred', actor: actor.id, data: { channel } })
    await record(tx, actor, { channel, action: 'pardoned', target: user, reason })
    return done({ channel })
  }),
})

/** Lets everybody but moderators post once in so many seconds; 0 ends it. Errors: `not_found`, `forbidden`. */
export const slow = command<z.infer<typeof schemas.slowInput>, Only>({
  name: 'discussion.slow',
  summary: 'Slow mode: one message in so many seconds for each person.',
  input: schemas.slowInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, seconds } }) => {
    const { kind, name } = await moderated(tx, actor, channel)
    await tx.query('UPDATE discussion.channel SET slow_seconds = $2 WHERE id = $1', [channel, seconds])
    await guard(tx, channel)
    if (isOpen(kind) || kind === 'private') {
      tx.append({ topic: topicOf(channel), kind: 'changed', actor: actor.id, data: { name } })
    }
    await record(tx, actor, { channel, action: 'slowed', reason: `${seconds} s` })
    return done({ channel })
  }),
})

/** Says which words a channel refuses, and which moderators want to look at. All of them at once. */
export const rules = command<z.infer<typeof schemas.rulesInput>, Only>({
  name: 'discussion.rules',
  summary: 'Set the words that a channel refuses or has looked at.',
  input: schemas.rulesInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input: { channel, rules: wanted } }) => {
    await moderated(tx, actor, channel)
    await tx.query('DELETE FROM discussion.rule WHERE channel = $1', [channel])
    await tx.query(
      `INSERT INTO discussion.rule (id, channel, words, action) SELECT id, $1, words, action
       FROM unnest($2::text[], $3::text[], $4::text[]) AS r(id, words, action)`,
      [
        channel,
        wanted.map(() => Bun.randomUUIDv7()),
        wanted.map(({ words }) => words.trim()),
        wanted.map(({ action }) => action),
      ],
    )
    await guard(tx, channel)
    await record(tx, actor, { channel, action: 'ruled', reason: wanted.map(({ words }) => words).join(', ') })
    return done({ channel })
  }),
})
