/** Why push is off on this device, and what its owner can do about it. */
import { Link } from '../shell/router'
import { paths } from '../shell/paths'
import type { PushState } from './push'
import { useSay } from './words'

export function PushHelp({ state }: { state: Exclude<PushState, 'on' | 'off'> }) {
  const say = useSay()
  return (
    <div className="flex flex-col gap-2 rounded-xl bg-warn-soft px-4 py-3">
      <p>{say(`push.${state}`)}</p>
      {state === 'install' && (
        <ol className="list-decimal space-y-1 pl-5">
          <li>{say('push.install.1')}</li>
          <li>{say('push.install.2')}</li>
          <li>{say('push.install.3')}</li>
        </ol>
      )}
      {state === 'denied' && (
        <details>
          <summary className="min-h-6 font-medium">{say('push.denied.how')}</summary>
          <p className="mt-1">
            {say(/iPhone|iPad/.test(navigator.userAgent) ? 'push.denied.apple' : 'push.denied.chrome')}
          </p>
        </details>
      )}
      {state === 'insecure' && (
        <Link href={paths.trust} className="inline-flex min-h-6 items-center self-start font-medium underline">
          {say('push.insecure.how')}
        </Link>
      )}
    </div>
  )
}
