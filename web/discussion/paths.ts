/** Addresses of conversations. */
export const paths = {
  list: '/c',
  channel: (id: string): string => `/c/${encodeURIComponent(id)}`,
  message: (channel: string, offset: number): string => `/c/${encodeURIComponent(channel)}?at=${offset}`,
  search: (q = ''): string => (q === '' ? '/search' : `/search?q=${encodeURIComponent(q)}`),
  moderation: '/moderation',
}
