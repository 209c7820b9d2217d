/**
 * What is being read stays where it is, whatever the list does around it: rows that are measured, put in or let go. The
 * list has its own reckoning for that, which goes wrong where one turns around just after something changed at its
 * beginning; so what counts here is where a row stood before a change and where it stands after it, before it is painted.
 */
import { Component, type CSSProperties, type ReactNode, type Ref, type RefObject, useMemo } from 'react'

interface Place {
  line: Element
  top: number
}

interface KeeperProps {
  box: RefObject<HTMLElement | null>
  /** The end is kept in sight instead. */
  stuck: RefObject<boolean>
  /** Changes with every change of the list. */
  change: object
}

/** A class, because only those are told just before the page changes. */
class Keeper extends Component<KeeperProps> {
  /** Of before the first of several changes that are painted together. */
  private before: Place[] | undefined

  override getSnapshotBeforeUpdate(): null {
    if (this.before) return null
    this.before = placesIn(this.props.box.current)
    // After the list has scrolled by what it reckons, and before the page is painted.
    queueMicrotask(() => this.restore())
    return null
  }

  // React asks for it beside the one above.
  override componentDidUpdate(): void {}

  override render(): ReactNode {
    return null
  }

  private restore(): void {
    const { box, stuck } = this.props
    const place = this.before?.find(({ line }) => line.isConnected)
    this.before = undefined
    if (!place || !box.current || stuck.current) return
    const moved = place.line.getBoundingClientRect().top - place.top
    if (Math.abs(moved) > 0.5) box.current.scrollTop += moved
  }
}

/** The rows in sight, from the first that begins there: that one is held, or the next if it goes. */
function placesIn(box: HTMLElement | null): Place[] {
  if (!box) return []
  const { top, bottom } = box.getBoundingClientRect()
  const lines = [...box.querySelectorAll('[data-row]')].map((line) => ({ line, top: line.getBoundingClientRect().top }))
  return lines.filter((place) => place.top >= top && place.top < bottom).sort((one, next) => one.top - next.top)
}

interface HeldProps {
  style: CSSProperties
  children: ReactNode
  ref?: Ref<HTMLDivElement>
}

/** What the rows of a virtual list stand in, so that they are held. */
export function useHold(box: KeeperProps['box'], stuck: KeeperProps['stuck']): (props: HeldProps) => ReactNode {
  return useMemo(() => {
    return function Held({ style, children, ref }: HeldProps) {
      return (
        <div ref={ref} style={style}>
          {children}
          <Keeper box={box} stuck={stuck} change={{}} />
        </div>
      )
    }
  }, [box, stuck])
}
