import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { toast } from '../ui/toast'
import { useAct } from './use-act'
import { useSay } from './words'

/** "Fixed?" One tap, either way. */
export function Fixed({ client, report }: { client: Client; report: string }) {
  const say = useSay()
  const { busy, act } = useAct()
  const reopen = async (): Promise<void> => {
    await client.command('reports.reopen', { report })
    toast(say('report.fixed.thanks'))
  }
  return (
    <section className="flex flex-col gap-3 rounded-2xl border-2 border-accent bg-accent-soft p-4">
      <h2 className="text-lg font-semibold">{say('report.fixed')}</h2>
      <div className="flex flex-wrap gap-2">
        <Button busy={busy} onClick={() => act(() => client.command('reports.confirm', { report }))}>
          {say('report.fixed.yes')}
        </Button>
        <Button look="outline" busy={busy} onClick={() => act(reopen)}>
          {say('report.fixed.no')}
        </Button>
      </div>
    </section>
  )
}
