import { useCallback, useState } from 'react'
import type { Notification } from '../../services/inbox/model'
import { Inbox } from '../shell/inbox'
import { paths } from '../shell/paths'
import type { PageProps } from '../shell/page'
import { Link, navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { agoOf } from '../ui/times'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { PushOffer } from './push-offer'
import { useSay, useWords } from './words'

export default function InboxPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const inbox = useResource(useCallback(() => new Inbox(client, () => undefined), [client]))
  const settings = (
    <Link href={paths.inboxSettings} className="inline-flex min-h-11 items-center font-medium text-accent">
      {say('inbox.settings')}
    </Link>
  )
  return (
    <PageBody title={say('inbox.title')} actions={settings}>
      <PushOffer client={client} reason={say('push.offer')} />
      {inbox && <List inbox={inbox} />}
    </PageBody>
  )
}

function List({ inbox }: { inbox: Inbox }) {
  const say = useSay()
  const [problem, setProblem] = useState<string>()
  const { state, error, hasOlder } = useStore(inbox.store)
  const attempt = (work: Promise<void>): void => void work.catch((reason: unknown) => setProblem(explain(reason, say)))
  const newest = state?.notifications[0]
  const follow = ({ id, url, read }: Notification): void => {
    if (!read) attempt(inbox.read({ ids: [id] }))
    navigate(url)
  }
  const trouble = problem ?? (error === undefined ? undefined : explain(error, say))
  return (
    <div className="flex flex-col gap-3">
      {trouble !== undefined && <Problem>{trouble}</Problem>}
      {!state && error === undefined && <Skeleton label={say('inbox.loading')} lines={['w-3/4', 'w-1/2', 'w-2/3']} />}
      {newest && state.unread > 0 && (
        <Button look="quiet" className="self-end" onClick={() => attempt(inbox.read({ upTo: newest.id }))}>
          {say('inbox.allRead')}
        </Button>
      )}
      {state?.notifications.length === 0 && (
        <Empty icon="bell" title={say('inbox.none')}>
          {say('inbox.none.text')}
        </Empty>
      )}
      <ul className="flex flex-col divide-y divide-line">
        {state?.notifications.map((one) => (
          <Row key={one.id} notification={one} onFollow={() => follow(one)} />
        ))}
      </ul>
      {hasOlder && (
        <Button look="outline" onClick={() => attempt(inbox.older())}>
          {say('inbox.older')}
        </Button>
      )}
    </div>
  )
}

function Row({ notification, onFollow }: { notification: Notification; onFollow(): void }) {
  const { say, lang } = useWords()
  const { title, body, url, at, read } = notification
  const onClick = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    onFollow()
  }
  return (
    <li>
      <a href={url} onClick={onClick} className="flex gap-3 rounded-xl px-2 py-3 hover:bg-sunken">
        <span className={`mt-2 size-2.5 shrink-0 rounded-full ${read ? '' : 'bg-accent'}`} />
        <span className="min-w-0 flex-1">
          <span className={`block ${read ? '' : 'font-semibold'}`}>
            {title[lang]}
            {!read && <span className="sr-only"> ({say('inbox.new')})</span>}
          </span>
          <span className="block text-muted">{body[lang]}</span>
          <time dateTime={at} className="block text-sm text-muted">
            {agoOf(at, lang)}
          </time>
        </span>
      </a>
    </li>
  )
}
