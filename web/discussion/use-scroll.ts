/**
 * Where the reader looks. At the end: new messages keep it there, whatever changes its size. Further up: nothing moves
 * what is being read, neither what comes below nor older pages above. The browser's own anchoring is off: it and this
 * would correct each other.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

export interface Scrolling {
  box: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  atEnd: boolean
  toEnd(): void
}

/** Closer to the end than this is at the end. */
const nearEnd = 80
/** Closer to the top than this asks for older messages. */
const nearTop = 600

/** @param first changes when something is put before the rest. */
export function useScroll(first: string | undefined, onNearTop: () => void): Scrolling {
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const stuck = useRef(true)
  const before = useRef({ first, height: 0 })
  const [atEnd, setAtEnd] = useState(true)

  const toEnd = useCallback(() => {
    stuck.current = true
    setAtEnd(true)
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const { scrollHeight } = element
    if (stuck.current) element.scrollTop = scrollHeight
    else if (first !== before.current.first) element.scrollTop += scrollHeight - before.current.height
    before.current = { first, height: scrollHeight }
  })

  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = (): void => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight
      stuck.current = left < nearEnd
      setAtEnd(stuck.current)
      if (element.scrollTop < nearTop) onNearTop()
    }
    // A keyboard that opens, a picture that arrives: the end stays where it is.
    const sizes = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight
      before.current.height = element.scrollHeight
      if (element.scrollTop < nearTop) onNearTop()
    })
    sizes.observe(element)
    if (content.current) sizes.observe(content.current)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [onNearTop])

  return { box, content, atEnd, toEnd }
}
