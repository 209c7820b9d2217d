/** A short word about something that happened elsewhere on the screen. It stays long enough to be read. */
import { useEffect } from 'react'
import { Store } from '../../client/store'
import { IconButton } from './button'
import { Icon } from './icons'
import { useStore } from './use-store'
import { useSay } from './words'

interface Toast {
  text: string
}

const shown = new Store<Toast | undefined>(undefined)
const readingMs = 8000

export function toast(text: string): void {
  shown.set({ text })
}

export function Toaster() {
  const say = useSay()
  const current = useStore(shown)
  useEffect(() => {
    if (!current) return
    const timer = setTimeout(() => shown.set(undefined), readingMs)
    return () => clearTimeout(timer)
  }, [current])
  return (
    <div aria-live="assertive" className="pointer-events-none fixed inset-x-0 bottom-24 z-30 flex justify-center px-4">
      {current && (
        <div className="pointer-events-auto flex items-center gap-2 rounded-2xl border border-line bg-raised py-1 pr-1 pl-4 shadow-float">
          <span>{current.text}</span>
          <IconButton label={say('app.close')} onClick={() => shown.set(undefined)}>
            <Icon name="close" />
          </IconButton>
        </div>
      )}
    </div>
  )
}
