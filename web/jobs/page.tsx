/** What waits, what runs, and what failed, with the reason and a way to settle it. */
import { useCallback, useEffect } from 'react'
import type { Client } from '../../client/client'
import type { QueueCount } from '../../services/watch/model'
import type { PageProps } from '../shell/page'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { Table, type Column } from '../ui/table'
import { useQuery } from '../ui/use-query'
import { FailedJobs } from './failed'
import { useSay } from './words'

const everyMs = 3000

export default function JobsPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error, refresh } = useJobs(client)
  const refreshing = (
    <Button look="outline" onClick={refresh}>
      {say('refresh')}
    </Button>
  )
  return (
    <PageBody title={say('title')} width="wide" actions={refreshing}>
      <p className="max-w-prose text-muted">{say('intro')}</p>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!value && error === undefined && <Skeleton label={say('loading')} lines={['w-full', 'w-2/3']} />}
      {value && <Queues queues={value.queues} />}
      {value && <FailedJobs failed={value.failed} client={client} onSettled={refresh} />}
    </PageBody>
  )
}

function useJobs(client: Client) {
  const queried = useQuery(useCallback((signal: AbortSignal) => client.query('watch.jobs', {}, { signal }), [client]))
  const { refresh, error } = queried
  const isRefused = error !== undefined
  useEffect(() => {
    if (isRefused) return
    const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), everyMs)
    return () => clearInterval(timer)
  }, [refresh, isRefused])
  return queried
}

function Queues({ queues }: { queues: readonly QueueCount[] }) {
  const say = useSay()
  const counted = (['waiting', 'running', 'done', 'failed'] as const).map((key): Column<QueueCount> => ({
    key,
    title: say(`queue.${key}`),
    numeric: true,
    cell: (row) => row[key],
    sortBy: (row) => row[key],
  }))
  const name: Column<QueueCount> = {
    key: 'name',
    title: say('queue.name'),
    cell: ({ queue }) => <span className="whitespace-nowrap">{queue}</span>,
    sortBy: ({ queue }) => queue,
  }
  return (
    <Table
      caption={say('queues.title')}
      showCaption
      columns={[name, ...counted]}
      rows={queues}
      rowKey={({ queue }) => queue}
    />
  )
}
