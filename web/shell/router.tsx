/** Where one is, and moving without loading anew. Which page that is, `app.tsx` finds. */
import { useSyncExternalStore, type ComponentProps, type MouseEvent } from 'react'
import { Store } from '../../client/store'

export interface Place {
  pathname: string
  search: string
}

const read = (): Place => ({ pathname: location.pathname, search: location.search })
const place = new Store<Place>(read())
addEventListener('popstate', () => place.set(read()))

export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  place.set(read())
}

export function usePlace(): Place {
  return useSyncExternalStore(place.subscribe, place.get)
}

/** A link of the app. Anything but a plain click (a new tab, a download) stays the browser's. */
export function Link({ href, onClick, ...rest }: ComponentProps<'a'> & { href: string }) {
  const click = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event)
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!plain || event.defaultPrevented) return
    event.preventDefault()
    navigate(href)
  }
  return <a href={href} onClick={click} {...rest} />
}
