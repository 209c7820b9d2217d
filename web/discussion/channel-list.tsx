import type { ReactNode } from 'react'
import type { Role } from '../../protocol/roles'
import type { Channel, ChannelKind } from '../../services/discussion/model'
import { Link } from '../shell/router'
import type { SignedIn } from '../shell/session'
import { Avatar } from '../ui/avatar'
import { Badge } from '../ui/badge'
import { Button, IconButton } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon, type IconName } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Skeleton } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import type { Directory } from './directory'
import { Mark } from './marks'
import { nameOf, sectionsOf, type Section } from './names'
import { paths } from './paths'
import { hasSay, kindsFor, mayWriteTo } from './rights'
import { useSay } from './words'

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
  onWrite(): void
}

export function ChannelList({ signedIn, directory, open, onCreate, onWrite }: ChannelListProps) {
  const say = useSay()
  const { server } = useStore(signedIn.client.connection.status)
  const { channels = [] } = useStore(directory.store)
  const role: Role = server?.user.role ?? 'guest'
  const moderates = channels.some((channel) => hasSay(channel, role))
  return (
    <nav aria-label={say('channels.title')} className="flex h-full flex-col overflow-y-auto px-2 pt-1.5 pb-2">
      <div className="flex min-h-11 items-center pl-2">
        <h1 className="flex-1 text-sm font-semibold text-muted">{say('channels.title')}</h1>
        {moderates && (
          <ToPage href={paths.moderation} label={say('channels.queue')}>
            <Mark name="flag" />
          </ToPage>
        )}
        <ToPage href={paths.search()} label={say('channels.search')}>
          <Icon name="search" />
        </ToPage>
        {mayWriteTo(role) && (
          <IconButton label={say('channels.write')} onClick={onWrite}>
            <Icon name="edit" />
          </IconButton>
        )}
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

function ToPage({ href, label, children }: { href: string; label: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      aria-label={label}
      className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl text-muted hover:bg-sunken hover:text-ink"
    >
      {children}
    </Link>
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
  return sectionsOf(channels).map((section, index) => <Part key={index} section={section} open={open} />)
}

function Part({ section: { title, channels }, open }: { section: Section; open: string | undefined }) {
  const say = useSay()
  const lines = (
    <ul className="flex flex-col gap-0.5">
      {channels.map((channel) => (
        <ChannelLine key={channel.id} channel={channel} isOpen={channel.id === open} />
      ))}
    </ul>
  )
  if (title === 'channels') return lines
  const name = typeof title === 'object' ? title.category : say(`channels.${title}`)
  if (title === 'hidden') {
    return (
      <details className="mt-3">
        <summary className="min-h-8 cursor-pointer px-2.5 text-sm font-semibold text-muted">{name}</summary>
        {lines}
      </details>
    )
  }
  return (
    <section className="mt-3">
      <h2 className="min-h-8 truncate px-2.5 text-sm font-semibold text-muted">{name}</h2>
      {lines}
    </section>
  )
}

function ChannelLine({ channel, isOpen }: { channel: Channel; isOpen: boolean }) {
  const say = useSay()
  const { id, kind, unread, mentions, level, people } = channel
  const wants = unread > 0 && !isOpen
  const isMuted = level === 'none'
  return (
    <li>
      <Link
        href={paths.channel(id)}
        aria-current={isOpen ? 'page' : undefined}
        className={`flex min-h-12 items-center gap-2.5 rounded-xl px-2.5 hover:bg-sunken aria-[current]:bg-accent-soft md:min-h-11 ${wants && !isMuted ? 'font-semibold' : ''} ${isMuted ? 'text-muted' : ''}`}
      >
        {people?.length === 1 ? (
          <Avatar id={people[0]!.id} name={people[0]!.name} className="size-6 text-[10px]" />
        ) : (
          <Icon name={people ? 'people' : kindIcons[kind]} className="size-5 shrink-0 text-muted" />
        )}
        <span className="sr-only">{say(`channel.kind.${kind}`)}: </span>
        <span className="min-w-0 flex-1 truncate" dir="auto">
          {nameOf(channel)}
        </span>
        {channel.draft && !isOpen && <span className="text-xs text-muted italic">{say('channels.draft')}</span>}
        {isMuted && (
          <>
            <Mark name="muted" className="size-4 shrink-0 text-muted" />
            <span className="sr-only">{say('channels.muted')}</span>
          </>
        )}
        {wants && mentions > 0 && (
          <span aria-label={say('channels.mentions', { n: mentions })} role="img">
            @
          </span>
        )}
        {wants && !isMuted && <Badge count={unread} label={say('channels.unread', { n: unread })} />}
      </Link>
    </li>
  )
}
