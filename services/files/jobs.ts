import { z } from 'zod'
import type { JobDefinition, JobGround } from '../../kernel/jobs'
import { clean, servedOf, Unreadable, type Cleaned } from './clean'
import { processQueue } from './commands'
import type { FileMeans } from './means'
import { removeQueue } from './remove'
import { sniff } from './sniff'

const about = z.object({ file: z.string() })

/**
 * Cleans a file that has come in full and puts what is served into the storage. At least once: a second run finds it
 * ready, or does the same again under the same names.
 */
export const processJob = (means: FileMeans): JobDefinition => ({
  queue: processQueue,
  // Decoding takes memory, and the cores are there for people.
  concurrency: 1,
  retryLimit: 10,
  async run({ data }, ground) {
    const { file } = about.parse(data)
    const [row] = await ground.sql.query<{ state: string }>('SELECT state FROM files.file WHERE id = $1', [file])
    if (row?.state === 'pending') await processFile(means, ground, file)
    await means.storage.removeAll(`parts/${file}/`)
  },
})

async function processFile(means: FileMeans, ground: JobGround, file: string): Promise<void> {
  const bytes = await assembled(means, ground, file)
  let cleaned: Cleaned
  try {
    const kind = sniff(bytes)
    if (!kind) throw new Unreadable('it is not what it began as')
    cleaned = await clean(bytes, kind, means.limits.pixels)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    await ground.perform('files.processed', { file, trouble: 'unreadable' }, `failed-${file}`)
    return
  }
  for (const [variant, { bytes: content }] of Object.entries(cleaned.variants)) {
    await means.storage.put(`files/${file}/${variant}`, content)
  }
  const { width, height, blur } = cleaned
  const input = { file, variants: servedOf(cleaned), width, height, blur }
  await ground.perform('files.processed', input, `ready-${file}`)
}

/** @throws when a part is not there: the storage may show it later, so it is tried again. */
async function assembled({ storage }: FileMeans, { sql }: JobGround, file: string): Promise<Uint8Array> {
  const parts = await sql.query<{ name: string; offset: number; bytes: number }>(
    'SELECT name, "offset", bytes FROM files.part WHERE file = $1 ORDER BY "offset"',
    [file],
  )
  const last = parts.at(-1)
  const all = new Uint8Array(last ? last.offset + last.bytes : 0)
  for (const { name, offset, bytes } of parts) {
    const part = await storage.get(name)
    if (part?.size !== bytes) throw new Error(`the part ${name} is not in the storage`)
    all.set(new Uint8Array(await part.arrayBuffer()), offset)
  }
  return all
}

/** Takes the bytes of a file that is gone out of the storage, then what is known of it. */
export const removeJob = (means: FileMeans): JobDefinition => ({
  queue: removeQueue,
  concurrency: 1,
  async run({ data }, ground) {
    const { file } = about.parse(data)
    await means.storage.removeAll(`files/${file}/`)
    await means.storage.removeAll(`parts/${file}/`)
    await ground.perform('files.forget', { file }, `forget-${file}`)
  },
})
