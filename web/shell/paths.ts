/** Addresses that pages of several folders lead to. A folder's own are in its `paths.ts`. */
export const paths = {
  today: '/',
  trust: '/trust',
  cluster: '/cluster',
  proof: '/cluster#proof',
  inbox: '/inbox',
  inboxSettings: '/inbox/settings',
} as const
