/**
 * Threads: the channel of something in another service, a report, a session or a drop. Its service opens it, says who is
 * in it, and tells what happens; people talk there as anywhere.
 */
import type { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { channelOnly, empty, noteInput, threadInput, threadMembersInput } from './schemas'
import { addMembers, removeMembers } from './members'
import { topicOf } from './model'
import { noSuchChannel } from './texts'

type Thread = z.infer<typeof threadInput>
type NoteInput = z.infer<typeof noteInput>
type Change = z.infer<typeof threadMembersInput>

/**
 * The thread of something, made at the first call. Promised: one channel for `service` and `id`, whoever asks at the same
 * time; more calls add members, and give it the title of the last.
 */
export const thread = command<Thread, { channel: string }>({
  name: 'discussion.thread',
  summary: 'The thread of something in another service.',
  internal: true,
  keyOptional: true,
  input: threadInput,
  output: channelOnly,
  runMany: oneByOne(async (tx, { actor, input }) => {
    const { service, id, title, open, members } = input
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO discussion.channel AS c (id, name, kind, created_by, service, subject, tells)
       VALUES ($1, $2, $3, $4, $5, $6, true)
       ON CONFLICT (service, subject) DO UPDATE SET name = excluded.name, kind = excluded.kind RETURNING id`,
      [Bun.randomUUIDv7(), title, open ? 'public' : 'private', actor.id, service, id],
    )
    const channel = row!.id
    await addMembers(tx, actor.id, { channel, name: title, users: members })
    return done({ channel })
  }),
})

/** Tells what happened, in the thread it concerns. Errors: `not_found` (there is no such thread). */
export const note = command<NoteInput, object>({
  name: 'discussion.note',
  summary: 'Tell in its thread what happened to something.',
  internal: true,
  keyOptional: true,
  input: noteInput,
  output: empty,
  runMany: oneByOne(async (tx, call) => {
    const channel = await threadOf(tx, call.input)
    if (!channel) return refuse.notFound(noSuchChannel)
    append(tx, channel, call)
    return done({})
  }),
})

/** Brings people into a thread, or takes them out. Errors: `not_found` (there is no such thread). */
export const threadMembers = command<Change, object>({
  name: 'discussion.thread_members',
  summary: 'Bring people into a thread, or take them out.',
  internal: true,
  keyOptional: true,
  input: threadMembersInput,
  output: empty,
  runMany: oneByOne(async (tx, { actor, input }): Promise<Outcome<object>> => {
    const channel = await threadOf(tx, input)
    if (!channel) return refuse.notFound(noSuchChannel)
    const removed = await removeMembers(tx, actor.id, channel, input.remove ?? [])
    const added = await addMembers(tx, actor.id, { channel, name: '', users: input.add ?? [] })
    return added + removed > 0 ? done({}) : withoutEffect({})
  }),
})

async function threadOf(tx: Tx, { service, id }: { service: string; id: string }): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    'SELECT id FROM discussion.channel WHERE service = $1 AND subject = $2',
    [service, id],
  )
  return row?.id
}

function append(tx: Tx, channel: string, { actor, key, input }: Call<NoteInput>): void {
  const { kind, text, fields } = input
  const said = { kind, text, ...(fields ? { fields } : {}) }
  const author = { id: actor.id, name: actor.name }
  const ticket = tx.append({
    topic: topicOf(channel),
    kind: 'noted',
    actor: actor.id,
    data: { author, note: said, key },
  })
  tx.ordered(() => ({
    text: `INSERT INTO discussion.message (channel, "offset", author, author_name, text, at, key, note)
     VALUES ($1, $2, $3, $4, '', $5, $6, $7)`,
    params: [channel, ticket.offset, author.id, author.name, ticket.at, key, JSON.stringify(said)],
  }))
}
