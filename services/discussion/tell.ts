/**
 * Telling people who are elsewhere. A message only leaves a job behind; a moment later, who has not read it by then is
 * told: those it mentions once for that message, those who want to know of every message once until they have read on.
 * Nothing of what was said is in it, so that what is removed is gone.
 */
import { withoutEffect, type Tx } from '../../kernel/batch'
import type { JobDefinition } from '../../kernel/jobs'
import { command, oneByOne } from '../../kernel/service'
import type { Text } from '../../protocol/errors'
import type { Notice } from '../inbox/model'
import type { ChannelKind } from './model'
import { channelOnly, empty } from './schemas'

const queue = 'discussion-tell'
/** Time to read it where it stands. */
const pauseSeconds = 1

/** Has the people of these channels told, once the transaction is committed. */
export function tellOf(tx: Tx, channels: readonly string[]): void {
  for (const channel of new Set(channels)) {
    tx.enqueue({ queue, data: { channel }, singletonKey: channel, startAfterSeconds: pauseSeconds })
  }
}

export const tellJob: JobDefinition = {
  queue,
  async run({ id, data, attempt }, ground) {
    const { channel } = data as { channel: string }
    await ground.perform('discussion.tell', { channel }, `${id}:${attempt}`)
  },
}

interface ChannelRow {
  id: string
  name: string
  kind: ChannelKind
  service: string | null
}

/** Tells who is waiting in a channel. Promised: told and marked as told in one transaction. */
export const tell = command<{ channel: string }, object>({
  name: 'discussion.tell',
  summary: 'Tell people what they have not read.',
  internal: true,
  input: channelOnly,
  output: empty,
  runMany: oneByOne(async (tx, { actor, key, input }) => {
    const [channel] = await tx.query<ChannelRow>(
      'SELECT id, name, kind, service FROM discussion.channel WHERE id = $1 FOR UPDATE',
      [input.channel],
    )
    if (!channel) return withoutEffect({})
    const mentions = await untoldMentions(tx, channel)
    const news = await untoldNews(tx, channel)
    const notices = [...mentions, ...news].map((notice, nth) => ({ actor, key: `${key}:${nth}`, input: notice }))
    if (notices.length > 0) await tx.call('inbox.notify', notices)
    return withoutEffect({})
  }),
})

async function untoldMentions(tx: Tx, channel: ChannelRow): Promise<Notice[]> {
  const rows = await tx.query<{ offset: number; author_name: string; people: string[] }>(
    `WITH taken AS (
       UPDATE discussion.mention SET told = true WHERE channel = $1 AND NOT told RETURNING user_id, "offset")
     SELECT t."offset", m.author_name, array_agg(t.user_id ORDER BY t.user_id) AS people
     FROM taken t JOIN discussion.message m ON m.channel = $1 AND m."offset" = t."offset"
     LEFT JOIN discussion.cursor k ON k.user_id = t.user_id AND k.channel = $1
     WHERE coalesce(k.read, 0) < t."offset" AND coalesce(k.level, '') <> 'none' AND m.removed_at IS NULL
     GROUP BY t."offset", m.author_name ORDER BY t."offset"`,
    [channel.id],
  )
  return rows.map(({ offset, author_name, people }) => ({
    to: people,
    kind: 'discussion.mention',
    tag: `mention:${channel.id}.${offset}`,
    title: named(channel, author_name),
    body: { en: `${author_name} mentioned you.`, id: `${author_name} menyebut Anda.` },
    url: `/c/${channel.id}?at=${offset}`,
  }))
}

/** Of direct messages and threads the usual is to be told; elsewhere it is a wish. */
async function untoldNews(tx: Tx, channel: ChannelRow): Promise<Notice[]> {
  const rows = await tx.query<{ offset: number; author_name: string; people: string[] }>(
    `WITH last AS (
       SELECT "offset", author_name, author FROM discussion.message
       WHERE channel = $1 AND note IS NULL AND removed_at IS NULL ORDER BY "offset" DESC LIMIT 1
     ), usual AS (SELECT kind = 'direct' OR service IS NOT NULL AS all FROM discussion.channel WHERE id = $1
     ), waiting AS (
       SELECT coalesce(m.user_id, k.user_id) AS user_id FROM
         (SELECT user_id FROM discussion.member, usual WHERE channel = $1 AND usual.all) m
         FULL JOIN (SELECT * FROM discussion.cursor WHERE channel = $1) k USING (user_id), last
       WHERE last.author <> coalesce(m.user_id, k.user_id)
         AND (k.level = 'all' OR (k.level IS NULL AND m.user_id IS NOT NULL))
         AND coalesce(k.read, 0) < last."offset" AND coalesce(k.told, 0) <= coalesce(k.read, 0)
     ), told AS (
       INSERT INTO discussion.cursor AS k (user_id, channel, told) SELECT user_id, $1, last."offset" FROM waiting, last
       ORDER BY user_id ON CONFLICT (user_id, channel) DO UPDATE SET told = excluded.told RETURNING user_id)
     SELECT last."offset", last.author_name, array_agg(told.user_id ORDER BY told.user_id) AS people
     FROM told, last GROUP BY last."offset", last.author_name`,
    [channel.id],
  )
  return rows.map(({ offset, author_name, people }) => ({
    to: people,
    kind: 'discussion.message',
    tag: `message:${channel.id}.${offset}`,
    title: named(channel, author_name),
    body: { en: `${author_name} wrote something new.`, id: `${author_name} menulis pesan baru.` },
    url: `/c/${channel.id}`,
  }))
}

const named = ({ kind, name }: ChannelRow, author: string): Text => {
  const title = kind === 'direct' ? author : name
  return { en: title, id: title }
}
