import type { Message } from '../../services/discussion/model'
import type { Conversation } from './conversation'
import { useSay } from './words'

/** What people reacted with; pressing one adds oneself, or takes it back. */
export function Reactions({ message, conversation }: { message: Message; conversation: Conversation }) {
  const say = useSay()
  return (
    <ul className="my-0.5 flex flex-wrap gap-1">
      {message.reactions!.map(({ emoji, people }) => {
        const mine = people.some(({ id }) => id === conversation.me)
        const names = people.slice(0, 10).map(({ name }) => name)
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={mine}
              title={names.join(', ')}
              aria-label={say('react.who', { emoji, n: people.length, names: names.join(', ') })}
              onClick={() => react(conversation, message, emoji, !mine)}
              className="inline-flex min-h-7 items-center gap-1 rounded-full border border-line bg-surface px-2 text-sm hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft"
            >
              <span>{emoji}</span>
              <span className="tabular-nums">{people.length}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Seen at once; taken back by itself where it is refused. */
export function react(conversation: Conversation, { id, offset }: Message, emoji: string, on: boolean): void {
  conversation.react({ id, offset, emoji, on }).catch(() => undefined)
}
