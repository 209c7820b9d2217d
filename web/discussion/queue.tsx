/** Messages that somebody reported, for those who decide about them. */
import { useCallback, useState } from 'react'
import { newKey } from '../../client/key'
import type { Flag } from '../../services/discussion/model'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import type { SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { fullTimeOf } from '../ui/times'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { PageBody } from '../ui/page-body'
import { paths } from './paths'
import { Said } from './said'
import { useSay, useWords } from './words'

export default function QueuePage({ signedIn }: PageProps) {
  const say = useSay()
  const { client } = signedIn
  const { value, error, refresh } = useQuery(useCallback(() => client.query('discussion.flags', {}), [client]))
  return (
    <PageBody title={say('queue.title')}>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {value?.flags.length === 0 && (
        <Empty icon="shield" title={say('queue.none.title')}>
          {say('queue.none.text')}
        </Empty>
      )}
      <ul className="flex flex-col gap-3">
        {value?.flags.map((flag) => (
          <Reported key={flag.id} flag={flag} signedIn={signedIn} onSettled={refresh} />
        ))}
      </ul>
    </PageBody>
  )
}

function Reported({ flag, signedIn, onSettled }: { flag: Flag; signedIn: SignedIn; onSettled(): void }) {
  const { say, lang } = useWords()
  const { message, by, reason, channelName } = flag
  const [key] = useState(newKey)
  const [outcome, setOutcome] = useState<'kept' | 'removed'>('kept')
  const { busy, problem, onSubmit } = useSubmit(async () => {
    await signedIn.client.command('discussion.settle', { flag: flag.id, outcome, reason }, { key: `${key}-${outcome}` })
    onSettled()
  })
  return (
    <li className="rounded-2xl border border-line bg-surface p-4">
      <p className="text-sm text-muted">
        {channelName} · {fullTimeOf(message.at, lang)}
      </p>
      <p className="mt-1 font-semibold">{message.author.name}</p>
      <Said text={message.text} me="" />
      <p className="mt-2 text-sm">
        {by.id === '' ? say('queue.rule', { reason }) : say('queue.by', { name: by.name, reason })}
      </p>
      {problem && <Problem>{problem}</Problem>}
      <form onSubmit={onSubmit} className="mt-3 flex flex-wrap items-center gap-2">
        <Button type="submit" look="outline" busy={busy} onClick={() => setOutcome('kept')}>
          {say('queue.keep')}
        </Button>
        <Button type="submit" look="danger" busy={busy} onClick={() => setOutcome('removed')}>
          {say('queue.remove')}
        </Button>
        <Link
          href={paths.message(flag.channel, message.offset)}
          className="inline-flex min-h-11 items-center text-accent underline"
        >
          {say('queue.open')}
        </Link>
      </form>
    </li>
  )
}
