import { page } from '../shell/page'

export const routes = [page('/', () => import('./page'))]
