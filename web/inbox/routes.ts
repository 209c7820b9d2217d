import { page } from '../shell/page'

export const routes = [page('/inbox', () => import('./page')), page('/inbox/settings', () => import('./settings'))]
