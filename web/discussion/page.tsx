/** Conversations: the channels on the left, the open one on the right; on a phone one at a time. */
import { useCallback, useEffect, useState } from 'react'
import { recall, remember } from '../shell/device'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { paths } from './paths'
import type { SignedIn } from '../shell/session'
import { useTitle } from '../ui/use-title'
import { Empty } from '../ui/empty'
import { useMedia, wide } from '../ui/use-media'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { useSay } from './words'
import { ChannelList } from './channel-list'
import { CreateChannel } from './create-channel'
import { Directory } from './directory'
import { Talk } from './talk'

export default function DiscussionPage({ signedIn, params: { channel } }: PageProps<{ channel?: string }>) {
  const directory = useResource(useCallback(() => new Directory(signedIn.client), [signedIn]))
  return directory && <Discussion key={channel} signedIn={signedIn} channel={channel} directory={directory} />
}

interface DiscussionProps {
  signedIn: SignedIn
  channel: string | undefined
  directory: Directory
}

function Discussion({ signedIn, channel, directory }: DiscussionProps) {
  const say = useSay()
  const [creating, setCreating] = useState(false)
  const { channels } = useStore(directory.store)
  const open = channels?.find(({ id }) => id === channel)
  useTitle(
    open?.name,
    channels?.reduce((sum, { unread }) => sum + unread, 0),
  )
  useLanding(directory, channel)
  return (
    <div className="flex h-full">
      <div className={`w-full shrink-0 md:w-60 lg:w-72 ${channel === undefined ? '' : 'hidden md:block'}`}>
        <ChannelList signedIn={signedIn} directory={directory} open={channel} onCreate={() => setCreating(true)} />
      </div>
      <div
        className={`min-w-0 flex-1 bg-surface md:border-l md:border-line ${channel === undefined ? 'hidden md:block' : ''}`}
      >
        {channel === undefined ? (
          <Empty icon="chat" title={say('channels.pick.title')}>
            {say('channels.pick.text')}
          </Empty>
        ) : (
          <Talk signedIn={signedIn} directory={directory} id={channel} />
        )}
      </div>
      {creating && <CreateChannel signedIn={signedIn} directory={directory} onClose={() => setCreating(false)} />}
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
