import { page } from '../shell/page'

export const routes = [page('/attendance', () => import('./page'))]
