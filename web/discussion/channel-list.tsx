import type { Role } from '../../protocol/roles'
import type { Channel, ChannelKind } from '../../services/discussion/model'
import { Link } from '../shell/router'
import { paths } from './paths'
import type { SignedIn } from '../shell/session'
import { Badge } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon, type IconName } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Skeleton } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import { useSay } from './words'
import type { Directory } from './directory'
import { kindsFor } from './rights'

export const kindIcons: Record<ChannelKind, IconName> = {
  public: 'hash',
  private: 'lock',
  announcement: 'megaphone',
  direct: 'chat',
}

interface ChannelListProps {
  signedIn: SignedIn
  directory: Directory
  open: string | undefined
  onCreate(): void
}

export function ChannelList({ signedIn, directory, open, onCreate }: ChannelListProps) {
  const say = useSay()
  const { server } = useStore(signedIn.client.connection.status)
  const role: Role = server?.user.role ?? 'guest'
  return (
    <nav aria-label={say('channels.title')} className="flex h-full flex-col overflow-y-auto px-2 pt-1.5 pb-2">
      <div className="flex min-h-11 items-center justify-between pl-2">
        <h1 className="text-sm font-semibold text-muted">{say('channels.title')}</h1>
        {kindsFor(role).length > 0 && (
          <IconButton label={say('channels.new')} onClick={onCreate}>
            <Icon name="plus" />
          </IconButton>
        )}
      </div>
      <Channels directory={directory} open={open} />
    </nav>
  )
}

function Channels({ directory, open }: { directory: Directory; open: string | undefined }) {
  const say = useSay()
  const { channels, error } = useStore(directory.store)
  if (error && !channels) {
    return (
      <div className="flex flex-col gap-3 p-2">
        <Problem>{explain(error, say)}</Problem>
        <Button look="outline" onClick={() => void directory.refresh()}>
          {say('talk.again')}
        </Button>
      </div>
    )
  }
  if (!channels) return <Skeleton label={say('channels.loading')} lines={['w-3/4', 'w-1/2', 'w-2/3']} />
  if (channels.length === 0) {
    return (
      <Empty icon="chat" title={say('channels.empty.title')}>
        {say('channels.empty.text')}
      </Empty>
    )
  }
  return (
    <ul className="flex flex-col gap-0.5">
      {channels.map((channel) => (
        <ChannelLine key={channel.id} channel={channel} isOpen={channel.id === open} />
      ))}
    </ul>
  )
}

function ChannelLine({ channel, isOpen }: { channel: Channel; isOpen: boolean }) {
  const say = useSay()
  const { id, name, kind, unread } = channel
  const weight = unread > 0 && !isOpen ? 'font-semibold' : ''
  return (
    <li>
      <Link
        href={paths.channel(id)}
        aria-current={isOpen ? 'page' : undefined}
        className={`flex min-h-12 items-center gap-2.5 rounded-xl px-2.5 hover:bg-sunken aria-[current]:bg-accent-soft md:min-h-11 ${weight}`}
      >
        <Icon name={kindIcons[kind]} className="size-5 shrink-0 text-muted" />
        <span className="sr-only">{say(`channel.kind.${kind}`)}: </span>
        <span className="min-w-0 flex-1 truncate" dir="auto">
          {name}
        </span>
        {unread > 0 && !isOpen && <Badge count={unread} label={say('channels.unread', { n: unread })} />}
      </Link>
    </li>
  )
}
