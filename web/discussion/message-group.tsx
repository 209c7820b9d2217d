import { memo } from 'react'
import type { Outbox } from '../../client/outbox'
import { Avatar } from '../ui/avatar'
import { Icon, type IconName } from '../ui/icons'
import { fullTimeOf, timeOf } from '../ui/times'
import { useSay, useWords } from './words'
import type { PendingPost } from './conversation'
import type { Group, Shown } from './groups'
import { Linked } from './linked'

interface GroupProps {
  group: Group
  me: string
  /** What was unread when the channel was opened begins here. */
  isNew: boolean
  outbox: Outbox
}

/** What one person said in a row. */
export const MessageGroup = memo(ShowGroup, (before, after) => {
  const same = before.group.messages.length === after.group.messages.length
  return (
    same &&
    before.me === after.me &&
    before.group.messages.every((one, index) => equal(one, after.group.messages[index]!))
  )
})

const equal = (one: Shown, other: Shown): boolean => one.message === other.message && one.pending === other.pending

function ShowGroup({ group, me, isNew, outbox }: GroupProps) {
  const { say, lang } = useWords()
  const { author, messages, at } = group
  const mine = author.id === me
  return (
    <>
      {isNew && <NewLine />}
      <article className="flex gap-3 py-1.5" aria-label={author.name}>
        <Avatar id={author.id} name={author.name} className="mt-0.5 size-9 text-sm" />
        <div className="min-w-0 flex-1">
          <p className="flex items-baseline gap-2">
            <span className="truncate font-semibold" dir="auto">
              {author.name}
            </span>
            {mine && <span className="text-sm text-muted">{say('talk.you')}</span>}
            <time dateTime={at} title={fullTimeOf(at, lang)} className="shrink-0 text-xs text-muted tabular-nums">
              {timeOf(at, lang)}
            </time>
          </p>
          {messages.map((shown) => (
            <Line key={shown.key} shown={shown} mine={mine} outbox={outbox} />
          ))}
        </div>
      </article>
    </>
  )
}

function Line({ shown, mine, outbox }: { shown: Shown; mine: boolean; outbox: Outbox }) {
  const { pending } = shown
  return (
    <div data-testid="message" data-key={shown.key}>
      <div className="flex items-end gap-2">
        <p
          dir="auto"
          className={`max-w-[75ch] min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap ${pending ? 'opacity-75' : ''}`}
        >
          <Linked text={shown.text} />
        </p>
        {mine && <Tick state={pending?.state ?? 'sent'} />}
      </div>
      {pending?.state === 'refused' && <Refused pending={pending} outbox={outbox} />}
    </div>
  )
}

const ticks: Record<PendingPost['state'], { icon: IconName; className: string }> = {
  waiting: { icon: 'clock', className: 'text-muted' },
  sending: { icon: 'clock', className: 'text-muted' },
  sent: { icon: 'tick', className: 'text-accent' },
  refused: { icon: 'alert', className: 'text-bad' },
}

/** A clock: on its way. One tick: committed, it will not be lost. */
function Tick({ state }: { state: PendingPost['state'] }) {
  const say = useSay()
  const { icon, className } = ticks[state]
  return (
    <span title={say(`tick.${state}`)} data-tick={state} className={`mb-1 shrink-0 ${className}`}>
      <Icon name={icon} className="size-4" />
      <span className="sr-only">{say(`tick.${state}`)}</span>
    </span>
  )
}

function Refused({ pending, outbox }: { pending: PendingPost; outbox: Outbox }) {
  const say = useSay()
  const reason = pending.refusal?.sentence ?? say('error.internal')
  return (
    <div className="mb-1 flex flex-wrap items-center gap-x-3 text-sm">
      <p role="alert" className="text-bad">
        {say('tick.refused.text', { reason })}
      </p>
      <button
        type="button"
        className="min-h-9 font-medium text-accent underline"
        onClick={() => outbox.retry(pending.key)}
      >
        {say('tick.retry')}
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

function NewLine() {
  const say = useSay()
  return (
    <div className="my-2 flex items-center gap-3 text-xs font-semibold text-accent" role="separator">
      <span className="h-px flex-1 bg-accent opacity-50" />
      {say('talk.new')}
      <span className="h-px flex-1 bg-accent opacity-50" />
    </div>
  )
}
