import { z } from 'zod'
import { done, type Call } from '../../kernel/batch'
import { command } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import { lock, type Row } from './rows'
import * as schemas from './schemas'
import * as texts from './texts'

type AttachInput = z.infer<typeof schemas.attachInput>

/**
 * Hangs files on a topic: from now on whoever may read it may read them. In the transaction of the command that uses
 * them. Errors: `not_found` (not there, or somebody else's), `conflict` (used elsewhere, or not all of it has come), `invalid` (of
 * another kind than is asked for).
 */
export const attach = command<AttachInput, object>({
  name: 'files.attach',
  summary: 'Hang files on a topic.',
  internal: true,
  keyOptional: true,
  input: schemas.attachInput,
  output: z.object({}),
  async runMany(tx, calls) {
    const rows = await lock(
      tx,
      calls.flatMap(({ input }) => input.files),
    )
    const found = new Map(rows.map((row) => [row.id, row]))
    const given: { file: string; topic: string }[] = []
    const outcomes = calls.map((call) => {
      const refusal = judge(call, found)
      if (refusal) return refusal
      for (const file of call.input.files) {
        found.get(file)!.topic = call.input.topic
        given.push({ file, topic: call.input.topic })
      }
      return done({})
    })
    if (given.length > 0) {
      await tx.query(
        `UPDATE files.file f SET topic = g.topic FROM unnest($1::uuid[], $2::text[]) AS g(id, topic) WHERE f.id = g.id`,
        [given.map(({ file }) => file), given.map(({ topic }) => topic)],
      )
    }
    return outcomes
  },
})

function judge({ actor, input }: Call<AttachInput>, found: ReadonlyMap<string, Row>): Refusal | undefined {
  for (const id of input.files) {
    const row = found.get(id)
    if (!row || row.owner !== actor.id || row.state === 'gone') return refuse.notFound(texts.noSuchFile)
    if (row.state === 'uploading') return refuse.conflict(texts.notWhole)
    if (row.state === 'failed') return refuse.conflict(texts.unreadable)
    if (input.only && !row.type?.startsWith(`${input.only}/`)) return refuse.invalid(texts.notAnImage)
    if (row.topic !== null && row.topic !== input.topic) return refuse.conflict(texts.usedElsewhere)
  }
  return undefined
}
