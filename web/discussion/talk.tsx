/** One conversation: who is here, what was said, who is writing, and a place to write. */
import { useCallback, useState } from 'react'
import { NodeBadge } from '../shell/node-badge'
import { Link } from '../shell/router'
import { paths } from './paths'
import type { SignedIn } from '../shell/session'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { useSay } from './words'
import { kindIcons } from './channel-list'
import { Composer } from './composer'
import { Conversation } from './conversation'
import type { Directory } from './directory'
import { Here } from './here'
import { Messages } from './messages'
import { mayPost } from './rights'
import { TypingLine } from './typing-line'

interface TalkProps {
  signedIn: SignedIn
  directory: Directory
  id: string
}

export function Talk({ signedIn, directory, id }: TalkProps) {
  const conversation = useResource(useCallback(() => new Conversation(id, signedIn), [id, signedIn]))
  return (
    <div className="flex h-full flex-col">
      <Header signedIn={signedIn} directory={directory} id={id} conversation={conversation} />
      {conversation && (
        <OpenTalk key={id} signedIn={signedIn} directory={directory} id={id} conversation={conversation} />
      )}
    </div>
  )
}

function Header({ signedIn, directory, id, conversation }: TalkProps & { conversation: Conversation | undefined }) {
  const say = useSay()
  const channel = useStore(directory.store).channels?.find((one) => one.id === id)
  return (
    <header className="flex min-h-14 items-center gap-1 border-b border-line pr-1 pl-1 md:pl-4">
      <Link
        href={paths.list}
        aria-label={say('app.back')}
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl hover:bg-sunken md:hidden"
      >
        <Icon name="back" />
      </Link>
      <h1 className="flex min-w-0 flex-1 items-center gap-1.5 font-semibold">
        {channel && <Icon name={kindIcons[channel.kind]} className="size-5 shrink-0 text-muted" />}
        <span className="truncate" dir="auto">
          {channel?.name}
        </span>
      </h1>
      {conversation && <Company conversation={conversation} />}
      <div className="md:hidden">
        <NodeBadge client={signedIn.client} />
      </div>
    </header>
  )
}

/** Who is here; nothing of a channel that can't be seen. */
function Company({ conversation }: { conversation: Conversation }) {
  const { phase } = useStore(conversation.live.store)
  return phase === 'ended' ? null : <Here roster={conversation.roster} me={conversation.me} />
}

function OpenTalk({ signedIn, directory, id, conversation }: TalkProps & { conversation: Conversation }) {
  const say = useSay()
  const { phase, state, error } = useStore(conversation.live.store)
  const { server } = useStore(signedIn.client.connection.status)
  const channel = useStore(directory.store).channels?.find((one) => one.id === id)
  // Where "new" began when the channel was opened; reading on doesn't move it. To a newcomer all is new: no line then.
  const [opened, setOpened] = useState<{ unreadAfter: number | undefined }>()
  if (channel && !opened) setOpened({ unreadAfter: channel.unread > 0 && channel.read > 0 ? channel.read : undefined })

  if (phase === 'ended') {
    return (
      <Empty icon="lock" title={say('talk.failed.title')}>
        <p role="alert">{explain(error, say)}</p>
      </Empty>
    )
  }
  const name = channel?.name ?? ''
  const closed = channel && server && !mayPost[channel.kind].includes(server.user.role)
  return (
    <>
      {state ? (
        <Messages
          conversation={conversation}
          outbox={signedIn.outbox}
          me={server!.user}
          channelName={name}
          messages={state.messages}
          unreadAfter={opened?.unreadAfter}
          onSeen={(offset) => opened && directory.read(id, offset)}
        />
      ) : (
        <div className="min-h-0 flex-1">
          <Skeleton label={say('talk.loading')} lines={['w-1/3', 'w-2/3', 'w-1/2', 'w-1/4', 'w-3/4', 'w-1/2']} />
        </div>
      )}
      <TypingLine typing={conversation.typing} />
      {closed ? (
        <p className="border-t border-line px-4 py-4 text-center text-sm text-muted">{say('write.closed')}</p>
      ) : (
        <Composer conversation={conversation} channelName={name} />
      )}
    </>
  )
}
