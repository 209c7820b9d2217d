import { page } from '../shell/page'

export const routes = [page('/reports', () => import('./page'))]
