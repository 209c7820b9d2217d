/** Addresses of reports. */
const of = (id: string): string => `/reports/${encodeURIComponent(id)}`

export const paths = {
  home: '/reports',
  create: '/reports/new',
  queue: '/reports/queue',
  board: '/reports/board',
  public: '/reports/public',
  places: '/reports/places',
  stickers: '/reports/stickers',
  categories: '/reports/categories',
  report: of,
  receipt: (secret: string): string => `/reports/receipt/${encodeURIComponent(secret)}`,
  sticker: (code: string): string => `/r/${encodeURIComponent(code)}`,
  createAt: (code: string): string => `/reports/new?place=${encodeURIComponent(code)}`,
  openData: (format: 'csv' | 'xlsx', zone: string): string =>
    `/reports/open-data.${format}?zone=${encodeURIComponent(zone)}`,
}
