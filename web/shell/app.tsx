/** Which page is shown: by the address, and by whether somebody is signed in. */
import { Suspense, type ReactNode } from 'react'
import { SignInPage } from '../people/sign-in'
import { Spinner } from '../ui/spinner'
import { Toaster } from '../ui/toast'
import { useStore } from '../ui/use-store'
import { Frame } from './frame'
import { match } from './match'
import { Mishap } from './mishap'
import { MissingPage } from './missing'
import { serviceAt } from './navigation'
import { NewVersion } from './new-version'
import type { Page } from './page'
import { usePlace } from './router'
import { routes } from './routes'
import { session, type SignedIn } from './session'
import { useSay } from './words'

export function App() {
  const { pathname } = usePlace()
  return (
    <Mishap>
      <div className="flex h-dvh flex-col" data-service={serviceAt(pathname)}>
        <NewVersion />
        <div className="min-h-0 flex-1">
          <Here />
        </div>
      </div>
      <Toaster />
    </Mishap>
  )
}

function Here(): ReactNode {
  const { pathname, search } = usePlace()
  const current = useStore(session)
  const found = match(routes, pathname)
  if (!found) return <MissingPage path={pathname} />
  const { page, params } = found
  if (current.state === 'out' && !page.open) return <SignInPage expired={current.expired} about={current.about} />
  // A page for everybody doesn't wait for a server that doesn't answer.
  if (current.state === 'checking' && !(page.open && current.trouble)) return <Waiting trouble={current.trouble} />
  const signedIn = current.state === 'in' ? current.in : undefined
  return (
    <Around page={page} signedIn={signedIn}>
      <Suspense fallback={<Waiting />}>
        <page.View signedIn={signedIn} params={params} query={new URLSearchParams(search)} />
      </Suspense>
    </Around>
  )
}

function Around({ page, signedIn, children }: { page: Page; signedIn: SignedIn | undefined; children: ReactNode }) {
  if (page.around === 'bare' || !signedIn) return <div className="h-full overflow-y-auto">{children}</div>
  return (
    <Frame signedIn={signedIn} focused={page.around === 'focused'}>
      {children}
    </Frame>
  )
}

function Waiting({ trouble = false }: { trouble?: boolean | undefined }) {
  const say = useSay()
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center text-muted" role="status">
      <Spinner className="size-6" />
      <p>{say(trouble ? 'net.unreachable' : 'app.loading')}</p>
    </div>
  )
}
