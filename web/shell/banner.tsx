/** What the connection's trouble means for the person: what is safe, and what to do. Silent while all is well. */
import { useEffect, useState } from 'react'
import type { Phase } from '../../client/connect'
import { Button } from '../ui/button'
import { Icon } from '../ui/icons'
import { Spinner } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import type { SignedIn } from './session'
import { useSay } from './words'

/** A change to another node takes less: nothing worth saying happened. */
const patienceMs = 600

export function Banner({ signedIn: { client, outbox } }: { signedIn: SignedIn }) {
  const say = useSay()
  const { connection } = client
  const waiting = useStore(outbox.items).filter(({ state }) => state === 'waiting' || state === 'sending').length
  const { phase, ended } = useStore(connection.status)
  const shown = usePatiently(phase)
  return (
    <div role="status" aria-live="polite">
      {shown === 'catching_up' && (
        <p className="flex items-center gap-2 bg-warn-soft px-4 py-2 text-sm">
          <Spinner className="size-4 text-warn" />
          <span>
            {say('net.catching_up.text')} {waiting > 0 && say('net.waiting', { n: waiting })}
          </span>
        </p>
      )}
      {shown === 'offline' && (
        <p className="flex items-center gap-2 bg-warn-soft px-4 py-2 text-sm">
          <Icon name="alert" className="size-5 shrink-0 text-warn" />
          <span>
            {say('net.offline.text')} {waiting > 0 && say('net.waiting', { n: waiting })}
          </span>
        </p>
      )}
      {shown === 'ended' && ended !== 'closed' && (
        <p className="flex flex-wrap items-center gap-2 bg-bad-soft px-4 py-2 text-sm">
          <Icon name="alert" className="size-5 shrink-0 text-bad" />
          <span className="min-w-0 flex-1">{say('error.ended', { reason: ended ?? '' })}</span>
          <Button look="outline" onClick={() => location.reload()}>
            {say('app.reload')}
          </Button>
        </p>
      )}
    </div>
  )
}

function usePatiently(phase: Phase): Phase {
  const [shown, setShown] = useState(phase)
  useEffect(() => {
    const timer = setTimeout(() => setShown(phase), phase === 'catching_up' ? patienceMs : 0)
    return () => clearTimeout(timer)
  }, [phase])
  return shown
}
