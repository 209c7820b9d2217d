import { z } from 'zod'
import { done, withoutEffect, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { lock, type Row } from './rows'
import * as schemas from './schemas'

export const removeQueue = 'files-remove'

type RemoveInput = z.infer<typeof schemas.removeInput>

/**
 * Takes files away for good, as soon as the caller's transaction commits: their addresses stop working, the bytes follow.
 * With `topic`: those that hang there (the caller has judged that the actor may). Without: the actor's own loose ones.
 */
export const remove = command<RemoveInput, object>({
  name: 'files.remove',
  summary: 'Take files away for good.',
  internal: true,
  keyOptional: true,
  input: schemas.removeInput,
  output: z.object({}),
  runMany: oneByOne(async (tx, { actor, input: { files, topic = null } }) => {
    await removeWhere(tx, await lock(tx, files), (row) =>
      topic ? row.topic === topic : row.topic === null && row.owner === actor.id,
    )
    return done({})
  }),
})

/** Gives up an upload, or a file that hangs on nothing yet. */
export const discard = command<{ file: string }, object>({
  name: 'files.discard',
  summary: 'Give up an upload that is not used yet.',
  keyOptional: true,
  input: z.object({ file: schemas.fileId }),
  output: z.object({}),
  runMany: oneByOne(async (tx, { actor, input: { file } }) => {
    await removeWhere(tx, await lock(tx, [file]), (row) => row.topic === null && row.owner === actor.id)
    return withoutEffect({})
  }),
})

async function removeWhere(tx: Tx, rows: readonly Row[], mayGo: (row: Row) => boolean): Promise<void> {
  await removeAll(
    tx,
    rows.filter((row) => row.state !== 'gone' && mayGo(row)).map(({ id }) => id),
  )
}

export async function removeAll(tx: Tx, files: readonly string[]): Promise<void> {
  if (files.length === 0) return
  await tx.query(`UPDATE files.file SET state = 'gone', tried_at = now() WHERE id = ANY ($1::uuid[])`, [files])
  for (const file of files) tx.enqueue({ queue: removeQueue, data: { file }, singletonKey: file })
}
