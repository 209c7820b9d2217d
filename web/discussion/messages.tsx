/** What was said, as a list of which only what is seen is on the page, with what is on its way at the end. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer } from 'virtua'
import type { Outbox } from '../../client/outbox'
import type { Author, Message } from '../../services/discussion/model'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { Icon } from '../ui/icons'
import { dayName } from '../ui/times'
import { useStore } from '../ui/use-store'
import { messageActions } from './later'
import { Announcer } from './announcer'
import { postsIn, type Conversation, type PendingPost } from './conversation'
import { MessageRow, NoteRow } from './message-row'
import { Older } from './older'
import { rowsOf, type Row } from './rows'
import { useStick } from './use-stick'
import { useSay, useWords } from './words'

interface MessagesProps {
  conversation: Conversation
  outbox: Outbox
  me: Author
  channelName: string
  messages: readonly Message[]
  /** The newest is not among them. */
  partial: boolean
  /** Messages of others after this offset were unread when the channel was opened. */
  unreadAfter: number | undefined
  /** What the person may do with others' messages. */
  hasSay: boolean
  /** All up to this offset has been seen. */
  onSeen(offset: number): void
}

export function Messages(props: MessagesProps) {
  const { conversation, outbox, me, channelName, messages, partial, unreadAfter, onSeen } = props
  const say = useSay()
  const pending = usePending(outbox, conversation.channel, messages)
  const shown = partial ? none : pending
  const rows = useMemo(() => rowsOf(messages, shown, { me, newAfter: unreadAfter }), [messages, shown, me, unreadAfter])
  const onNearTop = useCallback(() => void conversation.loadOlder(), [conversation])
  const onNearEnd = useCallback(() => void conversation.loadNewer(), [conversation])
  const stick = useStick({ rows: rows.length, isWhole: !partial, onNearTop, onNearEnd })
  const { box, list, atEnd } = stick
  const target = useTarget(conversation, rows, list)
  const [acted, setActed] = useState<Message>()
  useSeen(atEnd && !partial, conversation, onSeen)
  const toEnd = useCallback(() => void conversation.toEnd().then(stick.toEnd), [conversation, stick.toEnd])
  useOwnWords(pending.length, toEnd)

  const shift = useShift(messages[0]?.offset)
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={say('talk.messages', { channel: channelName })}
        className="flex h-full flex-col overflow-y-auto overscroll-contain pb-3 outline-offset-[-2px] [overflow-anchor:none]"
      >
        {messages.length === 0 && shown.length === 0 ? (
          <Empty icon="chat" title={say('talk.empty.title')}>
            {say('talk.empty.text')}
          </Empty>
        ) : (
          <>
            <div className="grow" />
            <Virtualizer
              ref={list}
              as={stick.held}
              data={rows}
              shift={shift}
              bufferSize={1200}
              // Measured ones don't change what is taken for granted of the others: that would move what is being read.
              itemSize={56}
              scrollRef={box}
              onScroll={stick.onScroll}
            >
              {(row) => (
                <ShowRow
                  key={row.key}
                  row={row}
                  target={target}
                  onActions={setActed}
                  {...{ conversation, channelName }}
                />
              )}
            </Virtualizer>
          </>
        )}
      </div>
      {(!atEnd || partial) && (
        <Jump messages={partial ? noMessages : messages} me={me.id} atEnd={atEnd} onJump={toEnd} />
      )}
      <Announcer messages={messages} me={me.id} channelName={channelName} />
      {acted && (
        <messageActions.View
          message={acted}
          conversation={conversation}
          hasSay={props.hasSay}
          onClose={() => setActed(undefined)}
        />
      )}
    </div>
  )
}

const none: readonly PendingPost[] = []
const noMessages: readonly Message[] = []

interface ShowRowProps {
  row: Row
  conversation: Conversation
  channelName: string
  target: number | undefined
  onActions(message: Message): void
}

/** A message with what stands above it. */
function ShowRow({ row, conversation, channelName, target, onActions }: ShowRowProps) {
  const { shown, first, day, isNew, isTop } = row
  const isTarget = target !== undefined && shown.message?.offset === target
  return (
    <div data-row="">
      {isTop && <Older conversation={conversation} channelName={channelName} />}
      {day && <DayLine day={day} />}
      {isNew && <NewLine />}
      {shown.message?.note ? (
        <NoteRow message={shown.message} />
      ) : (
        <MessageRow {...{ shown, first, isTarget, conversation, onActions }} />
      )}
    </div>
  )
}

/** What one says oneself is seen at once, wherever one was. */
function useOwnWords(pending: number, toEnd: () => void): void {
  useEffect(() => {
    if (pending > 0) toEnd()
    // Only when something is said, not when the list changes.
  }, [pending]) // oxlint-disable-line react/exhaustive-deps
}

/** What is on its way and not on the screen yet. */
function usePending(outbox: Outbox, channel: string, messages: readonly Message[]): readonly PendingPost[] {
  const items = useStore(outbox.items)
  return useMemo(() => {
    const mine = postsIn(items, channel)
    if (mine.length === 0) return none
    const there = new Set(messages.map(({ key }) => key))
    return mine.filter(({ key }) => !there.has(key))
  }, [items, channel, messages])
}

/** The list keeps its place from the end while something is put in or taken away at its beginning. */
function useShift(first: number | undefined): boolean {
  const before = useRef(first)
  const shift = before.current !== undefined && first !== before.current
  useEffect(() => {
    before.current = first
  })
  return shift
}

/** Scrolls to the message that was asked for, and marks it for a while. */
function useTarget(
  conversation: Conversation,
  rows: readonly Row[],
  list: ReturnType<typeof useStick>['list'],
): number | undefined {
  const target = useStore(conversation.target)
  useEffect(() => {
    if (!target) return
    const index = rows.findIndex(({ shown }) => shown.message?.offset === target.offset)
    if (index >= 0) list.current?.scrollToIndex(index, { align: 'center' })
    const timer = setTimeout(() => conversation.target.set(undefined), 2500)
    return () => clearTimeout(timer)
    // Where it stands is looked up once; later rows don't bring the reader back.
  }, [target]) // oxlint-disable-line react/exhaustive-deps
  return target?.offset
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

function DayLine({ day }: { day: string }) {
  const { lang } = useWords()
  return (
    <h2 className="flex justify-center py-2">
      <span className="rounded-full border border-line bg-surface px-3 py-0.5 text-xs font-medium text-muted">
        {dayName(day, lang)}
      </span>
    </h2>
  )
}

function NewLine() {
  const say = useSay()
  return (
    <div className="flex items-center gap-3 px-4 py-2 text-xs font-semibold text-accent" role="separator">
      <span className="h-px flex-1 bg-accent opacity-50" />
      {say('talk.new')}
      <span className="h-px flex-1 bg-accent opacity-50" />
    </div>
  )
}

interface JumpProps {
  messages: readonly Message[]
  me: string
  atEnd: boolean
  onJump(): void
}

/** Down to the newest, with how many messages of others came below meanwhile. */
function Jump({ messages, me, atEnd, onJump }: JumpProps) {
  const say = useSay()
  const last = useRef(messages.at(-1)?.offset ?? 0)
  if (atEnd) last.current = messages.at(-1)?.offset ?? 0
  const missed = messages.filter(({ offset, author }) => offset > last.current && author.id !== me).length
  return (
    <div className="absolute inset-x-0 bottom-3 flex justify-center">
      <Button look="outline" onClick={onJump} className="min-h-10 rounded-full bg-raised text-sm shadow-float">
        <Icon name="down" className="size-4" />
        {missed > 0 ? say('talk.jump.new', { n: missed }) : say('talk.jump')}
      </Button>
    </div>
  )
}
