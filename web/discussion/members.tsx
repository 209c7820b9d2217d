import { useCallback, useState } from 'react'
import type { Author, Member, MemberRole } from '../../services/discussion/model'
import { Avatar } from '../ui/avatar'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icons'
import { Menu, type MenuItem } from '../ui/menu'
import { Problem } from '../ui/notice'
import { useQuery } from '../ui/use-query'
import { useStore } from '../ui/use-store'
import { useSubmit } from '../ui/use-submit'
import { WithReason } from './actions'
import { PeoplePicker } from './people-picker'
import { hasSay, owns } from './rights'
import type { SheetProps } from './sheet'
import { useSay } from './words'

/** Who is in a channel, or who has a say in an open one; and what those with a say may do about them. */
export function Members(props: SheetProps) {
  const { channel, conversation } = props
  const say = useSay()
  const { client } = conversation.signedIn
  const [invites, setInvites] = useState(false)
  const { value, refresh } = useQuery(
    useCallback(() => client.query('discussion.members', { channel: channel.id }), [client, channel.id]),
  )
  const isOpen = channel.kind === 'public' || channel.kind === 'announcement'
  return (
    <section>
      <div className="flex items-center justify-between gap-2">
        <h3 className="font-semibold">{say('sheet.people')}</h3>
        {channel.kind === 'private' && (
          <Button look="quiet" onClick={() => setInvites(true)}>
            <Icon name="plus" />
            {say('sheet.invite')}
          </Button>
        )}
      </div>
      {isOpen && <p className="text-sm text-muted">{say('sheet.people.open')}</p>}
      <ul>
        {value?.members.map((member) => (
          <Line key={member.id} member={member} onChanged={refresh} {...props} />
        ))}
      </ul>
      {invites && (
        <Invite
          without={value?.members.map(({ id }) => id) ?? []}
          onClose={() => {
            setInvites(false)
            refresh()
          }}
          {...{ channel, conversation }}
        />
      )}
    </section>
  )
}

type LineProps = SheetProps & { member: Member; onChanged(): void }

function Line({ member, channel, conversation, onChanged }: LineProps) {
  const say = useSay()
  const { client } = conversation.signedIn
  const { server } = useStore(client.connection.status)
  const [asks, setAsks] = useState<'timeout' | 'ban'>()
  const mine = server?.user.role ?? 'guest'
  const become = (role: MemberRole): void => {
    client
      .command('discussion.role', { channel: channel.id, user: member.id, role })
      .then(onChanged)
      .catch(() => undefined)
  }
  const expel = (): void => {
    client
      .command('discussion.expel', { channel: channel.id, user: member.id })
      .then(onChanged)
      .catch(() => undefined)
  }
  const items: MenuItem[] = []
  const add = (key: Parameters<typeof say>[0], onSelect: () => void, danger = false): void =>
    void items.push({ key, label: say(key as 'member.expel'), onSelect, danger })
  if (member.id !== conversation.me && owns(channel, mine)) {
    if (member.role !== 'owner') add('member.makeOwner', () => become('owner'))
    if (member.role !== 'moderator') add('member.makeModerator', () => become('moderator'))
    if (member.role !== 'member') add('member.makeMember', () => become('member'))
    if (channel.kind === 'private') add('member.expel', expel, true)
  }
  if (member.id !== conversation.me && hasSay(channel, mine)) {
    add('member.timeout', () => setAsks('timeout'))
    add('member.ban', () => setAsks('ban'), true)
  }
  return (
    <li className="flex min-h-11 items-center gap-3">
      <Avatar id={member.id} name={member.name} className="size-8 text-xs" />
      <span className="min-w-0 flex-1 truncate">{member.name}</span>
      {member.role !== 'member' && <span className="text-sm text-muted">{say(`member.${member.role}`)}</span>}
      {items.length > 0 && (
        <Menu label={say('member.actions', { name: member.name })} button={<Icon name="more" />} items={items} />
      )}
      {asks && (
        <Sanction
          kind={asks}
          user={member}
          onClose={() => (setAsks(undefined), onChanged())}
          {...{ channel, conversation }}
        />
      )}
    </li>
  )
}

type SanctionProps = Pick<SheetProps, 'channel' | 'conversation' | 'onClose'> & {
  kind: 'timeout' | 'ban'
  user: Author
}

/** Asks for the reason, which the person is told. */
export function Sanction({ kind, user, channel, conversation, onClose }: SanctionProps) {
  const say = useSay()
  return (
    <WithReason
      title={`${say(`member.${kind}`)}: ${user.name}`}
      text={say(`member.${kind}.text`)}
      yes={say(`member.${kind}`)}
      asks
      send={(reason, key) =>
        conversation.signedIn.client.command(
          'discussion.sanction',
          { channel: channel.id, user: user.id, kind, reason },
          { key },
        )
      }
      onClose={onClose}
    />
  )
}

type InviteProps = Pick<SheetProps, 'channel' | 'conversation' | 'onClose'> & { without: readonly string[] }

function Invite({ channel, conversation, without, onClose }: InviteProps) {
  const say = useSay()
  const { client } = conversation.signedIn
  const [chosen, setChosen] = useState<readonly Author[]>([])
  const { busy, problem, onSubmit } = useSubmit(async () => {
    await client.command('discussion.invite', { channel: channel.id, users: chosen.map(({ id }) => id) })
    onClose()
  })
  return (
    <Dialog title={say('sheet.invite')} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <PeoplePicker client={client} chosen={chosen} without={without} onChange={setChosen} />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy} disabled={chosen.length === 0}>
          {say('sheet.invite')}
        </Button>
      </form>
    </Dialog>
  )
}
