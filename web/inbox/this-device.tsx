import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PushHelp } from './push-help'
import { usePush } from './use-push'
import { useSay } from './words'

/** Push on the device that is in the hand: its state in words, its switch, and help where the switch can't. */
export function ThisDevice({ client, onChange }: { client: Client; onChange(): void }) {
  const say = useSay()
  const { state, busy, problem, turn } = usePush(client, onChange)
  if (state === undefined) return null
  const isOn = state === 'on'
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4">
      <div className="flex items-start gap-3">
        <Icon name="bell" className={`mt-0.5 size-6 shrink-0 ${isOn ? 'text-accent' : 'text-muted'}`} />
        <div className="min-w-0">
          <p className="font-medium" role="status">
            {say(isOn ? 'push.isOn' : 'push.off')}
          </p>
          <p className="text-sm text-muted">{say('push.switch.text')}</p>
        </div>
      </div>
      {state !== 'on' && state !== 'off' && <PushHelp state={state} />}
      {problem !== undefined && <Problem>{problem}</Problem>}
      {(isOn || state === 'off') && (
        <Button look={isOn ? 'outline' : 'primary'} busy={busy} onClick={() => void turn(!isOn)} className="self-start">
          {say(isOn ? 'push.turnOff' : 'push.on')}
        </Button>
      )}
    </section>
  )
}
