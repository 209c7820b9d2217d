/** The last step of setting up: an empty campus, or one to look around in. */
import { InsecureNote } from '../shell/insecure-note'
import { paths } from '../shell/paths'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { useSubmit } from '../ui/use-submit'
import { useSay } from './words'

export default function StartPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async () => {
    await client.command('people.fill_demo', {})
    navigate(paths.today, { replace: true })
  })
  return (
    <PageBody title={say('start.title')}>
      <p>{say('start.text')}</p>
      <Button className="min-h-13 text-lg" onClick={() => navigate(paths.today, { replace: true })}>
        {say('start.empty')}
      </Button>
      <form onSubmit={onSubmit} aria-label={say('start.demo')} className="flex flex-col gap-2">
        <Button type="submit" look="outline" busy={busy} className="min-h-13 text-lg">
          {say('start.demo')}
        </Button>
        <p className="text-sm text-muted">{say('start.demo.hint')}</p>
        {problem && <Problem>{problem}</Problem>}
      </form>
      <p className="text-muted">{say('start.next')}</p>
      <InsecureNote />
    </PageBody>
  )
}
