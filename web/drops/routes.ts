import { page } from '../shell/page'

export const routes = [
  page('/drops', () => import('./page')),
  page('/drops/mine', () => import('./mine')),
  page('/drops/new', () => import('./create')),
  page('/drops/scan', () => import('./scan'), 'focused'),
  page('/drops/:id', () => import('./launch'), 'focused'),
  page('/drops/:id/organise', () => import('./organise'), 'focused'),
  page('/drops/:id/fairness', () => import('./fairness'), 'focused'),
]
