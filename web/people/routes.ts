import { openPage, page } from '../shell/page'

export const routes = [
  openPage('/setup', () => import('./setup'), 'bare'),
  page('/start', () => import('./start'), 'focused'),
]
