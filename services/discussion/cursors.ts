/**
 * Where people stand in channels: what they have read and what reached their devices, what they began to write, what
 * they want to be told. One row for each person and channel, however much is said; repeating any of it changes nothing,
 * so no answer is kept.
 */
import type { z } from 'zod'
import { withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { heads } from '../../kernel/log'
import { command, oneByOne, type Command } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { visibleChannel, visiblePairs, type VisibleChannel } from './access'
import { topicOf } from './model'
import * as schemas from './schemas'
import { noSuchChannel } from './texts'

type ReadInput = z.infer<typeof schemas.readInput>
type ReadOutput = z.infer<typeof schemas.readOutput>
type Delivered = z.infer<typeof schemas.deliveredOutput>

/** Moves the caller's read cursor forward, on all their devices. Never back, and never past what there is. */
export const read = command<ReadInput, ReadOutput>({
  name: 'discussion.read',
  summary: 'Say how far you have read a channel.',
  input: schemas.readInput,
  output: schemas.readOutput,
  keyOptional: true,
  around: (next, call, _sql, ground) => share(next, call, ground, 'read'),
  async runMany(tx, calls) {
    const stands = await standsOf(tx, calls)
    const moved = await tx.query<{ user_id: string; channel: string; read: number }>(
      `INSERT INTO discussion.cursor AS c (user_id, channel, read, delivered)
       SELECT user_id, channel, max(upto), max(upto)
       FROM unnest($1::text[], $2::text[], $3::bigint[]) AS k(user_id, channel, upto)
       GROUP BY user_id, channel ORDER BY user_id, channel
       ON CONFLICT (user_id, channel) DO UPDATE
         SET read = excluded.read, delivered = greatest(c.delivered, excluded.read) WHERE c.read < excluded.read
       RETURNING user_id, channel, read`,
      columnsOf(calls, stands),
    )
    for (const { user_id, channel, read: upto } of moved) {
      if (upto === 0) continue
      tx.append({ topic: `inbox:${user_id}`, kind: 'read', actor: user_id, data: { channel, read: upto } })
    }
    return calls.map((call, nth) => standing(call, stands[nth], (at) => ({ read: at.upto, ...at.shared })))
  },
})

/** Says up to where messages reached a device of the caller. Not told where nobody is to know. */
export const delivered = command<ReadInput, Delivered>({
  name: 'discussion.delivered',
  summary: 'Say what has reached your device.',
  input: schemas.readInput,
  output: schemas.deliveredOutput,
  keyOptional: true,
  around: (next, call, _sql, ground) => share(next, call, ground, 'delivered'),
  async runMany(tx, calls) {
    const stands = await standsOf(tx, calls)
    await tx.query(
      `INSERT INTO discussion.cursor AS c (user_id, channel, delivered)
       SELECT user_id, channel, max(upto) FROM unnest($1::text[], $2::text[], $3::bigint[]) AS k(user_id, channel, upto)
       GROUP BY user_id, channel ORDER BY user_id, channel
       ON CONFLICT (user_id, channel) DO UPDATE SET delivered = excluded.delivered
         WHERE c.delivered < excluded.delivered`,
      columnsOf(calls, stands),
    )
    return calls.map((call, nth) => standing(call, stands[nth], (at) => ({ delivered: at.upto, ...at.shared })))
  },
})

/** In direct messages the others see the tick change; it isn't kept, and who reads later asks. */
async function share<O extends { shared?: true | undefined }>(
  next: () => Promise<O>,
  { actor, input }: Call<ReadInput>,
  ground: Parameters<NonNullable<Command<ReadInput, O>['around']>>[3],
  what: 'read' | 'delivered',
): Promise<O> {
  const output = await next()
  if (output.shared) {
    const upto = (output as { [K in typeof what]?: number })[what]!
    const receipt = { user: actor.id, read: what === 'read' ? upto : 0, delivered: upto }
    ground.whisper(topicOf(input.channel), { kind: 'receipt', ...receipt })
  }
  return output
}

interface Stand {
  upto: number
  shared: { shared?: true }
}

/** For each call where the cursor is to stand; nothing where the channel can't be seen. */
async function standsOf(tx: Tx, calls: readonly Call<ReadInput>[]): Promise<(Stand | undefined)[]> {
  const seen = await visiblePairs(
    tx,
    calls.map(({ actor, input }) => ({ user: actor.id, channel: input.channel })),
  )
  const known = (await heads(tx, [...new Set(seen.flatMap((one) => (one ? [topicOf(one.id)] : [])))])).heads
  const discreet = await discreetAmong(tx, calls, seen)
  return calls.map(({ actor, input }, nth) => {
    const channel = seen[nth]
    if (!channel) return undefined
    const isShared = channel.kind === 'direct' && !discreet.has(actor.id)
    const upto = Math.min(input.offset, known.get(topicOf(channel.id)) ?? 0)
    return { upto, shared: isShared ? { shared: true as const } : {} }
  })
}

async function discreetAmong(
  tx: Tx,
  calls: readonly Call<ReadInput>[],
  seen: readonly (VisibleChannel | undefined)[],
): Promise<Set<string>> {
  const users = calls.flatMap(({ actor }, nth) => (seen[nth]?.kind === 'direct' ? [actor.id] : []))
  if (users.length === 0) return new Set()
  const rows = await tx.query<{ user_id: string }>(
    'SELECT user_id FROM discussion.discreet WHERE user_id = ANY ($1::text[])',
    [users],
  )
  return new Set(rows.map(({ user_id }) => user_id))
}

function columnsOf(calls: readonly Call<ReadInput>[], stands: readonly (Stand | undefined)[]): unknown[] {
  const there = calls.flatMap((call, nth) => (stands[nth] ? [{ call, at: stands[nth] }] : []))
  return [
    there.map(({ call }) => call.actor.id),
    there.map(({ call }) => call.input.channel),
    there.map(({ at }) => at.upto),
  ]
}

const standing = <O>(_call: Call<ReadInput>, at: Stand | undefined, output: (at: Stand) => O): Outcome<O> =>
  at ? withoutEffect(output(at)) : refuse.notFound(noSuchChannel)

/** Keeps what the caller began to write in a channel, for all their devices. Empty: nothing. */
export const draft = command<z.infer<typeof schemas.draftInput>, object>({
  name: 'discussion.draft',
  summary: 'Keep what you began to write, on all your devices.',
  input: schemas.draftInput,
  output: schemas.empty,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { channel, text } }) => {
    await visibleChannel(tx, actor, channel)
    const changed = await tx.query(
      `INSERT INTO discussion.cursor AS c (user_id, channel, draft, drafted_at)
       VALUES ($1, $2, nullif($3, ''), clock_timestamp())
       ON CONFLICT (user_id, channel) DO UPDATE SET draft = excluded.draft, drafted_at = excluded.drafted_at
         WHERE c.draft IS DISTINCT FROM excluded.draft RETURNING 1`,
      [actor.id, channel, text],
    )
    if (changed.length > 0) {
      // Not the words themselves: what is sent or discarded stands in no log.
      tx.append({ topic: `inbox:${actor.id}`, kind: 'drafted', actor: actor.id, data: { channel } })
    }
    return withoutEffect({})
  }),
})

/** Says what the caller wants to be told of a channel: everything, mentions, nothing; `usual` takes it back. */
export const prefer = command<z.infer<typeof schemas.preferInput>, object>({
  name: 'discussion.prefer',
  summary: 'Say what you want to be told of a channel.',
  input: schemas.preferInput,
  output: schemas.empty,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { channel, level } }) => {
    await visibleChannel(tx, actor, channel)
    await tx.query(
      `INSERT INTO discussion.cursor (user_id, channel, level) VALUES ($1, $2, nullif($3, 'usual'))
       ON CONFLICT (user_id, channel) DO UPDATE SET level = excluded.level`,
      [actor.id, channel, level],
    )
    // From the next message on somebody is to be told of each.
    if (level === 'all')
      await tx.query('UPDATE discussion.channel SET tells = true WHERE id = $1 AND NOT tells', [channel])
    tx.append({ topic: `inbox:${actor.id}`, kind: 'preferred', actor: actor.id, data: { channel } })
    return withoutEffect({})
  }),
})

/** Whether others see what the caller has read. Who doesn't show it isn't shown it either. */
export const receipts = command<{ on: boolean }, object>({
  name: 'discussion.receipts',
  summary: 'Show others what you have read of direct messages, or not.',
  input: schemas.receiptsInput,
  output: schemas.empty,
  keyOptional: true,
  runMany: oneByOne(async (tx, { actor, input: { on } }) => {
    if (on) await tx.query('DELETE FROM discussion.discreet WHERE user_id = $1', [actor.id])
    else await tx.query('INSERT INTO discussion.discreet (user_id) VALUES ($1) ON CONFLICT DO NOTHING', [actor.id])
    tx.append({ topic: `inbox:${actor.id}`, kind: 'preferred', actor: actor.id, data: {} })
    return withoutEffect({})
  }),
})
