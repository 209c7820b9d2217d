/** Behind the one-time link that the server prints: the first admin. */
import type { OpenPageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { auth, openSession } from '../shell/session'
import { useTitle } from '../ui/use-title'
import { LanguageChoice } from '../shell/preferences'
import { Sign } from '../shell/wordmark'
import { Button } from '../ui/button'
import { Problem } from '../ui/notice'
import { useSubmit } from '../ui/use-submit'
import { useSay } from './words'
import { AccountFields } from './sign-in'

export default function SetupPage({ query }: OpenPageProps) {
  const token = query.get('token') ?? ''
  const say = useSay()
  useTitle(say('setup.title'))
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await auth.setup(token, value('name'), value('email'), value('password'))
    // The token is used up; it has no business in the history.
    navigate('/start', { replace: true })
    await openSession()
  })
  return (
    <main className="flex min-h-full flex-col items-center px-4 py-8 md:justify-center">
      <div className="flex w-full max-w-sm flex-col gap-6">
        <header className="flex flex-col items-center gap-2 text-center">
          <Sign className="size-14" />
          <h1 className="text-2xl font-bold">{say('setup.title')}</h1>
          <p className="text-muted">{say('setup.text')}</p>
        </header>
        {token === '' ? (
          <Problem>{say('setup.noToken')}</Problem>
        ) : (
          <form
            onSubmit={onSubmit}
            aria-label={say('setup.title')}
            className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-5"
          >
            <AccountFields />
            {problem && <Problem>{problem}</Problem>}
            <Button type="submit" busy={busy}>
              {say('setup.submit')}
            </Button>
          </form>
        )}
        <LanguageChoice />
      </div>
    </main>
  )
}
