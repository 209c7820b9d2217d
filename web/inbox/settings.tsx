import { useCallback } from 'react'
import type { PageProps } from '../shell/page'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { Devices } from './devices'
import { Kinds } from './kinds'
import { Quiet } from './quiet'
import { ThisDevice } from './this-device'
import { useSay } from './words'

export default function SettingsPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const read = useCallback(() => client.query('inbox.settings', {}), [client])
  const { value, error, refresh } = useQuery(read)
  return (
    <PageBody title={say('push.switch')}>
      <ThisDevice client={client} onChange={refresh} />
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!value && error === undefined && <Skeleton label={say('inbox.loading')} lines={['w-3/4', 'w-1/2', 'w-2/3']} />}
      {value && (
        <>
          <Devices client={client} devices={value.devices} onChange={refresh} />
          <Kinds client={client} wishes={value.wishes} />
          <Quiet client={client} wishes={value.wishes} />
        </>
      )}
    </PageBody>
  )
}
