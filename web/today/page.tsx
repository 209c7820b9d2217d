/** What waits for me. */
import { InsecureNote } from '../shell/insecure-note'
import type { PageProps } from '../shell/page'
import { PageBody } from '../ui/page-body'
import { UnreadSection } from './unread'
import { useSay } from './words'

export default function TodayPage({ signedIn }: PageProps) {
  const say = useSay()
  return (
    <PageBody title={say('title')}>
      <InsecureNote />
      <UnreadSection client={signedIn.client} />
    </PageBody>
  )
}
