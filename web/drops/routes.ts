import { page } from '../shell/page'

export const routes = [page('/drops', () => import('./page'))]
