import { useState } from 'react'
import type { Role } from '../../protocol/roles'
import { Avatar } from '../ui/avatar'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Popover } from '../ui/popover'
import { useStore } from '../ui/use-store'
import { useSay } from './words'
import { barWays, waysFor } from './navigation'
import { Preferences } from './preferences'
import { Link } from './router'
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
      <span className="sr-only">{say('app.menu')}: </span>
      <span className="sr-only min-w-0 text-left lg:not-sr-only">
        <span className="block max-w-48 truncate text-sm font-medium">{name} </span>
        <span className="block text-xs text-muted">{say(`role.${role}`)}</span>
      </span>
    </>
  )
  return (
    <Popover button={button} buttonClassName="flex min-h-11 items-center gap-2.5 rounded-xl px-1.5 hover:bg-sunken">
      {(close) => (
        <div className="flex flex-col gap-4">
          <p className="lg:hidden">
            <span className="block font-medium">{name}</span>
            <span className="block text-sm text-muted">{say(`role.${role}`)}</span>
          </p>
          <nav className="flex flex-col" aria-label={say('app.menu')}>
            {placesFor(role).map(({ href, word }) => (
              <Link
                key={href}
                href={href}
                onClick={close}
                className="flex min-h-11 items-center rounded-xl px-2 hover:bg-sunken"
              >
                {say(word)}
              </Link>
            ))}
          </nav>
          <MorePages role={role} isDemo={server.demo ?? false} onLeave={close} />
          <Preferences />
          <SignOut signedIn={signedIn} />
          <p className="text-xs text-muted">{say('app.version', { version: server.version })}</p>
        </div>
      )}
    </Popover>
  )
}

/** Where one goes now and then, so that the bar needs no place for it. */
function placesFor(role: Role) {
  const places = [
    { href: '/me', word: 'nav.me' },
    { href: '/classes', word: 'nav.classes' },
    { href: '/people', word: 'nav.people' },
  ] as const
  return role === 'admin' ? places : places.slice(0, 2)
}

/** On a phone the bar below has room for the first pages only. */
function MorePages({ role, isDemo, onLeave }: { role: Role; isDemo: boolean; onLeave(): void }) {
  const say = useSay()
  const more = waysFor(role, isDemo).slice(barWays)
  if (more.length === 0) return null
  return (
    <nav aria-label={say('nav.more')} className="flex flex-col md:hidden">
      {more.map(({ path, name, icon }) => (
        <Link
          key={path}
          href={path}
          onClick={onLeave}
          className="-mx-2 flex min-h-11 items-center gap-3 rounded-xl px-2 hover:bg-sunken"
        >
          <Icon name={icon} className="size-5 text-muted" />
          {say(name)}
        </Link>
      ))}
    </nav>
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
