/** Addresses of the app, and the one place that knows them. Pure; `router.tsx` ties it to the browser. */
export type Route =
  | { page: 'home' }
  | { page: 'channel'; channel: string }
  | { page: 'setup'; token: string }
  | { page: 'trust' }
  | { page: 'missing'; path: string }

export const paths = {
  home: '/',
  trust: '/trust',
  channel: (id: string): string => `/c/${encodeURIComponent(id)}`,
}

export function routeOf(address: Pick<URL, 'pathname' | 'search'>): Route {
  const path = address.pathname.replace(/(.)\/+$/, '$1')
  if (path === '/') return { page: 'home' }
  if (path === '/trust') return { page: 'trust' }
  if (path === '/setup') return { page: 'setup', token: new URLSearchParams(address.search).get('token') ?? '' }
  const channel = /^\/c\/([^/]+)$/.exec(path)?.[1]
  const id = channel === undefined ? undefined : decode(channel)
  return id === undefined ? { page: 'missing', path: address.pathname } : { page: 'channel', channel: id }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
