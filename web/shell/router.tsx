/** Moves between pages without loading them anew. */
import { useSyncExternalStore, type ComponentProps, type MouseEvent } from 'react'
import { Store } from '../../client/store'
import { routeOf, type Route } from './routes'

const route = new Store<Route>(routeOf(location))
const here = (): void => route.set(routeOf(location))
addEventListener('popstate', here)

export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  here()
}

export function useRoute(): Route {
  return useSyncExternalStore(route.subscribe, route.get)
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
