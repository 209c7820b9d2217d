/** Telling people: their inbox, and the report's thread where there is one, in the transaction of what happened. */
import type { Tx } from '../../kernel/batch'
import { Refusal } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { messages, shortly, type Message } from './messages'
import { recipientsOf, type Recipient, type ReportRow } from './rows'

export interface Notice {
  row: ReportRow
  message: Message
  /** Who is told; without it: the reporter and all followers, with those of its duplicates. */
  to?: readonly string[]
  by: string
  tag: string
  note?: string | undefined
}

/** Each person hears of a change once, by the report that they know. */
export async function sendNotices(tx: Tx, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return
  const toAll = notices.filter(({ to }) => !to).map(({ row }) => row.id)
  const recipients = toAll.length > 0 ? await recipientsOf(tx, [...new Set(toAll)]) : []
  const calls = notices.flatMap((notice) =>
    inputsOf(notice, recipients).map((input, nth) => ({ actor: system, key: `${notice.tag}:${nth}`, input })),
  )
  await mustCall(tx, 'inbox.notify', calls)
  await noteInThreads(tx, notices)
}

/** One for each report by which people know of it, since that is where they are led to. */
function inputsOf({ row, message, to, by, tag, note }: Notice, recipients: readonly Recipient[]): object[] {
  const told = to?.map((user_id) => ({ user_id, via: row.id })) ?? recipients.filter(({ report }) => report === row.id)
  const seen = new Set([by])
  const groups = new Map<string, string[]>()
  for (const { user_id, via } of told.toSorted((a, b) => Number(a.via !== row.id) - Number(b.via !== row.id))) {
    if (seen.has(user_id)) continue
    seen.add(user_id)
    groups.set(via, [...(groups.get(via) ?? []), user_id])
  }
  // Who reported has often no more than a browser that is closed; technicians have the board.
  const mail = to === undefined
  return [...groups].map(([via, users]) => ({
    to: users,
    tag,
    mail,
    ...messages[message](row, `/reports/${via}`, note),
  }))
}

/** What is said in the thread when something happens, where there is one. */
async function noteInThreads(tx: Tx, notices: readonly Notice[]): Promise<void> {
  const calls = notices
    .filter(({ row, message }) => row.thread && message !== 'assigned')
    .map(({ row, message, note, tag }) => {
      const { kind, title } = messages[message](row, '', note)
      const text = note ? { en: `${title.en}\n${shortly(note, 300)}`, id: `${title.id}\n${shortly(note, 300)}` } : title
      return {
        actor: system,
        key: `${tag}:note`,
        input: { service: 'reports', id: row.id, kind, text, fields: { report: row.id } },
      }
    })
  await mustCall(tx, 'discussion.note', calls)
}

/** Whose doing it is when nobody in particular did it. */
export const system: Actor = { id: '', name: '', role: 'admin' }

/** Another service's command, many at once, which must not refuse. */
async function mustCall(
  tx: Tx,
  command: string,
  calls: readonly { actor: Actor; key: string; input: object }[],
): Promise<void> {
  if (calls.length === 0) return
  const outcomes = await tx.call<object, unknown>(command, calls)
  for (const outcome of outcomes) if (outcome instanceof Refusal) throw outcome
}
