/**
 * Channels of classes: who is in the class when the channel is made is in it, and so is who comes later; who goes, goes.
 * People leaves a job behind whenever a class changes.
 */
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { JobDefinition } from '../../kernel/jobs'
import { command, oneByOne } from '../../kernel/service'
import { Refusal } from '../../protocol/errors'
import { addMembers, removeMembers } from './members'
import type { Author } from './model'
import { classAsked, empty } from './schemas'

export interface Roster {
  students: Author[]
  teachers: Author[]
}

/** Who is in a class now, or why that can't be told. */
export async function rosterOf(tx: Tx, { actor, key }: Call<unknown>, id: string): Promise<Roster | Refusal> {
  const [found] = await tx.call<object, Roster>('people.class_roster', [
    { actor, key: `${key}:roster`, input: { class: id } },
  ])
  return found instanceof Refusal ? found : found!.output()
}

export const idsOf = ({ teachers, students }: Roster): string[] => [...teachers, ...students].map(({ id }) => id)

/** Remembers whom the class brought in. */
export async function brought(tx: Tx, channel: string, users: readonly string[]): Promise<void> {
  await tx.query(
    `INSERT INTO discussion.class_member (channel, user_id) SELECT $1, u FROM unnest($2::text[]) AS u ORDER BY u
     ON CONFLICT DO NOTHING`,
    [channel, users],
  )
}

export const classJob: JobDefinition = {
  queue: 'discussion-class',
  async run({ id, data, attempt }, ground) {
    const { class: changed } = data as { class: string }
    await ground.perform('discussion.follow_class', { class: changed }, `${id}:${attempt}`)
  },
}

/** Brings who came to a class into its channels, and takes out who went. Owners of a channel stay. */
export const followClass = command<{ class: string }, object>({
  name: 'discussion.follow_class',
  summary: 'Let the channels of a class follow who is in it.',
  internal: true,
  input: classAsked,
  output: empty,
  runMany: oneByOne(async (tx, call): Promise<Outcome<object>> => {
    // Two that follow at once take turns, and each looks at the class after its turn has come.
    const channels = await tx.query<{ id: string; name: string }>(
      'SELECT id, name FROM discussion.channel WHERE class = $1 ORDER BY id FOR NO KEY UPDATE',
      [call.input.class],
    )
    if (channels.length === 0) return withoutEffect({})
    const roster = await rosterOf(tx, call, call.input.class)
    if (roster instanceof Refusal) return roster
    let changes = 0
    for (const channel of channels) changes += await follow(tx, call.actor.id, channel, idsOf(roster))
    return changes > 0 ? done({}) : withoutEffect({})
  }),
})

/** @returns how many came or went. */
async function follow(
  tx: Tx,
  by: string,
  { id: channel, name }: { id: string; name: string },
  roster: readonly string[],
): Promise<number> {
  const known = await tx.query<{ user_id: string; owns: boolean }>(
    `SELECT k.user_id, coalesce(m.role = 'owner', false) AS owns FROM discussion.class_member k
     LEFT JOIN discussion.member m USING (channel, user_id) WHERE k.channel = $1`,
    [channel],
  )
  const here = new Set(known.map(({ user_id }) => user_id))
  const wanted = new Set(roster)
  const come = roster.filter((user) => !here.has(user))
  const gone = known.filter(({ user_id }) => !wanted.has(user_id))
  await tx.query('DELETE FROM discussion.class_member WHERE channel = $1 AND user_id = ANY ($2::text[])', [
    channel,
    gone.map(({ user_id }) => user_id),
  ])
  const leave = gone.filter(({ owns }) => !owns).map(({ user_id }) => user_id)
  const removed = await removeMembers(tx, by, channel, leave)
  const added = await addMembers(tx, by, { channel, name, users: come })
  await brought(tx, channel, come)
  return removed + added
}
