/** Whom one means while an `@` is being written: people here, people who can be found, and everybody. */
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import type { Author } from '../../services/discussion/model'
import { Avatar } from '../ui/avatar'
import type { Conversation } from './conversation'
import type { Draft } from './use-draft'
import { useSay } from './words'

const most = 6
const askAfterMs = 150
const everybody = 'channel'

export interface Suggesting {
  people: readonly Author[]
  active: number
  onPick(person: Author): void
  onKey(event: KeyboardEvent): boolean
  /** Ids of those who were picked and still stand in the text. */
  chosen(): string[]
}

export function useSuggestions(
  conversation: Conversation,
  draft: Draft,
  area: RefObject<HTMLTextAreaElement | null>,
): Suggesting {
  const [people, setPeople] = useState<readonly Author[]>([])
  const [active, setActive] = useState(0)
  const picked = useRef(new Map<string, Author>())
  const query = queryOf(draft.text, area.current?.selectionStart ?? draft.text.length)
  useEffect(() => {
    setActive(0)
    if (query === undefined) return setPeople([])
    let isCurrent = true
    const timer = setTimeout(() => {
      void find(conversation, query).then((found) => isCurrent && setPeople(found))
    }, askAfterMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [conversation, query])

  const onPick = (person: Author): void => {
    const at = area.current?.selectionStart ?? draft.text.length
    const from = draft.text.lastIndexOf('@', at - 1)
    if (person.id !== everybody) picked.current.set(person.name, person)
    draft.write(`${draft.text.slice(0, from)}@${person.name} ${draft.text.slice(at)}`)
    setPeople([])
    area.current?.focus()
  }
  const onKey = (event: KeyboardEvent): boolean => {
    if (people.length === 0) return false
    const step = { ArrowDown: 1, ArrowUp: people.length - 1 }[event.key]
    if (step !== undefined) setActive((active + step) % people.length)
    else if (event.key === 'Enter' || event.key === 'Tab') onPick(people[active]!)
    else if (event.key === 'Escape') setPeople([])
    else return false
    event.preventDefault()
    return true
  }
  const chosen = (): string[] => {
    const ids = [...picked.current.values()].filter(({ name }) => draft.text.includes(`@${name}`)).map(({ id }) => id)
    picked.current.clear()
    return ids
  }
  return { people, active, onPick, onKey, chosen }
}

/** What stands between an `@` and the caret. */
function queryOf(text: string, caret: number): string | undefined {
  return /(?:^|[\s(])@([\p{L}\p{N}][^\n@]{0,30}|)$/u.exec(text.slice(0, caret))?.[1]
}

async function find({ signedIn, roster, live, me }: Conversation, query: string): Promise<Author[]> {
  const wanted = query.toLowerCase()
  const here = roster.store.get().people.map(({ id, name }) => ({ id, name }))
  const spoke = live.store.get().state?.messages.map(({ author }) => author) ?? []
  const near = [...here, ...spoke].filter(({ name }) => name.toLowerCase().startsWith(wanted))
  const far =
    query.length < 2
      ? []
      : await signedIn.client.query('people.find', { q: query, limit: most }).then(
          ({ people }) => people.map(({ id, name }) => ({ id, name })),
          () => [],
        )
  const all = everybody.startsWith(wanted) && query !== '' ? [{ id: everybody, name: everybody }] : []
  const found = [...near, ...far, ...all].filter(({ id, name }) => id !== me && name !== '' && name !== query)
  return [...new Map(found.map((person) => [person.id, person])).values()].slice(0, most)
}

export function Suggestions({ people, active, onPick }: Suggesting) {
  const say = useSay()
  if (people.length === 0) return null
  return (
    <ul
      aria-label={say('mention.who')}
      className="absolute inset-x-3 bottom-full z-20 mb-1 overflow-hidden rounded-2xl border border-line bg-raised p-1 shadow-float md:right-auto md:w-80"
    >
      {people.map((person, index) => (
        <li key={person.id}>
          <button
            type="button"
            aria-current={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(person)}
            className="flex min-h-11 w-full items-center gap-2 rounded-xl px-2 text-left hover:bg-sunken aria-[current=true]:bg-sunken"
          >
            {person.id === everybody ? (
              <span className="inline-flex size-7 items-center justify-center text-muted">@</span>
            ) : (
              <Avatar id={person.id} name={person.name} className="size-7 text-xs" />
            )}
            <span className="truncate">{person.name}</span>
            {person.id === everybody && <span className="text-sm text-muted">{say('mention.all')}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}
