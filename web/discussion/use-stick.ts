/**
 * Where the reader looks. At the end: new messages keep it there, whatever changes its size. Further up: nothing moves
 * what is being read. Closer to an edge than a screen or so, what lies beyond is asked for.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import { useHold } from './hold'

export interface Stick {
  box: RefObject<HTMLDivElement | null>
  list: RefObject<VirtualizerHandle | null>
  atEnd: boolean
  /** What the rows stand in. */
  held: ReturnType<typeof useHold>
  toEnd(): void
  onScroll(offset: number): void
}

interface Options {
  /** The last of them is the end. */
  rows: number
  /** The newest is among them. */
  isWhole: boolean
  onNearTop(): void
  onNearEnd(): void
}

/** Closer to the end than this is at the end. */
const nearEnd = 80
/** Closer to an edge than this asks for what lies beyond. */
const nearEdge = 1200

export function useStick({ rows, isWhole, onNearTop, onNearEnd }: Options): Stick {
  const box = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const stuck = useRef(true)
  const held = useHold(box, stuck)
  const [atEnd, setAtEnd] = useState(true)
  const last = rows - 1

  const toEnd = useCallback(() => {
    stuck.current = true
    setAtEnd(true)
    list.current?.scrollToIndex(last, { align: 'end' })
  }, [last])

  const onScroll = useCallback(
    (offset: number) => {
      const handle = list.current
      if (!handle) return
      const left = handle.scrollSize - offset - handle.viewportSize
      stuck.current = isWhole && left < nearEnd
      setAtEnd(stuck.current)
      if (offset < nearEdge) onNearTop()
      if (left < nearEdge) onNearEnd()
    },
    [isWhole, onNearTop, onNearEnd],
  )

  useLayoutEffect(() => {
    if (stuck.current && isWhole) list.current?.scrollToIndex(last, { align: 'end' })
  }, [last, isWhole])

  // A keyboard that opens, a picture that arrives: the end stays where it is.
  useEffect(() => {
    const element = box.current
    if (!element) return
    const sizes = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight
      else if (element.scrollTop < nearEdge) onNearTop()
    })
    sizes.observe(element)
    for (const child of element.children) sizes.observe(child)
    return () => sizes.disconnect()
  }, [onNearTop])

  return { box, list, held, atEnd, toEnd, onScroll }
}
