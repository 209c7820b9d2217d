/** Open reports of the same place, while one writes: saying "me too" spares everybody a second report. */
import { useCallback, useDeferredValue, useState } from 'react'
import type { Client } from '../../client/client'
import type { ReportInput } from '../../client/methods/reports'
import { navigate } from '../shell/router'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { toast } from '../ui/toast'
import { useQuery } from '../ui/use-query'
import { Cards } from './card'
import { paths } from './paths'
import { useSay } from './words'

export function Similar({ client, place, text }: { client: Client; place: ReportInput['place']; text: string }) {
  const say = useSay()
  const asked = useDeferredValue(JSON.stringify({ place, text }))
  const { value } = useQuery(
    useCallback(
      (signal) => client.query('reports.similar', JSON.parse(asked) as { place: ReportInput['place'] }, { signal }),
      [client, asked],
    ),
  )
  const cards = value?.cards ?? []
  return (
    <section aria-live="polite" className="flex flex-col gap-3 empty:hidden">
      {cards.length > 0 && <h2 className="font-medium">{say('new.similar')}</h2>}
      {cards.length > 0 && <Cards cards={cards} extra={({ id }) => <MeToo client={client} report={id} />} />}
    </section>
  )
}

export function MeToo({ client, report }: { client: Client; report: string }) {
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const press = async (): Promise<void> => {
    setBusy(true)
    try {
      await client.command('reports.me_too', { report })
      navigate(paths.report(report))
    } catch (error) {
      toast(explain(error, say))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button look="outline" busy={busy} onClick={() => void press()}>
      {say('report.metoo')}
    </Button>
  )
}
