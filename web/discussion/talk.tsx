/** One conversation: who is here, what was said, who is writing, and a place to write. */
import { useCallback, useEffect, useState } from 'react'
import type { Channel } from '../../services/discussion/model'
import { NodeBadge } from '../shell/node-badge'
import { Link } from '../shell/router'
import type { SignedIn } from '../shell/session'
import { IconButton } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { kindIcons } from './channel-list'
import { Composer } from './composer'
import { Conversation } from './conversation'
import type { Directory } from './directory'
import { Here } from './here'
import { channelSheet } from './later'
import { Messages } from './messages'
import { nameOf } from './names'
import { paths } from './paths'
import { hasSay, mayWrite } from './rights'
import { TypingLine } from './typing-line'
import { useSay } from './words'

interface TalkProps {
  signedIn: SignedIn
  directory: Directory
  id: string
  /** A message that is to be shown. */
  at: number | undefined
}

export function Talk({ signedIn, directory, id, at }: TalkProps) {
  const conversation = useResource(useCallback(() => new Conversation(id, signedIn), [id, signedIn]))
  return (
    <div className="flex h-full flex-col">
      <Header signedIn={signedIn} directory={directory} id={id} conversation={conversation} />
      {conversation && (
        <OpenTalk key={id} signedIn={signedIn} directory={directory} id={id} at={at} conversation={conversation} />
      )}
    </div>
  )
}

type HeaderProps = Omit<TalkProps, 'at'> & { conversation: Conversation | undefined }

function Header({ signedIn, directory, id, conversation }: HeaderProps) {
  const say = useSay()
  const channel = useChannel(directory, id)
  const [isOpen, setOpen] = useState(false)
  return (
    <header className="flex min-h-14 items-center gap-1 border-b border-line pr-1 pl-1 md:pl-4">
      <Link
        href={paths.list}
        aria-label={say('app.back')}
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl hover:bg-sunken md:hidden"
      >
        <Icon name="back" />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 className="flex items-center gap-1.5 font-semibold">
          {channel && <Icon name={kindIcons[channel.kind]} className="size-5 shrink-0 text-muted" />}
          <span className="truncate" dir="auto">
            {channel && nameOf(channel)}
          </span>
        </h1>
        {channel?.about && <p className="hidden truncate text-sm text-muted md:block">{channel.about}</p>}
      </div>
      {conversation && <Company conversation={conversation} />}
      {channel && conversation && (
        <IconButton label={say('talk.about', { channel: nameOf(channel) })} onClick={() => setOpen(true)}>
          <Icon name="more" />
        </IconButton>
      )}
      <div className="md:hidden">
        <NodeBadge client={signedIn.client} />
      </div>
      {isOpen && channel && conversation && (
        <channelSheet.View channel={channel} {...{ conversation, directory }} onClose={() => setOpen(false)} />
      )}
    </header>
  )
}

const useChannel = (directory: Directory, id: string): Channel | undefined =>
  useStore(directory.store).channels?.find((one) => one.id === id)

/** Who is here; nothing of a channel that can't be seen. */
function Company({ conversation }: { conversation: Conversation }) {
  const { phase } = useStore(conversation.live.store)
  return phase === 'ended' ? null : <Here roster={conversation.roster} me={conversation.me} />
}

function OpenTalk({ signedIn, directory, id, at, conversation }: TalkProps & { conversation: Conversation }) {
  const say = useSay()
  const { phase, state, error } = useStore(conversation.live.store)
  const { server } = useStore(signedIn.client.connection.status)
  const channel = useChannel(directory, id)
  // Where "new" began when the channel was opened; reading on doesn't move it. To a newcomer all is new: no line then.
  const [opened, setOpened] = useState<{ unreadAfter: number | undefined; unread: number }>()
  if (channel && !opened) {
    const isNew = channel.unread > 0 && channel.read > 0
    setOpened({ unreadAfter: isNew ? channel.read : undefined, unread: isNew ? channel.unread : 0 })
  }
  const isLoaded = state !== undefined
  useEffect(() => {
    if (isLoaded && at !== undefined) conversation.show(at).catch(() => undefined)
  }, [conversation, isLoaded, at])

  if (phase === 'ended') {
    return (
      <Empty icon="lock" title={say('talk.failed.title')}>
        <p role="alert">{explain(error, say)}</p>
      </Empty>
    )
  }
  const name = channel ? nameOf(channel) : ''
  const role = server?.user.role ?? 'guest'
  return (
    <>
      {state && opened?.unreadAfter !== undefined && (
        <FirstUnread conversation={conversation} after={opened.unreadAfter} unread={opened.unread} />
      )}
      {state ? (
        <Messages
          conversation={conversation}
          outbox={signedIn.outbox}
          me={server!.user}
          channelName={name}
          messages={state.messages}
          partial={state.partial === true}
          unreadAfter={opened?.unreadAfter}
          hasSay={channel !== undefined && hasSay(channel, role)}
          onSeen={(offset) => opened && directory.read(id, offset)}
        />
      ) : (
        <div className="min-h-0 flex-1">
          <Skeleton label={say('talk.loading')} lines={['w-1/3', 'w-2/3', 'w-1/2', 'w-1/4', 'w-3/4', 'w-1/2']} />
        </div>
      )}
      <TypingLine typing={conversation.typing} />
      {channel && !mayWrite(channel, role) ? (
        <p className="border-t border-line px-4 py-4 text-center text-sm text-muted">
          {say(channel.archived ? 'talk.archived' : 'write.closed')}
        </p>
      ) : (
        <>
          {channel?.slowSeconds && (
            <p className="px-4 text-xs text-muted">{say('talk.slow', { n: channel.slowSeconds })}</p>
          )}
          <Composer conversation={conversation} channelName={name} draft={channel?.draft} />
        </>
      )}
    </>
  )
}

interface FirstUnreadProps {
  conversation: Conversation
  after: number
  unread: number
}

/** Up to where the unread begins, when that isn't on the page. */
function FirstUnread({ conversation, after, unread }: FirstUnreadProps) {
  const say = useSay()
  const [isDone, setDone] = useState(false)
  const first = conversation.live.store.get().state?.messages[0]?.offset ?? 0
  if (isDone || first <= after + 1) return null
  const go = (): void => {
    setDone(true)
    conversation.show(after + 1).catch(() => undefined)
  }
  return (
    <button
      type="button"
      onClick={go}
      className="min-h-9 border-b border-line bg-accent-soft px-4 text-sm font-medium text-accent"
    >
      {say('talk.unread', { n: unread })}
    </button>
  )
}
