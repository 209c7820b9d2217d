import { page } from '../shell/page'

export const routes = [page('/jobs', () => import('./page'))]
