/** What waits for me. */
import { InsecureNote } from '../shell/insecure-note'
import type { PageProps } from '../shell/page'
import { PageBody } from '../ui/page-body'
import { useStore } from '../ui/use-store'
import { DropsSection } from './drops'
import { Guide } from './guide'
import { ReportsSection } from './reports'
import { SessionsSection } from './sessions'
import { UnreadSection } from './unread'
import { useSay } from './words'

export default function TodayPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { server } = useStore(client.connection.status)
  return (
    <PageBody title={say('title')} width="wide">
      <InsecureNote />
      {server && <Guide role={server.user.role} />}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <UnreadSection client={client} />
        <SessionsSection client={client} />
        <ReportsSection client={client} />
        <DropsSection client={client} />
      </div>
    </PageBody>
  )
}
