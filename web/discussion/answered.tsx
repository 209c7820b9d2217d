import { useEffect } from 'react'
import { offsetOf, type Message } from '../../services/discussion/model'
import { useStore } from '../ui/use-store'
import type { Conversation } from './conversation'
import { Mark } from './marks'
import { useSay } from './words'

/** The message that this one answers, in a line that leads there. */
export function Answered({ id, conversation }: { id: string; conversation: Conversation }) {
  const say = useSay()
  const here = useStore(conversation.live.store).state?.messages.find((message) => message.id === id)
  const elsewhere = useStore(conversation.related).get(id)
  const message = here ?? elsewhere
  useEffect(() => {
    if (!message) conversation.find(id).catch(() => undefined)
  }, [conversation, id, message])
  return (
    <button
      type="button"
      onClick={() => void conversation.show(offsetOf(id)).catch(() => undefined)}
      className="flex min-h-6 max-w-full items-center gap-1.5 text-left text-sm text-muted hover:text-ink"
    >
      <Mark name="reply" className="size-4 shrink-0" />
      <span className="sr-only">{say('talk.answers')}</span>
      {message && <span className="shrink-0 font-medium">{message.author.name}</span>}
      <span className="truncate" dir="auto">
        {message ? excerptOf(message, say) : '…'}
      </span>
    </button>
  )
}

export function excerptOf({ removed, text, files = [], note }: Message, say: ReturnType<typeof useSay>): string {
  if (removed) return say('talk.removed')
  if (note) return note.text.en
  // What was quoted in it is not what it says.
  const own = text.replace(/^>.*\n?/gm, '').trim() || text
  return text === '' ? say('talk.files', { n: files.length }) : own.slice(0, 200)
}
