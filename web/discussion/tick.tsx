import type { Outbox } from '../../client/outbox'
import { Icon } from '../ui/icons'
import { useStore } from '../ui/use-store'
import type { Conversation, PendingPost } from './conversation'
import { Mark } from './marks'
import type { Shown } from './rows'
import { useSay } from './words'

const colours = {
  ...({ waiting: 'text-muted', sending: 'text-muted', refused: 'text-bad' } as const),
  ...({ sent: 'text-muted', delivered: 'text-muted', read: 'text-accent' } as const),
}

/**
 * A clock: on its way. One tick: committed, it will not be lost. Two, in direct messages: it reached a device of
 * everybody else. Coloured: they have read it.
 */
export function Tick({ shown, conversation }: { shown: Shown; conversation: Conversation }) {
  const say = useSay()
  const reach = useReach(conversation, shown.message?.offset ?? Infinity)
  const state = shown.pending?.state ?? reach
  const named = state === 'waiting' || state === 'sending' ? 'clock' : state === 'refused' ? 'alert' : 'tick'
  return (
    <span title={say(`tick.${state}`)} data-tick={state} className={`mb-1 shrink-0 ${colours[state]}`}>
      {state === 'delivered' || state === 'read' ? (
        <Mark name="ticks" className="size-4" />
      ) : (
        <Icon name={named} className="size-4" />
      )}
      <span className="sr-only">{say(`tick.${state}`)}</span>
    </span>
  )
}

export function Refused({ pending, outbox }: { pending: PendingPost; outbox: Outbox }) {
  const say = useSay()
  const reason = pending.refusal?.sentence ?? say('error.internal')
  // So many people are told only by who says yes to it.
  const asksMany = pending.refusal?.code === 'conflict' && pending.input.text.includes('@')
  const sendToAll = (): void => {
    outbox.forget([pending.key])
    outbox.add(pending.lane, 'discussion.post', { ...pending.input, confirm: true })
  }
  return (
    <div className="mb-1 flex flex-wrap items-center gap-x-3 text-sm">
      <p role="alert" className="text-bad">
        {say('tick.refused.text', { reason })}
      </p>
      <button
        type="button"
        className="min-h-9 font-medium text-accent underline"
        onClick={() => (asksMany ? sendToAll() : outbox.retry(pending.key))}
      >
        {say(asksMany ? 'tick.confirm' : 'tick.retry')}
      </button>
      <button
        type="button"
        className="min-h-9 font-medium text-muted underline"
        onClick={() => outbox.forget([pending.key])}
      >
        {say('tick.discard')}
      </button>
    </div>
  )
}

/** How far it got, from what the others tell; who doesn't is not waited for. */
function useReach(conversation: Conversation, offset: number): 'sent' | 'delivered' | 'read' {
  const all = [...useStore(conversation.receipts).values()]
  if (all.length === 0 || all.some(({ delivered }) => delivered < offset)) return 'sent'
  return all.every(({ read }) => read >= offset) ? 'read' : 'delivered'
}
