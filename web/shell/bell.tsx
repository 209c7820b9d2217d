/** What this person was told: a bell with how much of it is new, and the list behind it. */
import { useCallback, useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import type { Notification } from '../../services/inbox/model'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Popover } from '../ui/popover'
import { Skeleton } from '../ui/spinner'
import { agoOf } from '../ui/times'
import { toast } from '../ui/toast'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { Inbox } from './inbox'
import { paths } from './paths'
import { Link, navigate } from './router'
import { lang } from './settings'
import { useSay, useWords } from './words'

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
      {(close) => <Notices inbox={inbox} onLeave={close} />}
    </Popover>
  )
}

function Notices({ inbox, onLeave }: { inbox: Inbox; onLeave(): void }) {
  const say = useSay()
  const [problem, setProblem] = useState<string>()
  const { state, error, hasOlder } = useStore(inbox.store)
  const attempt = (work: Promise<void>): void => void work.catch((reason: unknown) => setProblem(explain(reason, say)))
  const newest = state?.notifications[0]
  const follow = ({ id, url, read }: Notification): void => {
    if (!read) attempt(inbox.read({ ids: [id] }))
    onLeave()
    navigate(url)
  }
  return (
    <div className="-m-2 flex flex-col gap-2">
      <div className="flex min-h-11 items-center justify-between gap-2 pl-2">
        <h2 className="font-semibold">{say('bell.title')}</h2>
        {newest && state.unread > 0 && (
          <Button look="quiet" className="text-sm" onClick={() => attempt(inbox.read({ upTo: newest.id }))}>
            {say('bell.allRead')}
          </Button>
        )}
      </div>
      {(problem ?? error) !== undefined && <Problem>{problem ?? explain(error, say)}</Problem>}
      {!state && error === undefined && <Skeleton label={say('app.loading')} lines={['w-3/4', 'w-1/2']} />}
      {state?.notifications.length === 0 && <p className="px-2 pb-3 text-muted">{say('bell.none')}</p>}
      <ul className="flex flex-col gap-0.5">
        {state?.notifications.map((one) => (
          <Notice key={one.id} notice={one} onFollow={() => follow(one)} />
        ))}
      </ul>
      {hasOlder && (
        <Button look="quiet" onClick={() => attempt(inbox.older())}>
          {say('bell.older')}
        </Button>
      )}
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

function Notice({ notice, onFollow }: { notice: Notification; onFollow(): void }) {
  const { say, lang: language } = useWords()
  const { title, body, url, at, read } = notice
  return (
    <li>
      <a
        href={url}
        onClick={(event) => {
          event.preventDefault()
          onFollow()
        }}
        className="flex gap-2.5 rounded-xl px-2 py-2 hover:bg-sunken"
      >
        <span className={`mt-2 size-2 shrink-0 rounded-full ${read ? '' : 'bg-accent'}`} />
        <span className="min-w-0 flex-1">
          <span className={`block ${read ? '' : 'font-semibold'}`}>
            {title[language]}
            {!read && <span className="sr-only"> ({say('bell.new')})</span>}
          </span>
          <span className="block text-sm text-muted">{body[language]}</span>
          <span className="block text-xs text-muted">{agoOf(at, language)}</span>
        </span>
      </a>
    </li>
  )
}
