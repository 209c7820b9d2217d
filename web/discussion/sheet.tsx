/** About a channel: what one is told of it, what is pinned, who is in it, and what those with a say decide. */
import { useCallback, useState } from 'react'
import type { Channel, Level } from '../../services/discussion/model'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { Dialog } from '../ui/dialog'
import { explain } from '../ui/explain'
import { Checkbox, Select } from '../ui/inputs'
import { toast } from '../ui/toast'
import { useQuery } from '../ui/use-query'
import { useStore } from '../ui/use-store'
import { navigate } from '../shell/router'
import { excerptOf } from './answered'
import type { Conversation } from './conversation'
import type { Directory } from './directory'
import { Members } from './members'
import { ModerationPart } from './moderation'
import { nameOf } from './names'
import { paths } from './paths'
import { hasSay, owns } from './rights'
import { Settings } from './settings-part'
import { useSay } from './words'

export interface SheetProps {
  channel: Channel
  conversation: Conversation
  directory: Directory
  onClose(): void
}

export function ChannelSheet(props: SheetProps) {
  const { channel, conversation, onClose } = props
  const { server } = useStore(conversation.signedIn.client.connection.status)
  const role = server?.user.role ?? 'guest'
  return (
    <Dialog title={nameOf(channel)} shape="sheet" onClose={onClose}>
      <div className="flex flex-col gap-6">
        {channel.about && <p className="wrap-anywhere">{channel.about}</p>}
        <Told {...props} />
        {channel.kind === 'direct' && <Receipts {...props} />}
        <Pins {...props} />
        <Members {...props} />
        {owns(channel, role) && <Settings {...props} />}
        {hasSay(channel, role) && <ModerationPart {...props} />}
        <Leave {...props} />
      </div>
    </Dialog>
  )
}

const levels = ['usual', 'all', 'mentions', 'none'] as const

function Told({ channel, directory }: SheetProps) {
  const say = useSay()
  const change = (level: Level | 'usual'): void => {
    directory.prefer(channel.id, level).catch((error: unknown) => toast(explain(error, say)))
  }
  return (
    <Select
      label={say('sheet.level')}
      value={channel.level ?? 'usual'}
      options={levels.map((value) => ({ value, label: say(`sheet.level.${value}`) }))}
      onChange={change}
    />
  )
}

/** A matter of the person, not of this conversation; here is where one thinks of it. */
function Receipts({ conversation, directory }: SheetProps) {
  const say = useSay()
  const { discreet = false } = useStore(directory.store)
  const change = (on: boolean): void => {
    conversation.signedIn.client
      .command('discussion.receipts', { on })
      .then(() => directory.refresh())
      .catch(() => undefined)
  }
  return (
    <Checkbox
      label={say('sheet.receipts')}
      hint={say('sheet.receipts.hint')}
      checked={!discreet}
      onChange={({ target }) => change(target.checked)}
    />
  )
}

function Pins({ channel: { id }, conversation, onClose }: SheetProps) {
  const say = useSay()
  const { client } = conversation.signedIn
  const { value } = useQuery(useCallback(() => client.query('discussion.pins', { channel: id }), [client, id]))
  const show = (offset: number): void => {
    onClose()
    conversation.show(offset).catch(() => undefined)
  }
  return (
    <section>
      <h3 className="mb-1 font-semibold">{say('sheet.pins')}</h3>
      {value?.messages.length === 0 && <p className="text-sm text-muted">{say('sheet.pins.none')}</p>}
      <ul>
        {value?.messages.map((message) => (
          <li key={message.id}>
            <button
              type="button"
              onClick={() => show(message.offset)}
              className="block min-h-11 w-full rounded-xl px-2 py-1 text-left hover:bg-sunken"
            >
              <span className="block text-sm font-medium">{message.author.name}</span>
              <span className="line-clamp-2 text-sm text-muted">{excerptOf(message, say)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A closed channel is left; an open one only goes out of one's sight, and comes back as easily. */
function Leave({ channel, conversation, directory, onClose }: SheetProps) {
  const say = useSay()
  const [asks, setAsks] = useState(false)
  const { client } = conversation.signedIn
  const isLeft = channel.kind === 'private' || channel.thread !== undefined
  const leave = async (): Promise<void> => {
    await client.command('discussion.leave', { channel: channel.id })
    await directory.refresh()
    onClose()
    if (isLeft) navigate(paths.list)
  }
  const join = async (): Promise<void> => {
    await client.command('discussion.join', { channel: channel.id })
    await directory.refresh()
    onClose()
  }
  if (channel.hidden) {
    return (
      <Button look="outline" onClick={() => void join().catch(() => undefined)}>
        {say('sheet.show')}
      </Button>
    )
  }
  return (
    <>
      <Button look="outline" onClick={() => (isLeft ? setAsks(true) : void leave().catch(() => undefined))}>
        {say(isLeft ? 'sheet.leave' : 'sheet.hide')}
      </Button>
      {asks && (
        <Confirm title={say('sheet.leave.title')} yes={say('sheet.leave')} onYes={leave} onClose={() => setAsks(false)}>
          {say('sheet.leave.text')}
        </Confirm>
      )}
    </>
  )
}
