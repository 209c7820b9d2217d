/** Conversations: the channels on the left, the open one on the right; on a phone one at a time. */
import { useCallback, useEffect, useState } from 'react'
import { recall, remember } from '../shell/device'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import type { SignedIn } from '../shell/session'
import { Empty } from '../ui/empty'
import { useLater } from '../ui/late'
import { useMedia, wide } from '../ui/use-media'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { useTitle } from '../ui/use-title'
import { ChannelList } from './channel-list'
import { Directory } from './directory'
import { bringAll, createChannel, direct } from './later'
import { nameOf } from './names'
import { paths } from './paths'
import { Talk } from './talk'
import { useSay } from './words'

export default function DiscussionPage({ signedIn, params: { channel }, query }: PageProps<{ channel?: string }>) {
  const directory = useResource(useCallback(() => new Directory(signedIn.client), [signedIn]))
  const at = Number(query.get('at')) || undefined
  return directory && <Discussion key={channel} {...{ signedIn, channel, directory, at }} />
}

interface DiscussionProps {
  signedIn: SignedIn
  channel: string | undefined
  directory: Directory
  at: number | undefined
}

function Discussion({ signedIn, channel, directory, at }: DiscussionProps) {
  const say = useSay()
  const [dialog, setDialog] = useState<'create' | 'direct'>()
  const { channels } = useStore(directory.store)
  const open = channels?.find(({ id }) => id === channel)
  const loud = channels?.filter(({ level, hidden }) => level !== 'none' && !hidden)
  useTitle(
    open && nameOf(open),
    loud?.reduce((sum, { unread }) => sum + unread, 0),
  )
  useLanding(directory, channel)
  useLater(bringAll)
  const close = (): void => setDialog(undefined)
  return (
    <div className="flex h-full">
      <div className={`w-full shrink-0 md:w-60 lg:w-72 ${channel === undefined ? '' : 'hidden md:block'}`}>
        <ChannelList
          signedIn={signedIn}
          directory={directory}
          open={channel}
          onCreate={() => setDialog('create')}
          onWrite={() => setDialog('direct')}
        />
      </div>
      <div
        className={`min-w-0 flex-1 bg-surface md:border-l md:border-line ${channel === undefined ? 'hidden md:block' : ''}`}
      >
        {channel === undefined ? (
          <Empty icon="chat" title={say('channels.pick.title')}>
            {say('channels.pick.text')}
          </Empty>
        ) : (
          <Talk signedIn={signedIn} directory={directory} id={channel} at={at} />
        )}
      </div>
      {dialog === 'create' && <createChannel.View signedIn={signedIn} directory={directory} onClose={close} />}
      {dialog === 'direct' && <direct.View signedIn={signedIn} directory={directory} onClose={close} />}
    </div>
  )
}

/** Where there is room for a conversation, or nobody has been anywhere yet, one is opened. */
function useLanding(directory: Directory, channel: string | undefined): void {
  const isWide = useMedia(wide)
  const { channels } = useStore(directory.store)
  useEffect(() => {
    if (channel !== undefined) return remember('channel', channel)
    const last = recall('channel')
    const target = channels?.find(({ id }) => id === last) ?? channels?.[0]
    if (target && (isWide || last === undefined)) navigate(paths.channel(target.id), { replace: true })
  }, [channel, channels, isWide])
}
