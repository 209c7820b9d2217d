/**
 * Taking words away for good: a whole message, or what it said before it was edited. They go from the rows, from the log
 * and, by the event's effects, from every node's memory, so that nobody who comes later or recovers gets them.
 */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Tx } from '../../kernel/batch'
import { redact } from '../../kernel/log'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { record } from './acts'
import { topicOf } from './model'
import { moderates } from './policy'
import { hold, type Held } from './rows'
import * as schemas from './schemas'
import { authorsRemove, sayWhy } from './texts'

type Only = z.infer<typeof schemas.messageOnly>
type Removal = z.infer<typeof schemas.removeInput>

/**
 * Removes a message: its author, or a moderator who says why. Promised: once answered, its words are in no row, no log
 * and no ring. Errors: `not_found`, `forbidden`, `invalid` (a moderator gave no reason).
 */
export const remove = command<Removal, Only>({
  name: 'discussion.remove',
  summary: 'Remove a message for good.',
  input: schemas.removeInput,
  output: schemas.messageOnly,
  runMany: oneByOne(async (tx, { actor, key, input }) => {
    const held = await hold(tx, actor, input.message)
    const isMine = held.row.author === actor.id && !held.row.note
    if (!isMine && !moderates(held.channel.membership, actor.role)) return refuse.forbidden(authorsRemove)
    if (!isMine && !input.reason) return refuse.invalid(sayWhy)
    await take(tx, { actor, key }, held)
    if (!isMine) {
      const { message: target, reason } = input
      await record(tx, actor, { channel: held.channel.id, action: 'removed', target, reason })
    }
    return done({ message: input.message })
  }),
})

/** The message is held. Its place stays, with who said something there and when. */
export async function take(tx: Tx, { actor, key }: Pick<Call<unknown>, 'actor' | 'key'>, held: Held): Promise<void> {
  const { channel, offset, row } = held
  const place = [channel.id, offset]
  const redacts = [...new Set([offset, held.said, ...(await dropVersions(tx, held))])]
  await tx.query(
    `UPDATE discussion.message SET text = '', note = NULL, files = NULL, mentions = NULL, pinned_at = NULL,
       removed_at = clock_timestamp(), removed_by = $3 WHERE channel = $1 AND "offset" = $2`,
    [...place, actor.id],
  )
  await tx.query('DELETE FROM discussion.reaction WHERE channel = $1 AND "offset" = $2', place)
  await tx.query('DELETE FROM discussion.mention WHERE channel = $1 AND "offset" = $2', place)
  // Emptied rather than deleted: whoever fills the index may have read the words a moment ago.
  await tx.query(
    `INSERT INTO discussion.search (channel, "offset", words) VALUES ($1, $2, '')
     ON CONFLICT (channel, "offset") DO UPDATE SET words = ''`,
    place,
  )
  await tx.query(
    `UPDATE discussion.flag SET settled_at = clock_timestamp(), settled_by = $3, outcome = 'removed'
     WHERE channel = $1 AND "offset" = $2 AND settled_at IS NULL`,
    [...place, actor.id],
  )
  if (row.files) {
    const input = { files: row.files, topic: topicOf(channel.id) }
    await tx.call('files.remove', [{ actor, key: `${key}:files`, input }])
  }
  const author = { id: row.author, name: row.author_name }
  const data = { message: offset, author, saidAt: row.at.toISOString() }
  await redactAll(tx, held, redacts, { kind: 'removed', by: actor.id, data })
}

/** Deletes what a message said before, for its author or a moderator. It stays as it reads now. */
export const clean = command<Only, Only>({
  name: 'discussion.clean',
  summary: 'Delete what a message said before it was edited.',
  input: schemas.messageOnly,
  output: schemas.messageOnly,
  runMany: oneByOne(async (tx, { actor, input: { message } }) => {
    const held = await hold(tx, actor, message)
    const isMine = held.row.author === actor.id
    if (!isMine && !moderates(held.channel.membership, actor.role)) return refuse.forbidden(authorsRemove)
    const redacts = await dropVersions(tx, held)
    if (redacts.length === 0) return withoutEffect({ message })
    await redactAll(tx, held, redacts, { kind: 'cleaned', by: actor.id, data: { message: held.offset } })
    if (!isMine) await record(tx, actor, { channel: held.channel.id, action: 'cleaned', target: message })
    return done({ message })
  }),
})

/** @returns the offsets of the events that said it. */
async function dropVersions(tx: Tx, { channel, offset }: Held): Promise<number[]> {
  const rows = await tx.query<{ said: number }>(
    'DELETE FROM discussion.version WHERE channel = $1 AND "offset" = $2 RETURNING said',
    [channel.id, offset],
  )
  return rows.map(({ said }) => said)
}

async function redactAll(
  tx: Tx,
  { channel }: Held,
  offsets: readonly number[],
  { kind, by, data }: { kind: string; by: string; data: Record<string, unknown> },
): Promise<void> {
  const topic = topicOf(channel.id)
  for (const offset of offsets) await redact(tx, topic, offset)
  tx.append({ topic, kind, actor: by, data, effects: { redacts: [...offsets] } })
}
