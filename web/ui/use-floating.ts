/** Something in the browser's top layer, next to what opened it: nothing cuts it off, and Escape or a click elsewhere closes it. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'

export interface Floating<P extends HTMLElement> {
  popup: RefObject<P | null>
  isOpen: boolean
  open(): void
  close(): void
}

const gap = 6
const margin = 8

/**
 * @param anchor what it stands next to: a button whose `popoverTarget` is the popup's id, so that the browser knows that a
 * click on it is no click elsewhere. The popup has the attribute `popover="auto"`.
 */
export function useFloating<P extends HTMLElement>(anchor: RefObject<HTMLElement | null>): Floating<P> {
  const popup = useRef<P>(null)
  const [isOpen, setOpen] = useState(false)
  const place = useCallback(() => {
    if (anchor.current && popup.current) placeBeside(anchor.current, popup.current)
  }, [anchor])
  useEffect(() => {
    const element = popup.current
    if (!element) return
    const toggled = (event: ToggleEvent): void => {
      setOpen(event.newState === 'open')
      // The browser gives the focus back only where it took it.
      if (event.newState === 'closed' && element.contains(document.activeElement)) anchor.current?.focus()
    }
    // In its place before it is painted.
    const opens = (event: ToggleEvent): void => void (event.newState === 'open' && queueMicrotask(place))
    element.addEventListener('beforetoggle', opens)
    element.addEventListener('toggle', toggled)
    return () => {
      element.removeEventListener('beforetoggle', opens)
      element.removeEventListener('toggle', toggled)
    }
  }, [anchor, place])
  useEffect(() => {
    if (!isOpen) return
    place()
    // What is inside may come later than the popup.
    const sizes = new ResizeObserver(place)
    if (popup.current) sizes.observe(popup.current)
    addEventListener('resize', place)
    addEventListener('scroll', place, true)
    return () => {
      sizes.disconnect()
      removeEventListener('resize', place)
      removeEventListener('scroll', place, true)
    }
  }, [isOpen, place])
  const open = useCallback(() => popup.current?.showPopover(), [])
  const close = useCallback(() => popup.current?.hidePopover(), [])
  return { popup, isOpen, open, close }
}

/** Below, or above where there is more room; never over the edge. */
function placeBeside(anchor: HTMLElement, popup: HTMLElement): void {
  const from = anchor.getBoundingClientRect()
  const { width, height } = popup.getBoundingClientRect()
  const below = innerHeight - from.bottom - gap - margin
  const isBelow = height <= below || below >= from.top
  const left = from.left + width > innerWidth - margin ? from.right - width : from.left
  Object.assign(popup.style, {
    position: 'fixed',
    left: `${Math.max(margin, left)}px`,
    top: `${isBelow ? from.bottom + gap : Math.max(margin, from.top - gap - height)}px`,
    maxHeight: `${Math.max(120, isBelow ? below : from.top - gap - margin)}px`,
    overflowY: 'auto',
  })
}
