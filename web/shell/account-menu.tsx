import { useState } from 'react'
import { Avatar } from '../ui/avatar'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Popover } from '../ui/popover'
import { useStore } from '../ui/use-store'
import { useSay } from '../ui/words'
import { Preferences } from './preferences'
import { signOut, type SignedIn } from './session'

/** Who one is here, and what one has chosen. */
export function AccountMenu({ signedIn }: { signedIn: SignedIn }) {
  const say = useSay()
  const { server } = useStore(signedIn.client.connection.status)
  if (!server) return null
  const { id, name, role } = server.user
  const button = (
    <>
      <Avatar id={id} name={name} />
      <span className="min-w-0 flex-1 text-left">
        <span className="block truncate font-medium">{name}</span>
        <span className="block text-sm text-muted">{say(`role.${role}`)}</span>
      </span>
      <Icon name="gear" className="size-5 shrink-0 text-muted" />
    </>
  )
  return (
    <Popover
      label={`${say('app.menu')}: ${name}`}
      button={button}
      place="above-left"
      buttonClassName="flex w-full items-center gap-3 rounded-xl p-2 hover:bg-sunken"
    >
      {() => (
        <div className="flex flex-col gap-4">
          <Preferences />
          <SignOut signedIn={signedIn} />
          <p className="text-xs text-muted">{say('app.version', { version: server.version })}</p>
        </div>
      )}
    </Popover>
  )
}

function SignOut({ signedIn }: { signedIn: SignedIn }) {
  const say = useSay()
  const unsent = useStore(signedIn.outbox.items).filter(({ state }) => state !== 'sent').length
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const leave = (): void => {
    setBusy(true)
    signOut()
      .catch((error: unknown) => setProblem(explain(error, say)))
      .finally(() => setBusy(false))
  }
  return (
    <div className="flex flex-col gap-2">
      {unsent > 0 && (
        <p className="rounded-xl bg-warn-soft px-3 py-2 text-sm">{say('sign.out.unsent', { n: unsent })}</p>
      )}
      {problem && <Problem>{problem}</Problem>}
      <Button look="outline" busy={busy} onClick={leave}>
        {say('sign.out')}
      </Button>
    </div>
  )
}
