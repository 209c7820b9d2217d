/**
 * What a drop tells the world beside its own topic: a person about their claim, through their inbox, and its thread in
 * Discussion, but only when it opens, pauses, goes on, sells out and closes (law 9: a storm stays in its lane).
 */
import { callOne, type Call, type Tx } from '../../kernel/batch'
import type { Text } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { isTimed } from './model/claim'
import type { ClaimRow, DropRow } from './rows'
import * as texts from './texts'

/** As many as one notice may go to. */
const mostPeople = 5000

const drops: Actor = { id: '', name: 'drops', role: 'admin' }

export type Moment = 'opened' | 'paused' | 'resumed' | 'sold_out' | 'closed'

/** Part of a transaction that has one effect: a key of its own is enough. */
const call = <I>(input: I): Call<I> => ({ actor: drops, key: crypto.randomUUID(), input })

/** The thread in which a drop is talked about; everyone signed in may read it. @returns its channel. */
export async function openThread(tx: Tx, { id, title }: Pick<DropRow, 'id' | 'title'>): Promise<string> {
  const input = { service: 'drops', id, title, open: true, members: [] }
  return (await callOne<{ channel: string }>(tx, 'discussion.thread', call(input))).channel
}

/** Adds lines to the threads of these drops. */
export async function tellThreads(tx: Tx, told: readonly { drop: DropRow; moment: Moment }[]): Promise<void> {
  const real = told.filter(({ drop }) => drop.rehearsal_of === null)
  if (real.length === 0) return
  const calls = real.map(({ drop: { id }, moment }) =>
    call({ service: 'drops', id, kind: moment, text: texts.moments[moment], fields: {} }),
  )
  await tx.call('discussion.note', calls)
}

interface Action {
  action: string
  title: Text
  url: string
  does?: { command: string; input: { claim: string }; said: Text }
}

interface Notice {
  to: string[]
  kind: string
  tag: string
  title: Text
  body: Text
  url: string
  urgent: boolean
  actions: Action[]
}

/** Tells people of what became of their claims without them. Those who hear the same are told together. */
export async function tellOwners(tx: Tx, told: readonly { drop: DropRow; claim: ClaimRow }[]): Promise<void> {
  const notices = new Map<string, Notice>()
  for (const { drop, claim } of told) {
    if (drop.rehearsal_of !== null) continue
    const begun = noticeOf(drop, claim)
    const notice = notices.get(begun.tag) ?? begun
    notices.set(begun.tag, notice)
    notice.to.push(claim.user_id)
  }
  const calls = [...notices.values()].flatMap((notice) => chunks(notice.to).map((to) => call({ ...notice, to })))
  if (calls.length > 0) await tx.call('inbox.notify', calls)
}

/** One tag for what one event did to many: the drop's, the state's and the time's. */
function noticeOf(drop: DropRow, claim: ClaimRow): Notice {
  const url = `/drops/${drop.id}`
  const kind = claim.state === 'held' || claim.state === 'sold' ? 'drawn' : claim.state
  const words = texts.told[kind as keyof typeof texts.told](drop.title, drop.hold_seconds)
  // A draw serves all in one; offers and ends are a claim's own.
  const tag = kind === 'drawn' ? `drops:${drop.id}:drawn` : `drops:${claim.id}:${kind}`
  const actions = isTimed(claim.state) ? actionsOn(claim, url) : []
  return { to: [], kind: `drops.${kind}`, tag, ...words, url, urgent: isTimed(claim.state), actions }
}

/** An offer can be declined from the notice itself; where that can't be done the page asks. */
function actionsOn({ id, state }: ClaimRow, url: string): Action[] {
  const open = { action: 'open', title: texts.look, url }
  if (state !== 'offered') return [open]
  const does = { command: 'drops.decline', input: { claim: id }, said: texts.declined }
  return [open, { action: 'decline', title: texts.decline, url: `${url}?decline=${id}`, does }]
}

function chunks(people: readonly string[]): string[][] {
  const parts = Math.ceil(people.length / mostPeople)
  return Array.from({ length: parts }, (_, nth) => people.slice(nth * mostPeople, (nth + 1) * mostPeople))
}
