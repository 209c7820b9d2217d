/**
 * The web's way to files: uploads in pieces that can go on after a break, on any node; uploads in one go for scripts; and
 * signed downloads.
 *
 *   POST  /files             {"name","bytes"} → {"id","partBytes"}; or multipart/form-data with a file → {"id"}
 *   GET   /files/<id>        → where the upload has got
 *   PATCH /files/<id>        the next piece; the header Upload-Offset says where it belongs
 *   GET   /files/<id>/full   the file, under a signed address; `thumb` for a small image
 */
import type { FileMeans } from './means'
import type { WebRoute, WebVisit } from '../../protocol/web'
import { refuse } from '../../protocol/errors'
import { download } from './routes/download'
import { receivePart, storePart } from './routes/parts'
import { readForm, readJson } from './routes/body'
import { fileId } from './schemas'
import { noSuchFile } from './texts'

export const fileRoutes = (means: FileMeans): WebRoute[] => [
  { method: 'POST', path: '/files', run: async (request, visit) => begin(means, request, visit) },
  {
    method: 'GET',
    path: '/files/:id',
    run: async (_request, visit) => json(await visit.execute('files.upload', { file: fileOf(visit) })),
  },
  {
    method: 'PATCH',
    path: '/files/:id',
    run: async (request, visit) => json(await receivePart(means, request, visit, fileOf(visit))),
  },
  {
    method: 'GET',
    path: '/files/:id/:variant',
    run: (request, visit) => download(means, request, visit, fileOf(visit)),
  },
]

async function begin(means: FileMeans, request: Request, visit: WebVisit) {
  const isForm = request.headers.get('content-type')?.startsWith('multipart/form-data') === true
  const key = request.headers.get('idempotency-key') ?? crypto.randomUUID()
  if (!isForm) {
    const { key: inBody, ...input } = await readJson(request)
    return json(await visit.execute('files.create', { ...input, key: inBody ?? key }), 201)
  }
  if (!visit.actor) throw refuse.unauthenticated()
  const file = await readForm(request, means.limits.fileBytes)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const made = await visit.execute('files.create', { name: nameOf(file), bytes: bytes.length, key })
  const id = made['id'] as string
  const { offset } = (await visit.execute('files.upload', { file: id })) as { offset: number }
  // The same key again, after an answer that was lost: it is all there.
  if (offset === 0) await storePart(means, visit, { file: id, offset: 0, total: bytes.length, bytes })
  return json({ id }, 201)
}

/** Some senders name the folder too. */
const nameOf = ({ name = '' }: { name?: string }): string => name.replace(/^.*[/\\]/s, '') || 'file'

const json = (value: object, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

/** @throws Refusal */
function fileOf({ params }: WebVisit): string {
  const parsed = fileId.safeParse(params['id'])
  if (!parsed.success) throw refuse.notFound(noSuchFile)
  return parsed.data
}
