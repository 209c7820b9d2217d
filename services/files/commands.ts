import { z } from 'zod'
import { done, withoutEffect, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse, type Refusal } from '../../protocol/errors'
import { partBytes, type FileLimits } from './means'
import type { State } from './model'
import * as schemas from './schemas'
import * as texts from './texts'

export const processQueue = 'files-process'
export const removeQueue = 'files-remove'

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

interface Row {
  id: string
  owner: string
  state: State
  bytes: number
  received: number
  topic: string | null
}

/** Sorted, and looked at in a new statement (law 1). */
async function lock(tx: Tx, files: readonly string[]): Promise<Row[]> {
  await tx.query('SELECT 1 FROM files.file WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [files])
  return tx.query<Row>('SELECT id, owner, state, bytes, received, topic FROM files.file WHERE id = ANY ($1::uuid[])', [
    files,
  ])
}

type AttachInput = z.infer<typeof schemas.attachInput>

/**
 * Hangs files on a topic: from now on whoever may read it may read them. In the transaction of the command that uses
 * them. Errors: `not_found` (not there, or somebody else's), `conflict` (used elsewhere, or not all of it has come).
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
    if (row.topic !== null && row.topic !== input.topic) return refuse.conflict(texts.usedElsewhere)
  }
  return undefined
}

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
  await tx.query(`UPDATE files.file SET state = 'gone' WHERE id = ANY ($1::uuid[])`, [files])
  for (const file of files) tx.enqueue({ queue: removeQueue, data: { file }, singletonKey: file })
}
