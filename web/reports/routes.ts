import { page } from '../shell/page'

export const routes = [
  page('/reports', () => import('./page')),
  page('/reports/new', () => import('./create'), 'focused'),
  page('/reports/queue', () => import('./desk/queue')),
  page('/reports/board', () => import('./desk/board')),
  page('/reports/public', () => import('./public')),
  page('/reports/places', () => import('./desk/places')),
  page('/reports/stickers', () => import('./desk/stickers')),
  page('/reports/categories', () => import('./desk/categories')),
  page('/reports/receipt/:secret', () => import('./receipt'), 'focused'),
  page('/reports/:id', () => import('./report'), 'focused'),
  page('/r/:code', () => import('./sticker'), 'focused'),
]
