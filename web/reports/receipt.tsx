/** `/reports/receipt/<secret>`: whoever holds it follows the report from now on. */
import { useEffect, useState } from 'react'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { Skeleton } from '../ui/spinner'
import { Failed } from './failed'
import { paths } from './paths'
import { useSay } from './words'

export default function ReceiptPage({ signedIn: { client }, params: { secret } }: PageProps<{ secret: string }>) {
  const say = useSay()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const stop = new AbortController()
    client.command('reports.receipt', { receipt: secret }, { signal: stop.signal }).then(
      ({ id }) => navigate(paths.report(id), { replace: true }),
      (reason: unknown) => !stop.signal.aborted && setError(reason),
    )
    return () => stop.abort()
  }, [client, secret])
  return error ? <Failed error={error} /> : <Skeleton label={say('loading')} lines={['w-1/2', 'w-full']} />
}
