import type { z } from 'zod'
import { done, withoutEffect, type Outcome } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { partBytes, type FileLimits } from './means'
import { lock } from './rows'
import * as schemas from './schemas'
import * as texts from './texts'

export const processQueue = 'files-process'

type CreateInput = z.infer<typeof schemas.createInput>

/**
 * Announces an upload. Its bytes are sent to `/files/<id>` in pieces. Errors: `invalid` (too large), `limited` (too much
 * that hangs on nothing yet).
 */
export const create = (limits: FileLimits) =>
  command<CreateInput, z.infer<typeof schemas.createOutput>>({
    name: 'files.create',
    summary: 'Announce an upload; its bytes are sent to /files/{id} in pieces.',
    input: schemas.createInput,
    output: schemas.createOutput,
    runMany: oneByOne(async (tx, { actor, input: { name, bytes } }) => {
      if (bytes > limits.fileBytes) return refuse.invalid(texts.tooLarge(limits.fileBytes))
      const [loose] = await tx.query<{ files: number; bytes: number }>(
        `SELECT count(*)::int AS files, coalesce(sum(bytes), 0)::int AS bytes FROM files.file
         WHERE owner = $1 AND topic IS NULL AND state <> 'gone'`,
        [actor.id],
      )
      if (loose!.files >= limits.looseFiles || loose!.bytes + bytes > limits.looseBytes) return texts.tooMuchLoose()
      const id = Bun.randomUUIDv7()
      await tx.query(`INSERT INTO files.file (id, owner, name, bytes, state) VALUES ($1, $2, $3, $4, 'uploading')`, [
        ...[id, actor.id, name, bytes],
      ])
      return done({ id, partBytes })
    }),
  })

type ReceiveInput = z.infer<typeof schemas.receiveInput>
type ReceiveOutput = z.infer<typeof schemas.receiveOutput>

/**
 * Notes a piece that is in the storage. The piece goes to where the upload has got, else it is refused with `conflict`
 * and the sender asks where that is. With the last one the file is to be processed. Not kept under a key: the offset says
 * it all.
 */
export const receive = command<ReceiveInput, ReceiveOutput>({
  name: 'files.receive',
  summary: 'Note a piece of an upload.',
  internal: true,
  keyOptional: true,
  input: schemas.receiveInput,
  output: schemas.receiveOutput,
  runMany: oneByOne(async (tx, { input }): Promise<Outcome<ReceiveOutput>> => {
    const { file, owner, offset, bytes, part, type = null } = input
    const [row] = await lock(tx, [file])
    if (!row || row.owner !== owner || row.state === 'gone') return refuse.notFound(texts.noSuchFile)
    if (row.received !== offset || row.state !== 'uploading') return refuse.conflict(texts.otherOffset(row.received))
    const received = offset + bytes
    if (received > row.bytes) return refuse.invalid(texts.moreThanAnnounced)
    const complete = received === row.bytes
    await tx.query(`INSERT INTO files.part (file, "offset", bytes, name) VALUES ($1, $2, $3, $4)`, [
      file,
      offset,
      bytes,
      part,
    ])
    await tx.query('UPDATE files.file SET received = $2, state = $3, type = coalesce(type, $4) WHERE id = $1', [
      ...[file, received, complete ? 'pending' : 'uploading', type],
    ])
    if (complete) tx.enqueue({ queue: processQueue, data: { file }, singletonKey: file })
    return withoutEffect({ offset: received, complete })
  }),
})
