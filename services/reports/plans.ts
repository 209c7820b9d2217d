/**
 * Plans: a picture of a floor, on which who reports sets a pin and who comes finds it. A pin keeps the picture that it was
 * set on, so a newer one moves nothing.
 */
import { z } from 'zod'
import { done, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import { id } from '../../protocol/ids'
import type { Pin } from './model'
import { may } from './policy'
import { fileId, type PlaceInput } from './schemas'
import { noSuchPlace } from './texts'

/** On what all plans hang: everybody who is signed in may see them. */
export const plansTopic = 'reports:plans'

const planInput = z.object({
  place: id.max(40),
  /** A picture that was uploaded. Without it, the place has no plan any more. */
  file: fileId.nullable(),
  /** How wide in life what the picture shows is. */
  metres: z.number().min(1).max(5000).default(50),
})

/** Gives a place its plan, or takes it away. Errors: `not_found` (place, file), `conflict` (the file is used elsewhere). */
export const savePlan = command<z.infer<typeof planInput>, object>({
  name: 'reports.place_plan',
  summary: 'Give a place a plan: a picture on which pins are set.',
  roles: may.manage,
  input: planInput,
  output: z.object({}),
  runMany: oneByOne(async (tx, { actor, key, input: { place, file, metres } }) => {
    const [row] = await tx.query('SELECT 1 FROM reports.place WHERE id = $1 AND NOT archived FOR UPDATE', [place])
    if (!row) return refuse.notFound(noSuchPlace)
    if (file) {
      const input = { files: [file], topic: plansTopic, only: 'image' }
      const [attached] = await tx.call('files.attach', [{ actor, key: `${key}:attach`, input }])
      if (attached instanceof Refusal) return attached
      await keep(tx, place, file, metres)
    }
    await tx.query('UPDATE reports.place SET plan = $2 WHERE id = $1', [place, file])
    return done({})
  }),
})

const keep = (tx: Tx, place: string, file: string, metres: number): Promise<unknown> =>
  tx.query(
    `INSERT INTO reports.plan (file, place, metres) VALUES ($1, $2, $3)
     ON CONFLICT (file) DO UPDATE SET place = $2, metres = $3`,
    [file, place, metres],
  )

/** The pins of these inputs, in their order; one on what is no plan of ours is left out, and the words remain. */
export async function pinsFor(sql: Sql, inputs: readonly PlaceInput[]): Promise<(Pin | null)[]> {
  const pins = inputs.map((input) => (typeof input === 'string' ? undefined : input.pin))
  const wanted = [...new Set(pins.flatMap((pin) => pin?.plan ?? []))]
  if (wanted.length === 0) return pins.map(() => null)
  const rows = await sql.query<{ file: string; metres: number }>(
    'SELECT file, metres FROM reports.plan WHERE file = ANY ($1::text[])',
    [wanted],
  )
  const metres = new Map(rows.map((row) => [row.file, row.metres]))
  return pins.map((pin) => {
    const wide = pin && metres.get(pin.plan)
    return wide === undefined ? null : { ...pin!, metres: wide }
  })
}
