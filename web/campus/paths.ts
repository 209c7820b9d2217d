export const paths = {
  me: '/me',
  people: '/people',
  import: (id?: string): string => (id ? `/people/roster?class=${encodeURIComponent(id)}` : '/people/roster'),
  invites: (id?: string): string => (id ? `/people/invites?class=${encodeURIComponent(id)}` : '/people/invites'),
  poster: (token: string): string => `/people/invites/${encodeURIComponent(token)}`,
  classes: '/classes',
  class: (id: string): string => `/classes/${encodeURIComponent(id)}`,
  join: (token: string): string => `/join/${encodeURIComponent(token)}`,
  /** The same for those who sign in first. */
  joinSignedIn: (token: string): string => `/join/${encodeURIComponent(token)}/account`,
  reset: (token: string): string => `/reset/${encodeURIComponent(token)}`,
}
