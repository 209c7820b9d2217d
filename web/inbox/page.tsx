import { useCallback } from 'react'
import { Inbox } from '../shell/inbox'
import { Notices } from '../shell/notices'
import { paths } from '../shell/paths'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Empty } from '../ui/empty'
import { PageBody } from '../ui/page-body'
import { useResource } from '../ui/use-resource'
import { PushOffer } from './push-offer'
import { useSay } from './words'

export default function InboxPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const inbox = useResource(useCallback(() => new Inbox(client, () => undefined), [client]))
  const settings = (
    <Link href={paths.inboxSettings} className="inline-flex min-h-11 items-center font-medium text-accent">
      {say('inbox.settings')}
    </Link>
  )
  const none = (
    <Empty icon="bell" title={say('inbox.none')}>
      {say('inbox.none.text')}
    </Empty>
  )
  return (
    <PageBody title={say('inbox.title')} actions={settings}>
      <PushOffer client={client} reason={say('push.offer')} />
      {inbox && <Notices inbox={inbox} none={none} isRoomy />}
    </PageBody>
  )
}
