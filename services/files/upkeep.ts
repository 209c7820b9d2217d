/** What keeps files as they should be: what jobs found out about them, and what time does to them. */
import { z } from 'zod'
import { done, withoutEffect, type Tx } from '../../kernel/batch'
import { command, oneByOne, type Duty } from '../../kernel/service'
import { processQueue } from './commands'
import type { FileNews } from './model'
import { removeAll } from './remove'
import { fileId } from './schemas'

const variant = z.object({ type: z.string(), bytes: z.number().int() })
const processedInput = z.object({
  file: fileId,
  trouble: z.string().optional(),
  variants: z.object({ full: variant, thumb: variant.optional() }).optional(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  blur: z.string().optional(),
})

/**
 * A file is ready, or could not be read. Its topic is told, where it hangs on one already, else its owner. Its parts are
 * of no use any more.
 */
export const processed = command<z.infer<typeof processedInput>, object>({
  name: 'files.processed',
  summary: 'Note what became of a file.',
  internal: true,
  input: processedInput,
  output: z.object({}),
  runMany: oneByOne(async (tx, { input }) => {
    const { file, trouble = null, variants = null, width = null, height = null, blur = null } = input
    const [row] = await tx.query<{ owner: string; topic: string | null; type: string; bytes: number }>(
      `UPDATE files.file SET state = $2, trouble = $3, variants = coalesce($4, variants), width = $5, height = $6, blur = $7
       WHERE id = $1 AND state = 'pending' RETURNING owner, topic, type, bytes`,
      [file, trouble ? 'failed' : 'ready', trouble, variants && JSON.stringify(variants), width, height, blur],
    )
    if (!row) return withoutEffect({})
    await tx.query('DELETE FROM files.part WHERE file = $1', [file])
    const full = variants?.full
    const status = trouble ? ('failed' as const) : ('ready' as const)
    const told: FileNews = {
      ...{ id: file, status, type: full?.type ?? row.type, bytes: full?.bytes ?? row.bytes },
      ...(width && height ? { width, height } : {}),
      ...(blur ? { blur } : {}),
      ...(trouble ? { trouble } : {}),
    }
    tx.append({ topic: row.topic ?? `inbox:${row.owner}`, kind: 'file', actor: '', data: { file: told } })
    return done({})
  }),
})

/** Its bytes are out of the storage: nothing is known of it any more. */
export const forget = command<{ file: string }, object>({
  name: 'files.forget',
  summary: 'Forget a file that is gone.',
  internal: true,
  input: z.object({ file: fileId }),
  output: z.object({}),
  runMany: oneByOne(async (tx, { input: { file } }) => {
    await tx.query(`DELETE FROM files.file WHERE id = $1 AND state = 'gone'`, [file])
    return withoutEffect({})
  }),
})

const atOnce = 200
const looseHours = 24
/** By now its job has been tried many times, and may be among the failed ones. */
const stuckMinutes = 30

/**
 * Takes away what nobody used within a day, and gives those another try that were never processed, or never taken out of
 * the storage, because it was away for long.
 */
export const sweep: Duty = {
  name: 'files.sweep',
  everyMs: 60_000,
  async runMany(tx, calls) {
    const loose = await tx.query<{ id: string }>(
      `SELECT id FROM files.file WHERE topic IS NULL AND state <> 'gone' AND at < now() - make_interval(hours => $1)
       ORDER BY id LIMIT ${atOnce} FOR UPDATE SKIP LOCKED`,
      [looseHours],
    )
    await removeAll(
      tx,
      loose.map(({ id }) => id),
    )
    await again(tx)
    return calls.map(() => withoutEffect({ more: loose.length === atOnce }))
  },
}

async function again(tx: Tx): Promise<void> {
  const stuck = await tx.query<{ id: string; state: string }>(
    `UPDATE files.file SET tried_at = now()
     WHERE state IN ('pending', 'gone') AND greatest(at, tried_at) < now() - make_interval(mins => $1) RETURNING id, state`,
    [stuckMinutes],
  )
  await removeAll(
    tx,
    stuck.filter(({ state }) => state === 'gone').map(({ id }) => id),
  )
  for (const { id, state } of stuck) {
    if (state === 'pending') tx.enqueue({ queue: processQueue, data: { file: id }, singletonKey: id })
  }
}
