/** The verbs: the only way to change state. */
import type { z } from 'zod'
import { callOne, done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Notice } from '../../services/inbox/model'
import { topic, type Item } from './model'
import { insert, locked, toItem, update, type Row } from './rows'
import * as shapes from './schemas'
import * as texts from './texts'

type Post = z.infer<typeof shapes.postInput>
type Claim = z.infer<typeof shapes.claimInput>
interface Changed {
  item: Item
}

/** Posts a found thing. Promised: with its photo, or not at all. Errors: those of `files.attach` (somebody else's photo). */
export const post = command<Post, Changed>({
  name: 'found.post',
  summary: 'Post a thing that you found.',
  input: shapes.postInput,
  output: shapes.changed,
  runMany: oneByOne(async (tx, { actor, key, input: { what, place, photo = null } }) => {
    // From now on whoever may read the topic may see the photo.
    if (photo) await callOne(tx, 'files.attach', { actor, key: `${key}:photo`, input: { files: [photo], topic } })
    return tell(
      tx,
      'posted',
      await insert(tx, { what, place, photo, finder: actor.id, finder_name: actor.name }),
      actor,
    )
  }),
})

/** Says that it is theirs. Promised: of all who try at once, one is heard. Errors: `not_found`, `conflict`. */
export const claim = command<Claim, Changed>({
  name: 'found.claim',
  summary: 'Say that a found thing is yours, and how the finder can tell.',
  input: shapes.claimInput,
  output: shapes.changed,
  runMany: oneByOne(async (tx, call) => {
    const { actor, input } = call
    const row = await locked(tx, input.item)
    if (!row) return refuse.notFound(texts.noSuchItem)
    if (row.finder === actor.id) return refuse.conflict(texts.ownItem)
    if (row.state !== 'open') return refuse.conflict(texts.alreadyClaimed)
    const thread = await talk(tx, row, call)
    const after: Row = { ...row, state: 'claimed', claimer: actor.id, claimer_name: actor.name, thread }
    return change(tx, call, 'claimed', { row: after, told: row.finder })
  }),
})

/** The finder agrees: it was given back. Errors: `not_found`, `forbidden` (somebody else's find), `conflict`. */
export const confirm = answer('confirm', 'Say that a thing you found was given back.', 'returned')

/** The finder disagrees, and others may claim it. Errors: as `confirm`. */
export const decline = answer('decline', 'Say that a thing you found is not theirs who claimed it.', 'declined')

function answer(verb: string, summary: string, kind: 'returned' | 'declined') {
  return command<{ item: string }, Changed>({
    ...{ name: `found.${verb}`, summary, input: shapes.itemOnly, output: shapes.changed },
    runMany: oneByOne(async (tx, call) => {
      const row = await locked(tx, call.input.item)
      if (!row) return refuse.notFound(texts.noSuchItem)
      if (row.finder !== call.actor.id) return refuse.forbidden(texts.notYours)
      if (row.state !== 'claimed') return refuse.conflict(texts.notClaimed)
      const after: Partial<Row> =
        kind === 'returned' ? { state: 'returned' } : { state: 'open', claimer: null, claimer_name: null }
      return change(tx, call, kind, { row: { ...row, ...after }, told: row.claimer! })
    }),
  })
}

/** The two meet in a thread; what shows that it is theirs is said there, to nobody else. @returns its channel. */
async function talk(tx: Tx, { id, what, finder }: Row, { actor, key, input }: Call<Claim>): Promise<string> {
  const about = { service: 'found', id }
  const wanted = { ...about, title: what, open: false, members: [finder, actor.id] }
  const { channel } = await callOne<{ channel: string }>(tx, 'discussion.thread', {
    actor,
    key: `${key}:talk`,
    input: wanted,
  })
  const note = { ...about, kind: 'found.claimed', text: texts.proof(actor.name, input.proof) }
  await callOne(tx, 'discussion.note', { actor, key: `${key}:note`, input: note })
  return channel
}

type Kind = 'claimed' | 'declined' | 'returned'

async function change(
  tx: Tx,
  { actor, key }: Call<unknown>,
  kind: Kind,
  { row, told }: { row: Row; told: string },
): Promise<Outcome<Changed>> {
  const after = { ...row, version: row.version + 1 }
  const same = (text: string): { en: string; id: string } => ({ en: text, id: text })
  const notice: Notice = {
    ...{ to: [told], kind: `found.${kind}`, url: '/found' },
    // One change is told once, however often it is sent.
    tag: `found-${row.id}-${after.version}`,
    ...{ title: texts.told[kind](actor.name), body: same(row.what) },
  }
  await callOne(tx, 'inbox.notify', { actor, key: `${key}:tell`, input: notice })
  await update(tx, after)
  return tell(tx, kind, after, actor)
}

/** The event that everybody folds, and the answer. */
function tell(tx: Tx, kind: 'posted' | Kind, row: Row, actor: { id: string }): Outcome<Changed> {
  const item = toItem(row)
  tx.append({ topic, kind, actor: actor.id, data: { item } })
  return done({ item })
}
