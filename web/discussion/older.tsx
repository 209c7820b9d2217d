import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import type { Conversation } from './conversation'
import { useSay } from './words'

/** What stands above the oldest message that is here. */
export function Older({ conversation, channelName }: { conversation: Conversation; channelName: string }) {
  const say = useSay()
  const { older, error } = useStore(conversation.edges)
  if (older === 'none')
    return <p className="px-4 py-4 text-center text-sm text-muted">{say('talk.start', { channel: channelName })}</p>
  if (older === 'failed') {
    return (
      <div className="flex flex-col items-center gap-2 py-3">
        <Problem>{say('talk.olderFailed', { reason: explain(error, say) })}</Problem>
        <Button look="outline" onClick={() => void conversation.loadOlder()}>
          {say('talk.again')}
        </Button>
      </div>
    )
  }
  return (
    <p className="flex h-10 items-center justify-center gap-2 text-sm text-muted">
      {older === 'loading' && (
        <>
          <Spinner />
          {say('talk.older')}
        </>
      )}
    </p>
  )
}
