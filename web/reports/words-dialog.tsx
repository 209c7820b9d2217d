import { useState } from 'react'
import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field } from '../ui/field'
import { TextArea } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { useSubmit } from '../ui/use-submit'
import type { Report } from '../../services/reports/model'
import { Templates } from './templates'
import { useSay } from './words'

export type Asked = 'wait' | 'release' | 'reject' | 'merge'

interface WordsDialogProps {
  client: Client
  report: Report
  asked: Asked
  onClose(): void
}

const labels = { wait: 'wait.note', release: 'report.note', reject: 'reject.reason' } as const

/** Something that needs a word: a reason, a note, the number of another report. */
export function WordsDialog({ client, report: { id: report, category }, asked, onClose }: WordsDialogProps) {
  const say = useSay()
  const [text, setText] = useState('')
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    const words = read('words').trim()
    if (asked === 'wait') await client.command('reports.update', { report, state: 'waiting', note: words })
    if (asked === 'release') await client.command('reports.release', { report, ...(words ? { note: words } : {}) })
    if (asked === 'reject') await client.command('reports.reject', { report, reason: words })
    if (asked === 'merge') await client.command('reports.merge', { report, into: words.replace(/^#/, '') })
    onClose()
  })
  return (
    <Dialog title={say(`act.${asked}`)} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {asked === 'merge' ? (
          <Field label={say('merge.into')} name="words" required inputMode="numeric" pattern="#?[0-9]+" />
        ) : (
          <>
            {asked === 'reject' && <Templates client={client} category={category} onPick={setText} />}
            <TextArea
              label={say(labels[asked])}
              name="words"
              required={asked !== 'release'}
              maxLength={4000}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </>
        )}
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say(`act.${asked}`)}
        </Button>
      </form>
    </Dialog>
  )
}
