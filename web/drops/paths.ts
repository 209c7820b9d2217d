/** Addresses of drops. */
const of = (id: string, page = ''): string => `/drops/${encodeURIComponent(id)}${page}`

export const paths = {
  list: '/drops',
  mine: '/drops/mine',
  create: '/drops/new',
  scan: '/drops/scan',
  drop: (id: string): string => of(id),
  organise: (id: string): string => of(id, '/organise'),
  fairness: (id: string): string => of(id, '/fairness'),
  sheet: (id: string, format: 'csv' | 'xlsx'): string => of(id, `/claims/${format}`),
}
