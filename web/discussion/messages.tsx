/** What was said, by day and author, with what is on its way at the end. */
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Outbox } from '../../client/outbox'
import type { Message } from '../../services/discussion/model'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { dayName } from '../ui/times'
import { useStore } from '../ui/use-store'
import { useSay, useWords } from './words'
import { Announcer } from './announcer'
import { postsIn, type Conversation, type PendingPost } from './conversation'
import { daysOf, type Author, type Day } from './groups'
import { MessageGroup } from './message-group'
import { useScroll } from './use-scroll'

interface MessagesProps {
  conversation: Conversation
  outbox: Outbox
  me: Author
  channelName: string
  messages: readonly Message[]
  /** Messages of others after this offset were unread when the channel was opened. */
  unreadAfter: number | undefined
  /** All up to this offset has been seen. */
  onSeen(offset: number): void
}

export function Messages(props: MessagesProps) {
  const { conversation, outbox, me, channelName, messages, unreadAfter, onSeen } = props
  const say = useSay()
  const pending = usePending(outbox, conversation.channel, messages)
  const days = useMemo(() => daysOf(messages, pending, me, unreadAfter), [messages, pending, me, unreadAfter])
  const newFrom = useMemo(() => firstAfter(days, unreadAfter), [days, unreadAfter])
  const loadOlder = useCallback(() => void conversation.loadOlder(), [conversation])
  const { box, content, atEnd, toEnd } = useScroll(messages[0]?.id, loadOlder)
  const missed = useMissed(messages, me.id, atEnd)
  useSeen(atEnd, conversation, onSeen)
  useEffect(toEnd, [pending.length, toEnd])

  const isEmpty = days.length === 0
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={say('talk.messages', { channel: channelName })}
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      >
        <div ref={content} className={`flex min-h-full flex-col px-3 py-3 md:px-4 ${isEmpty ? '' : 'justify-end'}`}>
          {isEmpty ? (
            <Empty icon="chat" title={say('talk.empty.title')}>
              {say('talk.empty.text')}
            </Empty>
          ) : (
            <>
              <Older conversation={conversation} channelName={channelName} onRetry={loadOlder} />
              {days.map((day) => (
                <DayOf key={day.day} day={day} me={me.id} newFrom={newFrom} outbox={outbox} />
              ))}
            </>
          )}
        </div>
      </div>
      {!atEnd && <Jump missed={missed} onJump={toEnd} />}
      <Announcer messages={messages} me={me.id} channelName={channelName} />
    </div>
  )
}

/** The group with which the unread begins. `daysOf` cuts there. */
function firstAfter(days: readonly Day[], unreadAfter: number | undefined): string | undefined {
  if (unreadAfter === undefined) return undefined
  const groups = days.flatMap((day) => day.groups)
  return groups.find(({ messages }) => (messages[0]?.message?.offset ?? 0) > unreadAfter)?.key
}

/** What is on its way and not on the screen yet. */
function usePending(outbox: Outbox, channel: string, messages: readonly Message[]): readonly PendingPost[] {
  const items = useStore(outbox.items)
  return useMemo(() => {
    const mine = postsIn(items, channel)
    if (mine.length === 0) return []
    const there = new Set(messages.map(({ key }) => key))
    return mine.filter(({ key }) => !there.has(key))
  }, [items, channel, messages])
}

/** How many messages of others came below while the reader looked further up. */
function useMissed(messages: readonly Message[], me: string, atEnd: boolean): number {
  const last = useRef(0)
  if (atEnd) last.current = messages.at(-1)?.offset ?? 0
  return messages.filter(({ offset, author }) => offset > last.current && author.id !== me).length
}

/** At the end, with the page in front: everything has been seen. */
function useSeen(atEnd: boolean, conversation: Conversation, onSeen: (offset: number) => void): void {
  const { offset } = useStore(conversation.live.store)
  useEffect(() => {
    const look = (): void => {
      if (atEnd && document.visibilityState === 'visible' && offset > 0) onSeen(offset)
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  })
}

function Older({
  conversation,
  channelName,
  onRetry,
}: {
  conversation: Conversation
  channelName: string
  onRetry(): void
}) {
  const say = useSay()
  const { state, error } = useStore(conversation.older)
  if (state === 'none')
    return <p className="py-4 text-center text-sm text-muted">{say('talk.start', { channel: channelName })}</p>
  if (state === 'failed') {
    return (
      <div className="flex flex-col items-center gap-2 py-3">
        <Problem>{say('talk.olderFailed', { reason: explain(error, say) })}</Problem>
        <Button look="outline" onClick={onRetry}>
          {say('talk.again')}
        </Button>
      </div>
    )
  }
  return (
    <p className="flex h-10 items-center justify-center gap-2 text-sm text-muted">
      {state === 'loading' && (
        <>
          <Spinner />
          {say('talk.older')}
        </>
      )}
    </p>
  )
}

interface DayProps {
  day: Day
  me: string
  newFrom: string | undefined
  outbox: Outbox
}

function DayOf({ day, me, newFrom, outbox }: DayProps) {
  const { lang } = useWords()
  return (
    <section>
      <h2 className="sticky top-0 z-10 my-2 flex justify-center">
        <span className="rounded-full border border-line bg-surface px-3 py-0.5 text-xs font-medium text-muted">
          {dayName(day.day, lang)}
        </span>
      </h2>
      {day.groups.map((group) => (
        <MessageGroup key={group.key} group={group} me={me} isNew={group.key === newFrom} outbox={outbox} />
      ))}
    </section>
  )
}

function Jump({ missed, onJump }: { missed: number; onJump(): void }) {
  const say = useSay()
  return (
    <div className="absolute inset-x-0 bottom-3 flex justify-center">
      <Button look="outline" onClick={onJump} className="min-h-10 rounded-full bg-raised text-sm shadow-float">
        <Icon name="down" className="size-4" />
        {missed > 0 ? say('talk.jump.new', { n: missed }) : say('talk.jump')}
      </Button>
    </div>
  )
}
