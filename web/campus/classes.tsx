/** The classes one is in; for those who may, a new one. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import type { PageProps } from '../shell/page'
import { Link, navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { useMe } from './parts'
import { paths } from './paths'
import { useSay } from './words'

export default function ClassesPage({ signedIn }: PageProps) {
  const say = useSay()
  const { client } = signedIn
  const role = useMe(signedIn)?.role
  const mayMake = role === 'admin' || role === 'teacher'
  const [making, setMaking] = useState(false)
  const { value, error } = useQuery(
    useCallback((signal: AbortSignal) => client.query('people.classes', {}, { signal }), [client]),
  )
  return (
    <PageBody
      title={say('classes.title')}
      actions={mayMake && <Button onClick={() => setMaking(true)}>{say('classes.new')}</Button>}
    >
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {value?.classes.length === 0 && (
        <Empty icon="people" title={say('classes.none')}>
          {say(mayMake ? 'classes.none.make' : 'classes.none.text')}
        </Empty>
      )}
      <ul className="flex flex-col gap-2">
        {value?.classes.map(({ id, name, code, students, teachers, role: mine }) => (
          <li key={id}>
            <Link
              href={paths.class(id)}
              className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-2xl border border-line bg-surface px-5 py-3 hover:bg-sunken"
            >
              <span>
                <span className="font-semibold">{name}</span>{' '}
                {code && <span className="text-sm text-muted">{code}</span>}
                <span className="block text-sm text-muted">{teachers.join(', ')}</span>
              </span>
              <span className="text-sm text-muted">
                {say('classes.students', { n: students })} · {say(`role.${mine}`)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {making && <NewClass client={client} onClose={() => setMaking(false)} />}
    </PageBody>
  )
}

function NewClass({ client, onClose }: { client: Client; onClose(): void }) {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    const code = value('code').trim()
    const { id } = await client.command('people.class_create', { name: value('name'), ...(code ? { code } : {}) })
    navigate(paths.class(id))
  })
  return (
    <Dialog title={say('classes.new')} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field label={say('classes.name')} name="name" required maxLength={80} />
        <Field label={say('classes.code')} name="code" maxLength={32} />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say('classes.make')}
        </Button>
      </form>
    </Dialog>
  )
}
