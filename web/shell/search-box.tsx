/** Finds pages, channels, actions, and what services find. What it shows is loaded when it is asked for the first time. */
import { lazy, Suspense, useEffect, useState } from 'react'
import { Icon } from '../ui/icons'
import type { SignedIn } from './session'
import { useSay } from './words'

const Palette = lazy(() => import('./palette'))

export function SearchBox({ signedIn }: { signedIn: SignedIn }) {
  const say = useSay()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
        className="inline-flex min-h-11 min-w-11 items-center justify-center gap-2.5 rounded-xl text-muted hover:bg-sunken md:border md:border-line md:bg-surface md:pr-2 md:pl-3"
      >
        <Icon name="search" className="size-6 md:size-5" />
        <span className="sr-only md:not-sr-only lg:pr-16">{say('find.short')}</span>
        <span className="sr-only"> {say('find.open')}</span>
        <kbd className="hidden rounded-md border border-line px-1.5 font-sans text-xs lg:inline">{shortcut}</kbd>
      </button>
      {isOpen && (
        <Suspense>
          <Palette signedIn={signedIn} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

const shortcut = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'
