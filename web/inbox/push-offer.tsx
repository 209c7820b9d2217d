/**
 * Offers push where it is clear what for: after a report was sent, a place in a waiting list taken, a class joined. Other
 * folders place it, with the reason in their own words:
 *
 *   <PushOffer client={client} reason={say('sent.tellMe')} />
 */
import { useState } from 'react'
import type { Client } from '../../client/client'
import { recall, remember } from '../shell/device'
import { Button } from '../ui/button'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PushHelp } from './push-help'
import { usePush } from './use-push'
import { useSay } from './words'

/** Who said "not now" is left alone for this long. */
const laterDays = 30
const dayMs = 24 * 3600 * 1000
const saidLater = 'push.later'

const isLater = (): boolean => Date.now() - Number(recall(saidLater) ?? 0) < laterDays * dayMs

/** Shows nothing where push is on, or can't be, or was put off. Says how to undo it where the browser was told no. */
export function PushOffer({ client, reason }: { client: Client; reason: string }) {
  const say = useSay()
  const { state, busy, problem, turn } = usePush(client)
  const [later, setLater] = useState(isLater)
  if (state === undefined || state === 'on' || state === 'unsupported' || state === 'insecure' || later) return null
  const putOff = (): void => {
    remember(saidLater, String(Date.now()))
    setLater(true)
  }
  return (
    <section
      aria-label={say('push.offer')}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4"
    >
      <div className="flex items-start gap-3">
        <Icon name="bell" className="mt-0.5 size-6 shrink-0 text-accent" />
        <div className="min-w-0">
          <p className="font-medium">{reason}</p>
          {state === 'off' && <p className="text-sm text-muted">{say('push.offer.text')}</p>}
        </div>
      </div>
      {state !== 'off' && <PushHelp state={state} />}
      {problem !== undefined && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        {state === 'off' && (
          <Button busy={busy} onClick={() => void turn(true)}>
            {say(busy ? 'push.busy' : 'push.on')}
          </Button>
        )}
        <Button look="quiet" onClick={putOff}>
          {say('push.later')}
        </Button>
      </div>
    </section>
  )
}
