/** What a technician does with a report. What can't happen in its state isn't offered. */
import { useState } from 'react'
import { can, type Happening, type Report } from '../../services/reports/model'
import type { SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { Icon } from '../ui/icons'
import { Menu, type MenuItem } from '../ui/menu'
import { FinishDialog } from './finish'
import { roleOf, userOf } from './rights'
import { useAct } from './use-act'
import { useSay } from './words'
import { WordsDialog, type Asked } from './words-dialog'

export function Acts({ signedIn, report }: { signedIn: SignedIn; report: Report }) {
  const say = useSay()
  const { client } = signedIn
  const { busy, act } = useAct()
  const [asked, setAsked] = useState<Asked | 'finish'>()
  const isMine = report.technician?.id === userOf(signedIn)
  const may = (what: Happening): boolean =>
    can(report.state, what) && (what === 'claim' || mayHandle(report, isMine, signedIn))
  const input = { report: report.id }
  const items = useItems(report, may, setAsked)
  return (
    <div className="flex flex-wrap gap-2">
      {may('claim') && (
        <Button busy={busy} onClick={() => act(() => client.command('reports.claim', input))}>
          {say('act.claim')}
        </Button>
      )}
      {may('resume') && (
        <Button
          look="outline"
          busy={busy}
          onClick={() => act(() => client.command('reports.update', { ...input, state: 'in_progress' }))}
        >
          {say('act.resume')}
        </Button>
      )}
      {may('finish') && !may('claim') && <Button onClick={() => setAsked('finish')}>{say('act.finish')}</Button>}
      {report.state === 'duplicate' && (
        <Button look="outline" busy={busy} onClick={() => act(() => client.command('reports.unmerge', input))}>
          {say('act.unmerge')}
        </Button>
      )}
      {items.length > 0 && <Menu label={say('act.more')} button={<Icon name="more" />} items={items} />}
      {asked === 'finish' && <FinishDialog signedIn={signedIn} report={report} onClose={() => setAsked(undefined)} />}
      {asked && asked !== 'finish' && (
        <WordsDialog client={client} report={report} asked={asked} onClose={() => setAsked(undefined)} />
      )}
    </div>
  )
}

/** What is seldom done. */
function useItems(report: Report, may: (what: Happening) => boolean, ask: (asked: Asked) => void): MenuItem[] {
  const say = useSay()
  const item = (key: Asked, icon: MenuItem['icon']): MenuItem => ({
    ...{ key, label: say(`act.${key}`), onSelect: () => ask(key) },
    ...(icon ? { icon } : {}),
  })
  return [
    ...(may('wait') ? [item('wait', 'clock')] : []),
    ...(may('release') ? [item('release', 'back')] : []),
    ...(may('reject') ? [item('reject', 'close')] : []),
    ...(can(report.state, 'merge') ? [item('merge', 'list')] : []),
  ]
}

const mayHandle = ({ technician }: Report, isMine: boolean, signedIn: SignedIn): boolean =>
  isMine || !technician || roleOf(signedIn) === 'admin'
