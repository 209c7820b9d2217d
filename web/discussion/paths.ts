/** Addresses of conversations. */
export const paths = {
  list: '/c',
  channel: (id: string): string => `/c/${encodeURIComponent(id)}`,
}
