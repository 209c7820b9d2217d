import { memo } from 'react'
import type { Message } from '../../services/discussion/model'
import { Avatar } from '../ui/avatar'
import { Icon } from '../ui/icons'
import { fullTimeOf, timeOf } from '../ui/times'
import { Attachments } from './attachments'
import type { Conversation } from './conversation'
import { Mark } from './marks'
import { Reactions } from './reactions'
import type { Shown } from './rows'
import { Said } from './said'
import { Answered } from './answered'
import { Refused, Tick } from './tick'
import { useSay, useWords } from './words'

interface RowProps {
  shown: Shown
  /** The author is named. */
  first: boolean
  conversation: Conversation
  /** The message that was looked for. */
  isTarget: boolean
  onActions(message: Message): void
}

/** What one person said. */
export const MessageRow = memo(ShowRow, (before, after) => {
  const [one, other] = [before.shown, after.shown]
  const same = one.message === other.message && one.pending === other.pending && before.first === after.first
  return same && before.conversation === after.conversation && before.isTarget === after.isTarget
})

function ShowRow({ shown, first, conversation, isTarget, onActions }: RowProps) {
  const { say } = useWords()
  const { author, message, pending } = shown
  return (
    <article
      aria-label={author.name}
      data-testid="message"
      data-key={shown.key}
      data-offset={message?.offset}
      className={`group relative flex gap-3 px-3 py-0.5 hover:bg-sunken/50 md:px-4 ${first ? 'mt-2' : ''} ${isTarget ? 'bg-accent-soft' : ''}`}
    >
      <div className="w-9 shrink-0">
        {first && <Avatar id={author.id} name={author.name} className="mt-0.5 size-9 text-sm" />}
      </div>
      <div className="min-w-0 flex-1">
        {first && <Head shown={shown} me={conversation.me} />}
        {message?.replyTo && <Answered id={message.replyTo} conversation={conversation} />}
        <div className="flex items-end gap-2">
          <div data-testid="said" className={`max-w-[75ch] min-w-0 flex-1 ${pending ? 'opacity-75' : ''}`}>
            <Body shown={shown} conversation={conversation} />
          </div>
          {author.id === conversation.me && !message?.removed && <Tick shown={shown} conversation={conversation} />}
        </div>
        {message?.reactions && <Reactions message={message} conversation={conversation} />}
        {pending?.state === 'refused' && <Refused pending={pending} outbox={conversation.signedIn.outbox} />}
      </div>
      {message && !message.removed && (
        <button
          type="button"
          aria-label={say('act.open', { name: author.name })}
          aria-haspopup="dialog"
          onClick={() => onActions(message)}
          className="absolute top-0 right-1 inline-flex size-9 items-center justify-center rounded-lg border border-line bg-raised text-muted opacity-0 group-hover:opacity-100 focus:opacity-100 pointer-coarse:static pointer-coarse:border-transparent pointer-coarse:bg-transparent pointer-coarse:opacity-100"
        >
          <Icon name="more" />
        </button>
      )}
    </article>
  )
}

function Head({ shown: { author, at }, me }: { shown: Shown; me: string }) {
  const { say, lang } = useWords()
  return (
    <p className="flex items-baseline gap-2">
      <span className="truncate font-semibold" dir="auto">
        {author.name}
      </span>
      {author.id === me && <span className="text-sm text-muted">{say('talk.you')}</span>}
      <time dateTime={at} title={fullTimeOf(at, lang)} className="shrink-0 text-xs text-muted tabular-nums">
        {timeOf(at, lang)}
      </time>
    </p>
  )
}

function Body({ shown: { text, message }, conversation }: { shown: Shown; conversation: Conversation }) {
  const say = useSay()
  if (message?.removed) return <p className="text-muted italic">{say('talk.removed')}</p>
  return (
    <>
      <Said text={text} mentions={message?.mentions} me={conversation.me} />
      {message?.files && <Attachments files={message.files} links={conversation.files} />}
      {message && (message.editedAt || message.pinned) && (
        <p className="flex items-center gap-2 text-xs text-muted">
          {message.pinned && (
            <span className="inline-flex items-center gap-1">
              <Mark name="tack" className="size-3.5" />
              {say('talk.pinned')}
            </span>
          )}
          {message.editedAt && say('talk.edited')}
        </p>
      )}
    </>
  )
}

/** What happened to what a thread belongs to. */
export function NoteRow({ message }: { message: Message }) {
  const { lang } = useWords()
  return (
    <div data-testid="note" className="flex items-center gap-2 px-4 py-1.5 text-sm text-muted">
      <Icon name="clock" className="size-4 shrink-0" />
      <p className="min-w-0">
        <span className="wrap-anywhere">{message.note!.text[lang]}</span>{' '}
        <time dateTime={message.at} className="text-xs tabular-nums">
          {timeOf(message.at, lang)}
        </time>
      </p>
    </div>
  )
}
