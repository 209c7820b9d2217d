/** Many follow a report that nobody calls urgent: said to who decides, and done with a tap. Never by itself. */
import type { Client } from '../../../client/client'
import { suggestedPriority, type Card } from '../../../services/reports/model'
import { Button } from '../../ui/button'
import { useAct } from '../use-act'
import { useSay } from './words'

export function Raise({ client, card }: { client: Client; card: Card }) {
  const say = useSay()
  const { busy, act } = useAct()
  const priority = suggestedPriority(card)
  if (!priority) return null
  const raise = (): Promise<unknown> => client.command('reports.update', { report: card.id, priority })
  return (
    <Button busy={busy} look="outline" onClick={() => act(raise)}>
      {say('queue.raise', { n: card.followers, priority: say(`priority.${priority}`) })}
    </Button>
  )
}
