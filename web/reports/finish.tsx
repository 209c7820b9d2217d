/** Done must be earned: a note and a photo of the repair. */
import { useState } from 'react'
import { newKey } from '../../client/key'
import { upload } from '../../client/upload'
import type { Lang } from '../../protocol/errors'
import type { Report } from '../../services/reports/model'
import type { SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field } from '../ui/field'
import { TextArea } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PhotoPicker } from '../ui/photo-picker'
import { useSubmit } from '../ui/use-submit'
import { roleOf } from './rights'
import { Templates } from './templates'
import { useWords } from './words'

const mostPhotos = 3

export function FinishDialog({ signedIn, report, onClose }: { signedIn: SignedIn; report: Report; onClose(): void }) {
  const { say, lang } = useWords()
  const { client } = signedIn
  const [photos, setPhotos] = useState<readonly File[]>([])
  const [note, setNote] = useState('')
  const [key] = useState(() => newKey())
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    const ids = await uploadAll(photos, key, lang)
    const override = read('override').trim()
    const input = { report: report.id, note: note.trim(), photos: ids, ...(override ? { override } : {}) }
    await client.command('reports.finish', input)
    onClose()
  })
  const isAdmin = roleOf(signedIn) === 'admin'
  return (
    <Dialog title={say('finish.title')} onClose={onClose} shape="sheet">
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <PhotoPicker label={say('finish.photos')} photos={photos} max={mostPhotos} onChange={setPhotos} />
        <Templates client={client} category={report.category} onPick={setNote} />
        <TextArea
          label={say('finish.note')}
          name="note"
          required
          maxLength={4000}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        {isAdmin && photos.length === 0 && <Field label={say('finish.override')} name="override" maxLength={500} />}
        {problem && <Problem>{problem}</Problem>}
        <p role="status" className="text-sm text-muted">
          {busy && photos.length > 0 && say('finish.uploading')}
        </p>
        <Button type="submit" busy={busy} disabled={photos.length === 0 && !isAdmin}>
          {say('finish.submit')}
        </Button>
      </form>
    </Dialog>
  )
}

/** Those that came through are not sent again when one didn't. */
async function uploadAll(photos: readonly File[], key: string, lang: Lang): Promise<string[]> {
  const ids: string[] = []
  for (const [nth, photo] of photos.entries()) {
    ids.push(await upload(photo, { name: photo.name, key: `${key}-${nth}-${photo.lastModified}`, lang }))
  }
  return ids
}
