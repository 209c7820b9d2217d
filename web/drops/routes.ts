import { page } from '../shell/page'

export const routes = [
  page('/drops', () => import('./page')),
  page('/drops/mine', () => import('./mine')),
  page('/drops/new', () => import('./create')),
  page('/drops/scan', () => import('./scan')),
  page('/drops/:id', () => import('./launch'), 'focused'),
  page('/drops/:id/organise', () => import('./organise')),
  page('/drops/:id/fairness', () => import('./fairness')),
]
