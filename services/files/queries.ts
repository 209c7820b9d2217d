import { z } from 'zod'
import { query, type Ground } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { signed } from './addresses'
import type { FileMeans } from './means'
import type { FileLink, Served, State, Variant } from './model'
import { fileId, links, linksInput } from './schemas'
import { noSuchFile } from './texts'

interface Row {
  id: string
  owner: string
  name: string
  type: string | null
  bytes: number
  state: State
  topic: string | null
  width: number | null
  height: number | null
  blur: string | null
  trouble: string | null
  variants: Served
}

/** Reads in one statement; what follows asks others whether the topics may be read. */
export const fileLinks = ({ secret }: Pick<FileMeans, 'secret'>) =>
  query({
    name: 'files.links',
    summary: 'Addresses of files that you may read, good for some hours. Others are left out.',
    input: linksInput,
    output: links,
    oneStatement: true,
    async run(sql, actor, { files }, ground) {
      const rows = await sql.query<Row>(
        `SELECT id, owner, name, type, bytes, state, topic, width, height, blur, trouble, variants FROM files.file
         WHERE id = ANY ($1::uuid[]) AND state <> 'gone'`,
        [files],
      )
      const mayRead = await readable(rows, actor, ground)
      const found = new Map(rows.filter(mayRead).map((row) => [row.id, row]))
      return {
        links: [...new Set(files)].flatMap((id) => {
          const row = found.get(id)
          return row ? [toLink(row, (variant) => signed(secret, { file: id, variant }, ground.now()))] : []
        }),
      }
    },
  })

/** Loose files are their owner's; others are read by whoever may read what they hang on, the owner like all. */
async function readable(rows: readonly Row[], actor: Actor, ground: Ground): Promise<(row: Row) => boolean> {
  const topics = [...new Set(rows.flatMap(({ topic }) => topic ?? []))]
  const open = new Set<string>()
  for (const topic of topics) {
    try {
      await ground.authorize(actor, topic)
      open.add(topic)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unavailable') throw error
    }
  }
  return ({ topic, owner }) => (topic === null ? owner === actor.id : open.has(topic))
}

function toLink(row: Row, addressOf: (variant: Variant) => string): FileLink {
  const { id, name, width, height, blur, trouble, variants, state } = row
  const { full, thumb } = variants
  return {
    ...{ id, name, type: full?.type ?? row.type ?? 'application/octet-stream', bytes: full?.bytes ?? row.bytes },
    ...(width && height ? { width, height } : {}),
    ...(blur ? { blur } : {}),
    ...(trouble ? { trouble } : {}),
    status: state === 'ready' || state === 'failed' ? state : 'pending',
    ...(full ? { url: addressOf('full') } : {}),
    ...(thumb ? { thumb: addressOf('thumb') } : {}),
  }
}

/** Where an upload has got, for its owner. */
export const upload = query({
  name: 'files.upload',
  summary: 'Where an upload has got.',
  input: z.object({ file: fileId }),
  output: z.object({ id: fileId, offset: z.number().int(), bytes: z.number().int(), complete: z.boolean() }),
  oneStatement: true,
  async run(sql, actor, { file }) {
    const [row] = await sql.query<{ received: number; bytes: number; state: State }>(
      `SELECT received, bytes, state FROM files.file WHERE id = $1 AND owner = $2 AND state <> 'gone'`,
      [file, actor.id],
    )
    if (!row) throw refuse.notFound(noSuchFile)
    return { id: file, offset: row.received, bytes: row.bytes, complete: row.state !== 'uploading' }
  },
})

/** What a door must know to serve a variant; whoever asks has shown a signed address. */
export const served = query({
  name: 'files.served',
  summary: 'What is served of a file.',
  internal: true,
  input: z.object({ file: fileId, variant: z.enum(['full', 'thumb']) }),
  output: z.object({ name: z.string(), type: z.string(), bytes: z.number().int() }),
  oneStatement: true,
  async run(sql, _actor, { file, variant }) {
    const [row] = await sql.query<{ name: string; variants: Served }>(
      `SELECT name, variants FROM files.file WHERE id = $1 AND state = 'ready'`,
      [file],
    )
    const found = row?.variants[variant]
    if (!row || !found) throw refuse.notFound(noSuchFile)
    return { name: row.name, ...found }
  },
})
