/** What becomes of a message after it was said: edited, reacted to, pinned. How it is removed is in `remove.ts`. */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Statement } from '../../kernel/db'
import { command, oneByOne } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import { judgeWords } from './guard'
import { mentioned, mentionRows, needsMentions, type Mentioned } from './mentions'
import { topicOf } from './model'
import { mayPin } from './policy'
import { hold, toMessage, type Held } from './rows'
import * as schemas from './schemas'
import { tellOf } from './tell'
import { authorsEdit, enoughEmoji, noPins } from './texts'

type Edit = z.infer<typeof schemas.editInput>
type Placed = z.infer<typeof schemas.placed>
type Only = z.infer<typeof schemas.messageOnly>

/**
 * Says something else instead, for its author. What it said before can be looked up until somebody deletes it. Whom it
 * newly addresses is told. Errors: `not_found`, `forbidden`, and those of `post`.
 */
export const edit = command<Edit, Placed>({
  name: 'discussion.edit',
  summary: 'Edit a message of yours. What it said before stays visible.',
  input: schemas.editInput,
  output: schemas.placed,
  runMany: oneByOne(async (tx, call) => {
    const held = await hold(tx, call.actor, call.input.message)
    const { row } = held
    if (row.author !== call.actor.id || row.note) return refuse.forbidden(authorsEdit)
    if (row.text === call.input.text) return withoutEffect(placedAt(held, row.edited_at ?? row.at))
    const judged = await judge(tx, call, held)
    if ('refusal' in judged) return judged.refusal
    return done(editTo(tx, call, held, judged.mentions))
  }),
})

const placedAt = ({ row, offset }: Held, at: Date): Placed => ({
  id: `${row.channel}.${offset}`,
  offset,
  at: at.toISOString(),
})

async function judge(
  tx: Tx,
  { actor, input }: Call<Edit>,
  { channel }: Held,
): Promise<{ refusal: Refusal } | { mentions: Mentioned | undefined }> {
  const said = { actor, input: { ...input, channel: channel.id } }
  let refusal = (await judgeWords(tx, [said], [0])).refusals.get(0)
  const found = needsMentions(said)
    ? await mentioned(tx, [said], [0], (refusals) => (refusal ??= refusals.get(0)))
    : undefined
  return refusal ? { refusal } : { mentions: found?.get(0) }
}

function editTo(tx: Tx, call: Call<Edit>, held: Held, mentions: Mentioned | undefined): () => Placed {
  const { channel, offset, row } = held
  const { key, ...rest } = toMessage({ ...row, text: call.input.text, mentions: mentions?.shown ?? null })
  const { reactions: _, pinned: __, editedAt: ___, ...message } = rest
  const data = { message: { ...message, ...(key ? { key } : {}) } }
  const ticket = tx.append({ topic: topicOf(channel.id), kind: 'edited', actor: call.actor.id, data })
  tx.ordered(() => rewritten(held, { text: call.input.text, mentions, ...ticket }))
  if (mentions) {
    const said = { call: { input: { channel: channel.id } }, ticket: { offset }, mentions }
    tx.ordered(() => mentionRows([said as never]))
    tellOf(tx, [channel.id])
  }
  return () => ({ id: message.id, offset, at: ticket.at })
}

/** The row as it reads now, what it said before, and the words by which it is found. The row is locked. */
function rewritten(
  { channel, offset, said, row }: Held,
  {
    text,
    mentions,
    offset: saidNow,
    at,
  }: { text: string; mentions: Mentioned | undefined; offset: number; at: string },
): Statement {
  return {
    text: `WITH before AS (
       INSERT INTO discussion.version (channel, "offset", said, text, at) VALUES ($1, $2, $3, $4, $5)
     ), words AS (
       INSERT INTO discussion.search (channel, "offset", words) VALUES ($1, $2, discussion.words_of($6))
       ON CONFLICT (channel, "offset") DO UPDATE SET words = excluded.words)
     UPDATE discussion.message SET text = $6, mentions = $7, said = $8, edited_at = $9
     WHERE channel = $1 AND "offset" = $2 AND discussion.may_still_speak(ARRAY[$1], ARRAY[author])`,
    params: [
      ...[channel.id, offset, said, row.text, row.edited_at ?? row.at],
      ...[text, mentions ? JSON.stringify(mentions.shown) : null, saidNow, at],
    ],
  }
}

const mostEmoji = 20

/** Adds the caller's reaction to a message, or takes it back. Errors: `not_found`, `conflict` (too many of them). */
export const react = command<z.infer<typeof schemas.reactInput>, Only>({
  name: 'discussion.react',
  summary: 'React to a message with an emoji, or take that back.',
  input: schemas.reactInput,
  output: schemas.messageOnly,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { message, emoji, on } }): Promise<Outcome<Only>> => {
    const { channel, offset, row } = await hold(tx, actor, message)
    const known = row.reactions ?? []
    if (on && known.length >= mostEmoji && !known.some((one) => one.emoji === emoji))
      return refuse.conflict(enoughEmoji)
    const changed = on
      ? await tx.query(
          `INSERT INTO discussion.reaction (channel, "offset", emoji, user_id, user_name) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT DO NOTHING RETURNING 1`,
          [channel.id, offset, emoji, actor.id, actor.name],
        )
      : await tx.query(
          `DELETE FROM discussion.reaction WHERE channel = $1 AND "offset" = $2 AND emoji = $3 AND user_id = $4 RETURNING 1`,
          [channel.id, offset, emoji, actor.id],
        )
    if (changed.length === 0) return withoutEffect({ message })
    const data = { message: offset, emoji, user: { id: actor.id, name: actor.name }, on }
    tx.append({ topic: topicOf(channel.id), kind: 'reacted', actor: actor.id, data })
    return done({ message })
  }),
})

const mostPins = 50

/** Pins a message for everybody in the channel, or unpins it. Errors: `not_found`, `forbidden`, `conflict`. */
export const pin = command<z.infer<typeof schemas.pinInput>, Only>({
  name: 'discussion.pin',
  summary: 'Pin a message, or unpin it.',
  input: schemas.pinInput,
  output: schemas.messageOnly,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { message, on } }) => {
    const { channel, offset, row } = await hold(tx, actor, message)
    if (!mayPin(channel.kind, channel.membership, actor.role)) return refuse.forbidden()
    if (on === (row.pinned_at !== null)) return withoutEffect({ message })
    const [pins] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM discussion.message WHERE channel = $1 AND pinned_at IS NOT NULL',
      [channel.id],
    )
    if (on && pins!.count >= mostPins) return refuse.conflict(noPins)
    await tx.query(
      `UPDATE discussion.message SET pinned_at = CASE WHEN $3 THEN clock_timestamp() END, pinned_by = CASE WHEN $3 THEN $4 END
       WHERE channel = $1 AND "offset" = $2`,
      [channel.id, offset, on, actor.id],
    )
    tx.append({ topic: topicOf(channel.id), kind: 'pinned', actor: actor.id, data: { message: offset, on } })
    return done({ message })
  }),
})
