/** One class: who is in it; for its teachers, who comes and goes. */
import { useCallback, useDeferredValue, useState } from 'react'
import type { Client } from '../../client/client'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Avatar } from '../ui/avatar'
import { Button, IconButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { useQuery } from '../ui/use-query'
import { Section, useAct, useMe } from './parts'
import { paths } from './paths'
import { useSay } from './words'

const link =
  'inline-flex min-h-11 items-center rounded-xl border border-line bg-surface px-4 font-medium hover:bg-sunken'

interface Member {
  id: string
  name: string
}

export default function ClassPage({ signedIn, params: { id } }: PageProps<{ id: string }>) {
  const say = useSay()
  const { client } = signedIn
  const me = useMe(signedIn)
  const { value, error, refresh } = useQuery(
    useCallback((signal: AbortSignal) => client.query('people.members', { class: id }, { signal }), [client, id]),
  )
  const [adding, setAdding] = useState(false)
  const { problem, act } = useAct((failure) => explain(failure, say))
  const isAdmin = me?.role === 'admin'
  const manages = isAdmin || value?.teachers.some((teacher) => teacher.id === me?.id) === true
  const remove = (member: Member): void =>
    act(async () => {
      await client.command('people.unenrol', { class: id, users: [member.id] })
      refresh()
    })
  return (
    <PageBody
      title={value?.name ?? say('classes.title')}
      actions={
        manages && (
          <>
            <Button onClick={() => setAdding(true)}>{say('class.add')}</Button>
            <Link className={link} href={paths.invites(id)}>
              {say('people.invite')}
            </Link>
            <Link className={link} href={paths.import(id)}>
              {say('people.import')}
            </Link>
          </>
        )
      }
    >
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {problem && <Problem>{problem}</Problem>}
      {value && (
        <>
          <Members title={say('class.teachers')} members={value.teachers} onRemove={isAdmin ? remove : undefined} />
          <Members title={say('class.students')} members={value.students} onRemove={manages ? remove : undefined} />
        </>
      )}
      {adding && (
        <AddDialog client={client} id={id} isAdmin={isAdmin} onAdded={refresh} onClose={() => setAdding(false)} />
      )}
    </PageBody>
  )
}

interface MembersProps {
  title: string
  members: readonly Member[]
  onRemove: ((member: Member) => void) | undefined
}

function Members({ title, members, onRemove }: MembersProps) {
  const say = useSay()
  return (
    <Section title={`${title} (${members.length})`}>
      {members.length === 0 && <p className="text-muted">{say('class.empty')}</p>}
      <ul className="divide-y divide-line">
        {members.map((member) => (
          <li key={member.id} className="flex min-h-12 items-center gap-3 py-1">
            <Avatar id={member.id} name={member.name} />
            <span className="min-w-0 flex-1 truncate">{member.name}</span>
            {onRemove && (
              <IconButton label={say('class.remove', { name: member.name })} onClick={() => onRemove(member)}>
                <Icon name="close" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface AddDialogProps {
  client: Client
  id: string
  isAdmin: boolean
  onAdded(): void
  onClose(): void
}

function AddDialog({ client, id, isAdmin, onAdded, onClose }: AddDialogProps) {
  const say = useSay()
  const [q, setQ] = useState('')
  const [role, setRole] = useState<'student' | 'teacher'>('student')
  const wanted = useDeferredValue(q.trim())
  const { value } = useQuery(
    useCallback(
      (signal: AbortSignal) => client.query('people.find', { q: wanted, limit: 8 }, { signal }),
      [client, wanted],
    ),
  )
  const { busy, problem, act } = useAct((error) => explain(error, say))
  const add = (user: string): void =>
    act(async () => {
      await client.command('people.enrol', { class: id, users: [user], role })
      onAdded()
    })
  return (
    <Dialog title={say('class.add')} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <Field label={say('class.add.search')} type="search" value={q} onChange={(event) => setQ(event.target.value)} />
        {isAdmin && (
          <Select
            label={say('class.add.as')}
            value={role}
            onChange={setRole}
            options={(['student', 'teacher'] as const).map((one) => ({ value: one, label: say(`role.${one}`) }))}
          />
        )}
        {problem && <Problem>{problem}</Problem>}
        <ul className="flex flex-col" aria-live="polite">
          {value?.people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                disabled={busy}
                onClick={() => add(person.id)}
                className="flex min-h-12 w-full items-center gap-3 rounded-xl px-2 text-left hover:bg-sunken"
              >
                <Avatar id={person.id} name={person.name} />
                <span className="min-w-0 flex-1 truncate">{person.name}</span>
                <span className="text-sm text-muted">{say(`role.${person.role}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}
