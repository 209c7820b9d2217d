/** Behind a link or a poster: a name is enough to come in. */
import { useCallback, useState } from 'react'
import { navigate } from '../shell/router'
import type { OpenPageProps } from '../shell/page'
import { auth, openSession, type SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Field, PasswordField } from '../ui/field'
import { Problem } from '../ui/notice'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { card, Doorway, useMe } from './parts'
import { paths } from './paths'
import { useSay } from './words'

export default function JoinPage({ signedIn, params: { token } }: OpenPageProps<{ token: string }>) {
  const say = useSay()
  const { value, error } = useQuery(useCallback(() => auth.invitation(token), [token]))
  return (
    <Doorway title={say('join.title')}>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {value && (
        <>
          <div className="text-center text-muted">
            {value.class && (
              <p className="text-lg font-semibold text-ink">{say('join.class', { name: value.class })}</p>
            )}
            <p>{say('join.as', { role: say(`role.${value.role}`) })}</p>
            {value.by && <p>{say('join.by', { name: value.by })}</p>}
          </div>
          {signedIn ? <TakeUp signedIn={signedIn} token={token} /> : <ComeIn token={token} />}
        </>
      )}
    </Doorway>
  )
}

function TakeUp({ signedIn, token }: { signedIn: SignedIn; token: string }) {
  const say = useSay()
  const me = useMe(signedIn)
  const { busy, problem, onSubmit } = useSubmit(async () => {
    const { class: into } = await signedIn.client.command('people.join', { token })
    navigate(into ? paths.class(into) : '/', { replace: true })
  })
  return (
    <form onSubmit={onSubmit} aria-label={say('join.title')} className={card}>
      <p>{say('join.here', { name: me?.name ?? '' })}</p>
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy} className="min-h-13 text-lg">
        {say('join.submit')}
      </Button>
    </form>
  )
}

function ComeIn({ token }: { token: string }) {
  const say = useSay()
  const [withAccount, setWithAccount] = useState(false)
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    // Who came half-way before has a session by now.
    if (!(await auth.isSignedIn())) {
      if (value('email') && value('password')) await auth.signUp(value('name'), value('email'), value('password'))
      else await auth.guest(value('name'))
    }
    await auth.join(token)
    navigate('/', { replace: true })
    await openSession()
  })
  return (
    <form onSubmit={onSubmit} aria-label={say('join.title')} className={card}>
      <Field label={say('join.name')} name="name" autoComplete="name" required maxLength={60} className="text-lg" />
      <details open={withAccount} onToggle={(event) => setWithAccount(event.currentTarget.open)}>
        <summary className="min-h-6 cursor-pointer py-1 text-accent">{say('join.account')}</summary>
        <div className="flex flex-col gap-4 pt-3">
          <Field label={say('join.email')} name="email" type="email" autoComplete="username" required={withAccount} />
          <PasswordField
            label={say('join.password')}
            hint={say('join.password.hint')}
            name="password"
            autoComplete="new-password"
            minLength={8}
            required={withAccount}
          />
        </div>
      </details>
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy} className="min-h-13 text-lg">
        {say('join.submit')}
      </Button>
      <Button look="quiet" onClick={() => navigate(paths.joinSignedIn(token))}>
        {say('join.elsewhere')}
      </Button>
    </form>
  )
}
