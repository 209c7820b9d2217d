/** Addresses that pages of several folders lead to. A folder's own are in its `paths.ts`. */
export const paths = {
  today: '/',
  trust: '/trust',
  inbox: '/inbox',
  inboxSettings: '/inbox/settings',
} as const
