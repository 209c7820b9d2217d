import { useState } from 'react'
import type { PersonHere, Roster } from '../../client/presence'
import { Avatar } from '../ui/avatar'
import { Dialog } from '../ui/dialog'
import { Spinner } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import { useSay } from './words'

const faces = 3

/** Who is here: a few faces and a number; the whole list behind it. */
export function Here({ roster, me }: { roster: Roster; me: string }) {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const { known, people, count } = useStore(roster.store)
  if (!known) {
    return (
      <span role="status" className="px-2 text-muted">
        <span className="sr-only">{say('here.loading')}</span>
        <Spinner />
      </span>
    )
  }
  const others = people.filter(({ id }) => id !== me)
  const shown = [...others, ...people.filter(({ id }) => id === me)].slice(0, faces)
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        data-testid="here"
        className="inline-flex min-h-11 shrink-0 items-center gap-1.5 rounded-xl px-2 text-sm font-medium hover:bg-sunken"
      >
        <span className="hidden -space-x-2 sm:flex">
          {shown.map(({ id, name }) => (
            <Avatar key={id} id={id} name={name} className="size-7 text-xs ring-2 ring-surface" />
          ))}
        </span>
        <span className="flex sm:hidden">
          {shown.slice(0, 1).map(({ id, name }) => (
            <Avatar key={id} id={id} name={name} className="size-7 text-xs" />
          ))}
        </span>
        <span aria-hidden="true" className="tabular-nums">
          {count}
        </span>
        <span className="sr-only">{say('here.count', { n: count })}</span>
      </button>
      {open && (
        <Dialog title={say('here.title')} shape="sheet" onClose={() => setOpen(false)}>
          <People people={people} more={count - people.length} me={me} />
        </Dialog>
      )}
    </>
  )
}

function People({ people, more, me }: { people: readonly PersonHere[]; more: number; me: string }) {
  const say = useSay()
  return (
    <>
      <ul className="flex flex-col">
        {people.map(({ id, name, role, devices }) => (
          <li key={id} className="flex items-center gap-3 py-2">
            <Avatar id={id} name={name} />
            <span className="min-w-0">
              <span className="block truncate font-medium" dir="auto">
                {name} {id === me && <span className="font-normal text-muted">{say('here.you')}</span>}
              </span>
              <span className="block text-sm text-muted">
                {roleName(role, say)}
                {devices > 1 && ` · ${say('here.devices', { n: devices })}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="py-2 text-muted">{say('here.more', { n: more })}</p>}
      {more === 0 && people.every(({ id }) => id === me) && <p className="py-2 text-muted">{say('here.empty')}</p>}
    </>
  )
}

const named = ['student', 'teacher', 'technician', 'organiser', 'admin', 'guest'] as const

/** A newer server may know roles that this page doesn't: then nothing is said. */
function roleName(role: string, say: ReturnType<typeof useSay>): string {
  const known = named.find((one) => one === role)
  return known ? say(`role.${known}`) : ''
}
