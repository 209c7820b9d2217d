import { useState } from 'react'
import type { Client } from '../../client/client'
import type { FailedJob } from '../../services/watch/model'
import { Confirm } from '../ui/confirm'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Menu } from '../ui/menu'
import { Table, type Column } from '../ui/table'
import { agoOf } from '../ui/times'
import { toast } from '../ui/toast'
import { useWords } from './words'

interface FailedJobsProps {
  failed: readonly FailedJob[]
  client: Client
  onSettled(): void
}

export function FailedJobs({ failed, client, onSettled }: FailedJobsProps) {
  const { say, lang } = useWords()
  const [doomed, setDoomed] = useState<FailedJob>()
  const retry = ({ queue, id }: FailedJob): void => {
    client.command('watch.retry_job', { queue, id }).then(
      () => {
        toast(say('retry.done'))
        onSettled()
      },
      (error: unknown) => toast(explain(error, say)),
    )
  }
  const actions = (job: FailedJob) => (
    <Menu
      label={say('job.actions', { queue: job.queue })}
      button={<Icon name="more" />}
      items={[
        { key: 'retry', label: say('job.retry'), onSelect: () => retry(job) },
        { key: 'discard', label: say('job.discard'), danger: true, onSelect: () => setDoomed(job) },
      ]}
    />
  )
  const columns: readonly Column<FailedJob>[] = [
    { key: 'queue', title: say('queue.name'), cell: ({ queue }) => queue, sortBy: ({ queue }) => queue },
    { key: 'error', title: say('failed.error'), cell: ({ error }) => <span className="break-words">{error}</span> },
    { key: 'data', title: say('failed.data'), cell: ({ data }) => <Data text={data} /> },
    { key: 'attempts', title: say('failed.attempts'), cell: ({ attempts }) => attempts, numeric: true },
    { key: 'at', title: say('failed.when'), cell: ({ at }) => agoOf(at, lang), sortBy: ({ at }) => at },
    { key: 'do', title: say('failed.do'), cell: actions },
  ]
  return (
    <>
      <Table
        caption={say('failed.title')}
        showCaption
        columns={columns}
        rows={failed}
        rowKey={({ id }) => id}
        empty={say('failed.none')}
      />
      {doomed && (
        <Confirm
          title={say('discard.title')}
          yes={say('job.discard')}
          onYes={async () => {
            await client.command('watch.discard_job', { queue: doomed.queue, id: doomed.id })
            onSettled()
          }}
          onClose={() => setDoomed(undefined)}
        >
          {say('discard.text')}
        </Confirm>
      )}
    </>
  )
}

const Data = ({ text }: { text: string }) => <code className="line-clamp-2 max-w-80 text-sm break-all">{text}</code>
