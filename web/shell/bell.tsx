/** What this person was told: a bell with how much of it is new, and the list behind it. */
import { useCallback, useEffect } from 'react'
import type { Client } from '../../client/client'
import { Icon } from '../ui/icons'
import { Popover } from '../ui/popover'
import { toast } from '../ui/toast'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { Inbox } from './inbox'
import { Notices } from './notices'
import { paths } from './paths'
import { Link } from './router'
import { lang } from './settings'
import { useSay } from './words'

export function Bell({ client }: { client: Client }) {
  const inbox = useResource(useCallback(() => new Inbox(client, ({ title }) => toast(title[lang.get()])), [client]))
  // Loaded late: this device is told again where it can be reached, if it wants to be.
  useEffect(
    () => void import('../inbox/push').then(({ keepPush }) => keepPush(client)).catch(() => undefined),
    [client],
  )
  return inbox && <OpenBell inbox={inbox} />
}

function OpenBell({ inbox }: { inbox: Inbox }) {
  const say = useSay()
  const { state } = useStore(inbox.store)
  const unread = state?.unread ?? 0
  const button = (
    <>
      <Icon name="bell" className="size-6" />
      {unread > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-1 right-0.5 min-w-5 rounded-full bg-bad px-1 text-center text-xs leading-5 font-semibold text-on-bad tabular-nums"
        >
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </>
  )
  return (
    <Popover
      label={unread > 0 ? say('bell.unread', { n: unread }) : say('bell.title')}
      button={button}
      buttonClassName="relative inline-flex size-11 shrink-0 items-center justify-center rounded-xl hover:bg-sunken"
    >
      {(close) => <Opened inbox={inbox} onLeave={close} />}
    </Popover>
  )
}

function Opened({ inbox, onLeave }: { inbox: Inbox; onLeave(): void }) {
  const say = useSay()
  return (
    <div className="-m-2 flex flex-col gap-2">
      <Notices
        inbox={inbox}
        head={<h2 className="pl-2 font-semibold">{say('bell.title')}</h2>}
        none={<p className="px-2 pb-3 text-muted">{say('bell.none')}</p>}
        onLeave={onLeave}
      />
      <Elsewhere onLeave={onLeave} />
    </div>
  )
}

function Elsewhere({ onLeave }: { onLeave(): void }) {
  const say = useSay()
  return (
    <div className="flex justify-between border-t border-line px-2 pt-1 text-sm font-medium text-accent">
      <Link href={paths.inbox} onClick={onLeave} className="inline-flex min-h-9 items-center">
        {say('bell.all')}
      </Link>
      <Link href={paths.inboxSettings} onClick={onLeave} className="inline-flex min-h-9 items-center">
        {say('bell.settings')}
      </Link>
    </div>
  )
}
