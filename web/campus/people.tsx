/** Everybody, for admins: found by name, narrowed by what they are, one tap from what can be done about them. */
import { useCallback, useDeferredValue, useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import type { ListedPerson } from '../../client/methods/people'
import { roles, type Role } from './roles'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Avatar } from '../ui/avatar'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Spinner } from '../ui/spinner'
import { VirtualList } from '../ui/virtual-list'
import { Tag } from './parts'
import { DemoSection } from './demo-section'
import { paths } from './paths'
import { PersonSheet } from './person-sheet'
import { useSay } from './words'

const link =
  'inline-flex min-h-11 items-center rounded-xl border border-line bg-surface px-4 font-medium hover:bg-sunken'
const statuses = ['all', 'active', 'disabled', 'guest'] as const
type Status = (typeof statuses)[number]

export default function PeoplePage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const [q, setQ] = useState('')
  const [role, setRole] = useState<Role | 'all'>('all')
  const [status, setStatus] = useState<Status>('all')
  const [chosen, setChosen] = useState<ListedPerson>()
  const { people, total, error, more, refresh } = usePeople(client, useDeferredValue(q), role, status)
  return (
    <PageBody
      title={say('people.title')}
      width="wide"
      actions={
        <>
          <Link className={link} href={paths.invites()}>
            {say('people.invite')}
          </Link>
          <Link className={link} href={paths.import()}>
            {say('people.import')}
          </Link>
        </>
      }
    >
      <Narrow q={q} onQ={setQ} role={role} onRole={setRole} status={status} onStatus={setStatus} />
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      <p role="status" className="text-sm text-muted">
        {total === undefined ? say('working') : say('people.count', { n: total })}
      </p>
      {people.length > 0 ? (
        <VirtualList
          label={say('people.title')}
          items={people}
          itemKey={({ id }) => id}
          render={(person) => <Row person={person} onChoose={() => setChosen(person)} />}
          className="h-[60dvh] rounded-2xl border border-line bg-surface"
        />
      ) : total === 0 ? (
        <Empty icon="people" title={say('people.none')} />
      ) : (
        <Spinner className="mx-auto size-6" />
      )}
      {more && (
        <Button look="outline" onClick={more}>
          {say('more')}
        </Button>
      )}
      <DemoSection client={client} onCleared={refresh} />
      {chosen && (
        <PersonSheet client={client} person={chosen} onChange={refresh} onClose={() => setChosen(undefined)} />
      )}
    </PageBody>
  )
}

interface NarrowProps {
  q: string
  onQ(q: string): void
  role: Role | 'all'
  onRole(role: Role | 'all'): void
  status: Status
  onStatus(status: Status): void
}

function Narrow({ q, onQ, role, onRole, status, onStatus }: NarrowProps) {
  const say = useSay()
  const all = { value: 'all' as const, label: say('people.role.all') }
  return (
    <form role="search" className="grid gap-3 md:grid-cols-[2fr_1fr_1fr]" onSubmit={(event) => event.preventDefault()}>
      <Field label={say('people.search')} type="search" value={q} onChange={(event) => onQ(event.target.value)} />
      <Select
        label={say('people.role')}
        value={role}
        onChange={onRole}
        options={[all, ...roles.map((value) => ({ value, label: say(`role.${value}`) }))]}
      />
      <Select
        label={say('people.status')}
        value={status}
        onChange={onStatus}
        options={statuses.map((value) => ({ value, label: say(`people.status.${value}`) }))}
      />
    </form>
  )
}

function Row({ person, onChoose }: { person: ListedPerson; onChoose(): void }) {
  const say = useSay()
  const { id, name, role, email, number, guest, disabled, hasPassword } = person
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex min-h-14 w-full items-center gap-3 border-b border-line px-4 py-2 text-left hover:bg-sunken"
    >
      <Avatar id={id} name={name} />
      {/* What is read stays part of the button's name. */}
      <span className="sr-only">{say('people.sheet', { name })}: </span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{name}</span>
          {disabled && <Tag bad>{say('people.disabled')}</Tag>}
          {guest && <Tag>{say('people.guest')}</Tag>}
          {!guest && !hasPassword && <Tag>{say('people.noPassword')}</Tag>}
        </span>
        <span className="block truncate text-sm text-muted">{[email, number].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="shrink-0 text-sm text-muted">{say(`role.${role}`)}</span>
    </button>
  )
}

interface Listed {
  people: ListedPerson[]
  total?: number
  error?: unknown
}

const pageSize = 200

/** Page by page; what is asked anew takes the place of what was there. */
function usePeople(client: Client, q: string, role: Role | 'all', status: Status) {
  const [listed, setListed] = useState<Listed>({ people: [] })
  const [turn, setTurn] = useState(0)
  const ask = useCallback(
    (after: string | undefined, signal?: AbortSignal) =>
      client.query(
        'people.list',
        {
          ...(q.trim() ? { q } : {}),
          ...(role === 'all' ? {} : { role }),
          ...(status === 'all' ? {} : { status }),
          ...(after ? { after } : {}),
          limit: pageSize,
        },
        { signal },
      ),
    [client, q, role, status],
  )
  useEffect(() => {
    const stop = new AbortController()
    ask(undefined, stop.signal).then(
      ({ people, total }) => !stop.signal.aborted && setListed({ people, total }),
      (error: unknown) => !stop.signal.aborted && setListed({ people: [], error }),
    )
    return () => stop.abort()
  }, [ask, turn])
  const last = listed.people.at(-1)
  const hasMore = last !== undefined && listed.total !== undefined && listed.people.length < listed.total
  const more = (): void =>
    void ask(last?.id).then(
      ({ people, total }) => setListed((before) => ({ people: [...before.people, ...people], total })),
      (error: unknown) => setListed((before) => ({ ...before, error })),
    )
  return { ...listed, more: hasMore ? more : undefined, refresh: () => setTurn(turn + 1) }
}
