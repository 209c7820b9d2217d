/** Behind a one-time link: a password, and one is in. */
import { useCallback } from 'react'
import { navigate } from '../shell/router'
import type { OpenPageProps } from '../shell/page'
import { auth, openSession } from '../shell/session'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { PasswordField } from '../ui/field'
import { Problem } from '../ui/notice'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { card, Doorway } from './parts'
import { useSay } from './words'

export default function ResetPage({ params: { token } }: OpenPageProps<{ token: string }>) {
  const say = useSay()
  const { value, error } = useQuery(useCallback(() => auth.resetLink(token), [token]))
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    await auth.reset(token, read('password'))
    // The link is used up; it has no business in the history.
    navigate('/', { replace: true })
    await openSession()
  })
  return (
    <Doorway title={say('reset.title')}>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {value && (
        <form onSubmit={onSubmit} aria-label={say('reset.title')} className={card}>
          <p className="text-muted">{say('reset.for', { name: value.name })}</p>
          <PasswordField
            label={say('join.password')}
            hint={say('join.password.hint')}
            name="password"
            autoComplete="new-password"
            required
            minLength={8}
          />
          {problem && <Problem>{problem}</Problem>}
          <Button type="submit" busy={busy}>
            {say('reset.submit')}
          </Button>
        </form>
      )}
    </Doorway>
  )
}
