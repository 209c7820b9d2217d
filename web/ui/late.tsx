/** Parts of a page that are loaded after it: what opens over it, when somebody asks for it. */
import { useEffect, useState, type ComponentType } from 'react'
import { toast } from './toast'
import { useSay } from './words'

interface Closable {
  onClose(): void
}

interface Late<P extends Closable> {
  /** Shows nothing until the part is there. A part that can't come says so and closes; asked again, it is tried again. */
  View: ComponentType<P>
  /** Brings it already, so that it is there without a network too. */
  bring(): void
}

export function late<P extends Closable>(load: () => Promise<ComponentType<P>>): Late<P> {
  let part: ComponentType<P> | undefined
  let coming: Promise<void> | undefined
  const come = (): Promise<void> =>
    (coming ??= load().then(
      (loaded) => void (part = loaded),
      (error: unknown) => {
        coming = undefined
        throw error
      },
    ))
  function View(props: P) {
    const say = useSay()
    const [, setHere] = useState(part !== undefined)
    const { onClose } = props
    useEffect(() => {
      if (part) return
      let isGone = false
      const fail = (): void => {
        toast(say('late.failed'))
        onClose()
      }
      come().then(
        () => isGone || setHere(true),
        () => isGone || fail(),
      )
      return () => void (isGone = true)
      // Asked for once, when it opens.
      // oxlint-disable-next-line react-hooks/exhaustive-deps
    }, [])
    const Part = part
    return Part ? <Part {...props} /> : null
  }
  return { View, bring: () => void come().catch(() => undefined) }
}

/** When the page has had its time: what it may need next must not delay what it shows first. */
const calmMs = 2000
export function useLater(bring: () => void): void {
  useEffect(() => {
    const timer = setTimeout(bring, calmMs)
    return () => clearTimeout(timer)
  }, [bring])
}
