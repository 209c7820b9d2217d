/**
 * A report's thread: people talk about it there, and hear what happens to it. It begins when somebody wants to talk, or
 * when an emergency rings.
 */
import { z } from 'zod'
import { callOne, done, withoutEffect, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { mustSee } from './access'
import { Desk } from './desk'
import { shortly } from './messages'
import { system } from './notices'
import { recipientsOf, type ReportRow } from './rows'
import { reportOnly } from './schemas'

type Discussed = { channel: string }

/**
 * Opens the thread of a report, at the first call; later ones bring the caller in. Of a public report everybody may read
 * along; a private one's thread is for its people. Errors: `not_found`.
 */
export const discuss = command<{ report: string }, Discussed>({
  name: 'reports.discuss',
  summary: 'Open the thread of a report.',
  input: reportOnly,
  output: z.object({ channel: z.string() }),
  runMany: oneByOne(async (tx, { actor, key, input: { report } }): Promise<Outcome<Discussed>> => {
    const desk = await Desk.open(tx, [report])
    const row = desk.get(report)
    await mustSee(tx, actor, row)
    const members = row.private ? [...(await people(tx, row)), actor.id] : isHidden(row, actor) ? [] : [actor.id]
    const thread = await openThread(tx, row, { members, key })
    if (row.thread === thread.channel) return withoutEffect(thread)
    // Nobody else is at this report's desk in this batch: a thread begins once.
    row.thread = thread.channel
    await tx.query('UPDATE reports.report SET thread = $2 WHERE id = $1', [row.id, row.thread])
    return done(thread)
  }),
})

/** The report's channel, with these people in it; made if there is none. */
export async function openThread(
  tx: Tx,
  row: ReportRow,
  { members, key }: { members: readonly string[]; key: string },
): Promise<Discussed> {
  const { id, private: isPrivate } = row
  const input = { service: 'reports', id, title: titleOf(row), open: !isPrivate, members: [...new Set(members)] }
  return callOne<Discussed>(tx, 'discussion.thread', { actor: system, key: `${key}:thread`, input })
}

/** In a thread that everybody reads, nobody learns by its members who reported. */
const isHidden = (row: ReportRow, { id }: { id: string }): boolean => row.hide_name && row.reporter === id

const titleOf = ({ number, title }: ReportRow): string => shortly(`#${number} ${title}`, 80)

/** Of a private report. Who hides their name is not brought in by others. */
async function people(tx: Tx, row: ReportRow): Promise<string[]> {
  const all = (await recipientsOf(tx, [row.id])).map(({ user_id }) => user_id)
  const hidden = row.hide_name ? row.reporter : undefined
  return [...all.filter((user) => user !== hidden), ...(row.technician ? [row.technician] : [])]
}
