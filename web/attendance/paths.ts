/** Addresses of attendance that others lead to. */
export const paths = {
  list: '/attendance',
  mine: '/attendance/mine',
  table: '/attendance/table',
  create: '/attendance/new',
  settings: '/attendance/settings',
  sheet: (session: string): string => `/attendance/${session}/sheet`,
  session: (session: string): string => `/attendance/${session}`,
  board: (session: string): string => `/attendance/${session}/board`,
  projector: (session: string): string => `/attendance/${session}/projector`,
  verify: (session: string): string => `/attendance/${session}/verify`,
}
