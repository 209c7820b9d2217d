import { page } from '../shell/page'

export const routes = [page('/cluster', () => import('./page')), page('/health', () => import('./health-page'))]
