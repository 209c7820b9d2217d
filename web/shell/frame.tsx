/**
 * What stands around a page: where one can go, who one is, and how the connection is. A bar below on a phone, a rail on
 * a tablet, a wider side bar on a desktop. A `focused` page has a phone's whole screen.
 */
import type { ReactNode } from 'react'
import { Icon } from '../ui/icons'
import { useStore } from '../ui/use-store'
import { AccountMenu } from './account-menu'
import { Banner } from './banner'
import { Bell } from './bell'
import { barWays, isAt, waysFor, type Way } from './navigation'
import { NodeBadge } from './node-badge'
import { paths } from './paths'
import { Link, usePlace } from './router'
import { SearchBox } from './search-box'
import type { SignedIn } from './session'
import { Sign } from './wordmark'
import { useSay } from './words'

interface FrameProps {
  signedIn: SignedIn
  focused: boolean
  children: ReactNode
}

export function Frame({ signedIn, focused, children }: FrameProps) {
  const say = useSay()
  const { server } = useStore(signedIn.client.connection.status)
  const ways = waysFor(server?.user.role ?? 'guest', server?.demo ?? false)
  const onPhone = focused ? 'hidden md:flex' : 'flex'
  return (
    <div className="flex h-full flex-col">
      <a
        href="#main"
        className="sr-only z-40 rounded-xl bg-accent px-4 py-3 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {say('app.skip')}
      </a>
      <TopBar signedIn={signedIn} className={onPhone} />
      <Banner signedIn={signedIn} />
      <div className="flex min-h-0 flex-1">
        <SideBar ways={ways} />
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 overflow-y-auto outline-none">
          {children}
        </main>
      </div>
      <BottomBar ways={ways} className={`${onPhone} md:hidden`} />
    </div>
  )
}

function TopBar({ signedIn, className }: { signedIn: SignedIn; className: string }) {
  const say = useSay()
  return (
    <header className={`h-14 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4 ${className}`}>
      <Link href={paths.today} className="flex min-h-11 items-center gap-2.5 rounded-xl pr-2">
        <Sign className="size-8" />
        <span className="text-lg font-bold">{say('app.name')}</span>
      </Link>
      <span className="flex-1" />
      <SearchBox signedIn={signedIn} />
      <NodeBadge client={signedIn.client} />
      <Bell client={signedIn.client} />
      <AccountMenu signedIn={signedIn} />
    </header>
  )
}

function SideBar({ ways }: { ways: readonly Way[] }) {
  const say = useSay()
  const { pathname } = usePlace()
  return (
    <nav
      aria-label={say('nav.label')}
      className="hidden w-24 shrink-0 flex-col gap-1 overflow-y-auto border-r border-line p-2 md:flex xl:w-56"
    >
      {ways.map((way) => (
        <Link
          key={way.path}
          href={way.path}
          aria-current={isAt(way, pathname) ? 'page' : undefined}
          className="flex min-h-14 flex-col items-center justify-center gap-1 rounded-xl text-xs text-muted hover:bg-sunken hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent xl:min-h-11 xl:flex-row xl:justify-start xl:gap-3 xl:px-3 xl:text-base"
        >
          <Icon name={way.icon} className="size-6 shrink-0 xl:size-5" />
          <span className="max-w-full truncate">{say(way.name)}</span>
        </Link>
      ))}
    </nav>
  )
}

function BottomBar({ ways, className }: { ways: readonly Way[]; className: string }) {
  const say = useSay()
  const { pathname } = usePlace()
  return (
    <nav
      aria-label={say('nav.label')}
      className={`shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] ${className}`}
    >
      {ways.slice(0, barWays).map((way) => (
        <Link
          key={way.path}
          href={way.path}
          aria-current={isAt(way, pathname) ? 'page' : undefined}
          className="flex min-h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[0.6875rem] text-muted aria-[current]:font-medium aria-[current]:text-accent"
        >
          <Icon name={way.icon} className="size-6" />
          <span className="max-w-full truncate px-0.5">{say(way.name)}</span>
        </Link>
      ))}
    </nav>
  )
}
