/** What a person was told, as a list: behind the bell, and on the page of it all. */
import { useState, type MouseEvent, type ReactNode } from 'react'
import type { Notification } from '../../services/inbox/model'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { Skeleton } from '../ui/spinner'
import { agoOf } from '../ui/times'
import { useStore } from '../ui/use-store'
import type { Inbox } from './inbox'
import { navigate } from './router'
import { useSay, useWords } from './words'

interface NoticesProps {
  inbox: Inbox
  /** Stands over the list, beside what marks all of it as read. */
  head?: ReactNode
  /** In place of an empty list. */
  none: ReactNode
  /** A page has more room than what opens over one. */
  isRoomy?: boolean
  /** One of them is followed. */
  onLeave?(): void
}

export function Notices({ inbox, head, none, isRoomy = false, onLeave }: NoticesProps) {
  const say = useSay()
  const [problem, setProblem] = useState<string>()
  const { state, error, hasOlder } = useStore(inbox.store)
  const attempt = (work: Promise<void>): void => void work.catch((reason: unknown) => setProblem(explain(reason, say)))
  const newest = state?.notifications[0]
  const follow = ({ id, url, read }: Notification): void => {
    if (!read) attempt(inbox.read({ ids: [id] }))
    onLeave?.()
    navigate(url)
  }
  const trouble = problem ?? (error === undefined ? undefined : explain(error, say))
  return (
    <>
      <div className="flex min-h-11 items-center justify-between gap-2">
        {head ?? <span />}
        {newest && state.unread > 0 && (
          <Button look="quiet" className="text-sm" onClick={() => attempt(inbox.read({ upTo: newest.id }))}>
            {say('bell.allRead')}
          </Button>
        )}
      </div>
      {trouble !== undefined && <Problem>{trouble}</Problem>}
      {!state && error === undefined && <Skeleton label={say('app.loading')} lines={['w-3/4', 'w-1/2', 'w-2/3']} />}
      {state?.notifications.length === 0 && none}
      <ul className={`flex flex-col ${isRoomy ? 'divide-y divide-line' : 'gap-0.5'}`}>
        {state?.notifications.map((one) => (
          <Row key={one.id} notification={one} isRoomy={isRoomy} onFollow={() => follow(one)} />
        ))}
      </ul>
      {hasOlder && (
        <Button look={isRoomy ? 'outline' : 'quiet'} onClick={() => attempt(inbox.older())}>
          {say('bell.older')}
        </Button>
      )}
    </>
  )
}

interface RowProps {
  notification: Notification
  isRoomy: boolean
  onFollow(): void
}

function Row({ notification, isRoomy, onFollow }: RowProps) {
  const { say, lang } = useWords()
  const { title, body, url, at, read } = notification
  const onClick = (event: MouseEvent): void => {
    event.preventDefault()
    onFollow()
  }
  return (
    <li>
      <a
        href={url}
        onClick={onClick}
        className={`flex gap-3 rounded-xl px-2 hover:bg-sunken ${isRoomy ? 'py-3' : 'py-2'}`}
      >
        <span className={`mt-2 size-2 shrink-0 rounded-full ${read ? '' : 'bg-accent'}`} />
        <span className="min-w-0 flex-1">
          <span className={`block ${read ? '' : 'font-semibold'}`}>
            {title[lang]}
            {!read && <span className="sr-only"> ({say('bell.new')})</span>}
          </span>
          <span className={`block ${isRoomy ? '' : 'text-sm'} text-muted`}>{body[lang]}</span>
          <time dateTime={at} className={`block ${isRoomy ? 'text-sm' : 'text-xs'} text-muted`}>
            {agoOf(at, lang)}
          </time>
        </span>
      </a>
    </li>
  )
}
