import { Button } from '../ui/button'
import { Icon } from '../ui/icons'
import { useStore } from '../ui/use-store'
import { takeVersion, waitingVersion } from './worker'
import { useSay } from './words'

/** Says that there is a newer app, and lets the person choose the moment. */
export function NewVersion() {
  const say = useSay()
  const waiting = useStore(waitingVersion)
  return (
    <div role="status">
      {waiting && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-accent-soft px-4 py-1 text-sm">
          <Icon name="download" className="size-5 shrink-0 text-accent" />
          <span className="min-w-0 flex-1">{say('version.ready')}</span>
          <Button look="outline" onClick={() => takeVersion(waiting)}>
            {say('version.take')}
          </Button>
        </p>
      )}
    </div>
  )
}
