import { page } from '../shell/page'

export const routes = [page('/cluster', () => import('./page'))]
