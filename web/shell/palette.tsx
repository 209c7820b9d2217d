/** A field and what it finds, here and in every service, by the combobox pattern: the focus stays in the field, the arrows choose, Enter goes. */
import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icons'
import { useQuery } from '../ui/use-query'
import { useStore } from '../ui/use-store'
import { findsFor, search, searchMessages, type Find } from './finds'
import { useHits } from './hits'
import { navigate } from './router'
import type { SignedIn } from './session'
import { useSay, useWords } from './words'

export default function Palette({ signedIn, onClose }: { signedIn: SignedIn; onClose(): void }) {
  const say = useSay()
  const id = useId()
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState(0)
  const { lang } = useWords()
  const here = useFinds(signedIn, query)
  const { finds: hits, state } = useHits(signedIn.client, query, lang)
  const found = [...here, ...hits, ...(state === 'idle' ? [] : [searchMessages(query, say)])]
  const take = ({ to }: Find): void => {
    onClose()
    if (typeof to === 'string') navigate(to)
    else to()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 + found.length }
    const to = steps[event.key]
    if (to !== undefined && found.length > 0) {
      event.preventDefault()
      setChosen(to % found.length)
    }
    const find = found[chosen]
    if (event.key === 'Enter' && find && !event.nativeEvent.isComposing) take(find)
  }
  return (
    <Dialog title={say('find.title')} onClose={onClose}>
      <input
        role="combobox"
        aria-label={say('find.title')}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        autoFocus
        placeholder={say('find.placeholder')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKeyDown}
        className="min-h-12 w-full rounded-xl border border-field bg-surface px-3.5"
      />
      <Found id={id} found={found} chosen={chosen} onTake={take} />
      <p role="status" className={state === 'partly' || found.length === 0 ? 'pt-3 text-muted' : 'sr-only'}>
        {state === 'asking' && say('find.asking')}
        {state === 'partly' && say('find.partly')}
        {(state === 'found' || state === 'idle') &&
          (found.length > 0 ? say('find.count', { n: found.length }) : say('find.none'))}
      </p>
    </Dialog>
  )
}

function useFinds(signedIn: SignedIn, query: string): Find[] {
  const say = useSay()
  const { client } = signedIn
  const { server } = useStore(client.connection.status)
  const { role = 'guest' } = server?.user ?? {}
  const isDemo = server?.demo ?? false
  const read = useCallback((signal: AbortSignal) => client.query('discussion.channels', {}, { signal }), [client])
  const channels = useQuery(read).value?.channels
  return useMemo(() => search(findsFor(role, isDemo, channels ?? [], say), query), [role, isDemo, channels, say, query])
}

interface FoundProps {
  id: string
  found: readonly Find[]
  chosen: number
  onTake(find: Find): void
}

function Found({ id, found, chosen, onTake }: FoundProps) {
  const say = useSay()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Newer browsers answer with a promise, which is no way to end an effect.
    void list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <div ref={list} id={id} role="listbox" aria-label={say('find.title')} className="mt-2 flex flex-col">
      {found.map((find, index) => (
        <div
          key={find.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          tabIndex={-1}
          onClick={() => onTake(find)}
          onKeyDown={(event) => event.key === 'Enter' && onTake(find)}
          className="flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3 py-1.5 hover:bg-sunken aria-selected:bg-accent-soft"
        >
          <Icon name={find.icon} className="size-5 shrink-0 text-muted" />
          <span className="min-w-0 flex-1">
            <span className="block truncate" dir="auto">
              {find.name}
            </span>
            {find.about !== undefined && (
              <span className="block truncate text-sm text-muted" dir="auto">
                {find.about}
              </span>
            )}
          </span>
          {found[index - 1]?.group !== find.group && <span className="text-xs text-muted">{say(find.group)}</span>}
        </div>
      ))}
    </div>
  )
}
