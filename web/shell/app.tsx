/** Which page is shown: by the address, and by whether somebody is signed in. */
import { lazy, Suspense, type ReactNode } from 'react'
import { SignInPage } from '../people/sign-in'
import { Spinner } from '../ui/spinner'
import { Toaster } from '../ui/toast'
import { useStore } from '../ui/use-store'
import { useSay, WordsProvider } from '../ui/words'
import { Mishap } from './mishap'
import { MissingPage } from './missing'
import { useRoute } from './router'
import { session } from './session'

const DiscussionPage = lazy(() => import('../discussion/page'))
const TrustPage = lazy(() => import('../trust/page'))
const SetupPage = lazy(() => import('../people/setup'))

export function App() {
  return (
    <WordsProvider>
      <Mishap>
        <Suspense fallback={<Waiting />}>
          <Page />
        </Suspense>
        <Toaster />
      </Mishap>
    </WordsProvider>
  )
}

function Page(): ReactNode {
  const route = useRoute()
  switch (route.page) {
    case 'trust':
      return <TrustPage />
    case 'setup':
      return <SetupPage token={route.token} />
    case 'missing':
      return <MissingPage path={route.path} />
    case 'home':
      return <ForPeople />
    case 'channel':
      return <ForPeople channel={route.channel} />
  }
}

/** Pages that need somebody. Signed out, the sign-in stands in their place and the address stays. */
function ForPeople({ channel }: { channel?: string }): ReactNode {
  const current = useStore(session)
  if (current.state === 'out') return <SignInPage expired={current.expired} />
  if (current.state === 'checking') return <Waiting trouble={current.trouble} />
  return <DiscussionPage signedIn={current.in} channel={channel} />
}

function Waiting({ trouble = false }: { trouble?: boolean | undefined }) {
  const say = useSay()
  return (
    <main className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center text-muted" role="status">
      <Spinner className="size-6" />
      <p>{say(trouble ? 'net.unreachable' : 'app.loading')}</p>
    </main>
  )
}
